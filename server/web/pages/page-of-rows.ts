/** How many rows a page of a long list has. */
export const pageLength = 50

/** Where a page stands among the others, for `list-foot`. */
export interface PageFoot {
  /** `1–50 of 250`; null where everything is on one page. */
  readonly range: string | null
  readonly before: string | null
  readonly after: string | null
}

/** One page of rows. A page behind the last one is the last one. `at` is the address of another page, which counts from 1. */
export function pageOfRows<Row>(
  rows: readonly Row[],
  wished: number,
  at: (page: number) => string,
): { readonly rows: readonly Row[]; readonly foot: PageFoot } {
  const last = Math.max(1, Math.ceil(rows.length / pageLength))
  const page = Math.min(wished, last)
  const begin = (page - 1) * pageLength
  const shown = rows.slice(begin, begin + pageLength)
  return {
    rows: shown,
    foot: {
      range: last === 1 ? null : `${begin + 1}–${begin + shown.length} of ${rows.length}`,
      before: page > 1 ? at(page - 1) : null,
      after: page < last ? at(page + 1) : null,
    },
  }
}
