import type { Image } from '../domain/bake.js'
import type { ImageReferences } from '../domain/image-references.js'
import { imageUses, type ImageUse } from '../domain/image-uses.js'
import type { Parts } from './parts.js'

/** What uses an image: by the records alone where no reading of the account is given. */
export async function usesOf(
  parts: Parts,
  image: Image,
  account: ImageReferences | null,
): Promise<readonly ImageUse[]> {
  const { history, store, defaults } = parts
  const [states, bakeIds, bakedFrom] = await Promise.all([
    history.clusterStates(),
    store.activeBakeIds(),
    history.imagesOn(image.imageId),
  ])
  const bakes = (await Promise.all(bakeIds.map((id) => history.bake(id)))).filter((bake) => bake !== null)
  const defaultBases = [defaults.baseImage, defaults.debBaseImage]
  return imageUses(image, { states, bakes, bakedFrom, defaultBases }, account)
}

/** What uses an image by the records: who runs it, could switch back to it, is made from it. */
export function imageUsesAsRecorded(parts: Parts, image: Image): Promise<readonly ImageUse[]> {
  return usesOf(parts, image, null)
}
