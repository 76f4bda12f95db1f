import type { Request } from 'express'
import { afterOf, paged, refuseLostCursor } from './cursor.js'

/** What was asked for of a list that has pages. */
interface Asked {
  readonly request: Request
  readonly query: { readonly limit: number; readonly cursor?: string | undefined }
}

interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
}

/**
 * One page of a list that is there whole, in the order of its keys as text is compared here, which is what a cursor compares
 * by: the database's order may be another. Rows may come and go between two pages.
 */
export function pageByKey<Row>(
  { request, query: { limit, cursor } }: Asked,
  list: string,
  all: readonly Row[],
  keyOf: (row: Row) => string,
): Page<Row> {
  const after = afterOf(list, cursor)
  const rows = all
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, limit + 1)
    .map(({ row }) => row)
  return paged(request, { list, rows, limit, keyOf })
}

/** One page of a list that is read on from a row of it, by its id; refused where that row is gone. */
export async function pageAfterRow<Row>(
  { request, query: { limit, cursor } }: Asked,
  list: string,
  {
    rowOf,
    read,
    idOf,
  }: {
    readonly rowOf: (id: string) => Promise<unknown>
    readonly read: (page: { readonly after?: string; readonly limit: number }) => Promise<readonly Row[]>
    readonly idOf: (row: Row) => string
  },
): Promise<Page<Row>> {
  const after = afterOf(list, cursor)
  refuseLostCursor(after, after === undefined ? null : await rowOf(after))
  const rows = await read({ ...(after !== undefined && { after }), limit: limit + 1 })
  return paged(request, { list, rows, limit, keyOf: idOf })
}
