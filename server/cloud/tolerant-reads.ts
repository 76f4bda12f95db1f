import { codeOf, isNotFound } from './faults.js'

/** What `read` answers; null when AWS says that what was named does not exist. Other failures are thrown on. */
export async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (isNotFound(codeOf(error), error instanceof Error ? error.message : '')) return null
    throw error
  }
}

/** Makes a read of one key into a read of many, each for itself; keys that don't exist are missing from the answer. */
export function oneByOne<T>(
  read: (key: string) => Promise<T | null>,
): (keys: readonly string[]) => Promise<ReadonlyMap<string, T>> {
  return async (keys) => {
    const found = new Map<string, T>()
    await Promise.all(
      keys.map(async (key) => {
        const value = await orNull(() => read(key))
        if (value !== null) found.set(key, value)
      }),
    )
    return found
  }
}

/** Reads every page to its end: a page may be empty while there is a next one. */
export async function allPages<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = []
  for await (const page of pages) all.push(...(items(page) ?? []))
  return all
}
