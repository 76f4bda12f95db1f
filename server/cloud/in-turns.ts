/** Maps with a few at a time, keeping the order. */
export async function inTurns<T, U>(
  items: readonly T[],
  parallel: number,
  map: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = []
  for (let start = 0; start < items.length; start += parallel)
    results.push(...(await Promise.all(items.slice(start, start + parallel).map(map))))
  return results
}
