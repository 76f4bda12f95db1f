import type { Bake } from '../domain/bake.js'
import { builderTags } from '../domain/bake-naming.js'
import { builderUserData, contentKey } from '../domain/bake-recipe.js'
import type { RunBuilder } from '../domain/call.js'
import { Refusal } from '../domain/refusal.js'
import { loadRecipe } from './load-recipe.js'
import type { Parts } from './parts.js'

/** How a builder would be launched now: the request, or why there can be none; and how many places there are to try. */
export interface BuilderLaunch {
  readonly launch: RunBuilder | string | null
  readonly places: number
}

/** Past its deadlines a builder is nobody's any more, and a janitor may take it. */
const hoursUntilExpiry = 4

/**
 * Puts the launch of a bake's next builder together. The same attempt gives the same request, byte for byte, so that a
 * repeated one is taken by EC2 for the same.
 */
export async function builderLaunch(parts: Parts, bake: Bake): Promise<BuilderLaunch> {
  if (bake.phase !== 'launching' || !bake.baseImage) return { launch: null, places: 0 }
  const recipe = loadRecipe()
  if (contentKey(bake.baseImage.imageId, bake.request, recipe) !== bake.contentKey)
    return { launch: 'Delling’s own scripts changed since this bake was asked for; bake again.', places: 0 }
  try {
    const places = await parts.bakeCloud.builderPlacements()
    const place = places[(bake.attempt - 1) % Math.max(1, places.length)]
    if (!place) return { launch: 'There is no subnet to launch a builder in.', places: 0 }
    const signedAt = wholeSecond(bake.attemptAt ?? parts.clock.now())
    const userData = builderUserData(recipe, {
      bakeId: bake.id,
      request: bake.request,
      packageUrl: await parts.bakeCloud.packageUrl(bake.request.package.address, signedAt),
      registry: parts.defaults.registry,
    })
    const launch: RunBuilder = {
      type: 'RunBuilder',
      bakeId: bake.id,
      token: `bake:${bake.id}:${bake.attempt}`,
      imageId: bake.baseImage.imageId,
      instanceType: bake.request.instanceType,
      subnetId: place.subnetId,
      securityGroupIds: place.securityGroupIds,
      instanceProfile: parts.defaults.builderInstanceProfile,
      userData,
      rootDeviceName: bake.baseImage.rootDeviceName,
      tags: builderTags(bake, parts.place.owner, new Date(signedAt.getTime() + hoursUntilExpiry * 3_600_000)),
    }
    return { launch, places: places.length }
  } catch (error) {
    if (error instanceof Refusal) return { launch: error.message, places: 0 }
    throw error
  }
}

/** Signatures carry whole seconds. */
function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}
