/**
 * Finds by a key in a list: the first item that has it, without looking through the others. The index of a list is made when
 * it is first asked for, and goes with the list.
 */
export function indexed<Item, Found>(
  entriesOf: (list: readonly Item[]) => Iterable<readonly [key: string | null | undefined, found: Found]>,
): (list: readonly Item[], key: string) => Found | null {
  const indices = new WeakMap<readonly Item[], ReadonlyMap<string, Found>>()
  return (list, key) => {
    const known = indices.get(list)
    if (known) return known.get(key) ?? null
    const made = new Map<string, Found>()
    for (const [each, found] of entriesOf(list))
      if (each !== null && each !== undefined && !made.has(each)) made.set(each, found)
    indices.set(list, made)
    return made.get(key) ?? null
  }
}
