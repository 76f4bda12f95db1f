/** Passes what comes after the row of that key; everything where no key is given, nothing where no row has it. */
export function isAfter<Row>(key: string | undefined, keyOf: (row: Row) => string): (row: Row) => boolean {
  let passed = key === undefined
  return (row) => {
    const comes = passed
    passed ||= keyOf(row) === key
    return comes
  }
}
