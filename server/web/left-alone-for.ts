import type { History } from '../engine/ports.js'

/** Of what is left to a newer version: the clusters and bakes that these records have. */
export async function leftAloneFor(
  all: ReadonlyMap<string, string>,
  history: Pick<History, 'bake' | 'clusters'>,
): Promise<ReadonlyMap<string, string>> {
  if (all.size === 0) return all
  const clusters = new Set((await history.clusters()).map(({ name }) => name))
  const shown = await Promise.all(
    [...all].map(async (entry) => {
      const [, kind, name = ''] = /^(\w+):(.*)$/.exec(entry[0]) ?? []
      const has = kind === 'bake' ? (await history.bake(name)) !== null : clusters.has(name)
      return has ? [entry] : []
    }),
  )
  return new Map(shown.flat())
}
