interface Named {
  readonly name: string
}

/** Sorted by name as text is compared here, which is what a cursor compares by: the database's order may be another. */
export function namesAfter<Row extends Named>(
  rows: readonly Row[],
  after: string | undefined,
  limit: number,
): readonly Row[] {
  return rows
    .filter(({ name }) => after === undefined || name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, limit)
}
