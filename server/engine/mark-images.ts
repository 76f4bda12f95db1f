import { referencedImages } from '../domain/image-marks.js'
import type { Image } from '../domain/bake.js'
import type { ClusterState } from '../domain/cluster-state.js'
import type { ImageReferences } from '../domain/image-references.js'
import { Refusal } from '../domain/refusal.js'
import type { Parts } from './parts.js'
import type { History } from './ports.js'

/** Everything that refers to images, read at one moment. */
export interface ImagesInUse {
  readonly account: ImageReferences
  readonly states: readonly ClusterState[]
  readonly images: readonly Image[]
  /** By image id, with what uses it. */
  readonly inUse: ReadonlyMap<string, string>
}

/** Reads the whole account and all records. Throws where any part of it could not be read: half of it would be worse than none. */
export async function readImagesInUse(parts: Parts): Promise<ImagesInUse> {
  const { history, store, imageCloud } = parts
  // The account first: what begins to use an image meanwhile is in the records that are read after it.
  const account = await imageCloud.references()
  const [states, bakeIds, images, defaultBases] = await Promise.all([
    history.clusterStates(),
    store.activeBakeIds(),
    allImages(history),
    basesOfConfiguration(parts),
  ])
  const bakes = (await Promise.all(bakeIds.map((id) => history.bake(id)))).filter((bake) => bake !== null)
  const inUse = referencedImages({ states, bakes, images, defaultBases }, account)
  return { account, states, images, inUse }
}

/** Notes of every image in use that it was, now. */
export async function markImages(
  parts: Parts,
): Promise<{ readonly at: Date; readonly inUse: ReadonlyMap<string, string> }> {
  const { inUse } = await readImagesInUse(parts)
  const at = parts.clock.now()
  await parts.retention.mark(inUse, at)
  return { at, inUse }
}

const pageLength = 1000

/** Every image that is there, newest first, a page at a time. */
async function allImages(history: Pick<History, 'images'>): Promise<readonly Image[]> {
  const all: Image[] = []
  for (let after: string | undefined; ;) {
    const page = await history.images({
      limit: pageLength,
      ...(after !== undefined && { after }),
    })
    all.push(...page)
    if (page.length < pageLength) return all
    after = page.at(-1)?.imageId
  }
}

/** The images that the configuration’s SSM parameters hold now. One that AWS says holds none refers to none. */
async function basesOfConfiguration({ bakeCloud, defaults }: Parts): Promise<readonly string[]> {
  const named = [...new Set([defaults.baseImage, defaults.debBaseImage])]
  return Promise.all(
    named.map(async (base) => {
      try {
        return (await bakeCloud.resolveBase(base)).imageId
      } catch (error) {
        if (error instanceof Refusal) return base
        throw error
      }
    }),
  )
}
