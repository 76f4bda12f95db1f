import type { Image, ListedBake } from './bake.js'
import type { ClusterState } from './cluster-state.js'
import type { ImageReferences } from './image-references.js'
import { withStop } from './may-start.js'
import { isEnded } from './operation.js'

/** A person's word that an image stays, whatever its age. */
export interface ImageKeep {
  readonly by: string
  readonly at: Date
  readonly why: string
}

/** What is noted about one image beside its record. */
export interface ImageMark {
  /** When something was last seen to refer to it; null: never since marks are made. */
  readonly referencedAt: Date | null
  /** What that was, the first of several. */
  readonly referencedBy: string | null
  readonly keep: ImageKeep | null
}

/** Why a kept image stays, in a sentence. */
export function reasonKept({ by, why }: ImageKeep): string {
  return `${by} keeps it: ${withStop(why)}`
}

export const unmarked: ImageMark = { referencedAt: null, referencedBy: null, keep: null }

/** Where references to images come from, beside the account. */
export interface ImageReferrers {
  readonly states: readonly ClusterState[]
  /** Those that have not ended. */
  readonly bakes: readonly ListedBake[]
  /** Those that are there. */
  readonly images: readonly Image[]
  /** Images that the configuration's base images stand for now. */
  readonly defaultBases: readonly string[]
}

/**
 * Every image that is in use at one moment, with what uses it: by the account, by what the records hold ready (live, warm and
 * next groups, unfinished operations and bakes), by the configuration, and as what another image in use was baked on.
 */
export function referencedImages(
  { states, bakes, images, defaultBases }: ImageReferrers,
  account: Pick<ImageReferences, 'references'>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const byName = new Map(images.map((image) => [image.name, image.imageId]))
  const refer = (nameOrId: string | undefined, by: string) => {
    if (nameOrId === undefined || nameOrId === '') return
    const imageId = byName.get(nameOrId) ?? nameOrId
    if (!found.has(imageId)) found.set(imageId, by)
  }
  for (const { groups, operations } of states) {
    for (const group of groups) refer(group.image.imageId, group.name)
    for (const operation of operations)
      if (!isEnded(operation))
        refer(operation.request.image?.imageId, `the ${operation.kind} in ${operation.cluster}`)
  }
  for (const { baseImage, request } of bakes)
    refer(baseImage?.imageId, `the bake of ${request.application} ${request.version}`)
  for (const base of defaultBases) refer(base, 'the configuration')
  for (const { imageId, kind, name } of account.references) refer(imageId, `the ${kind} ${name}`)
  addLineage(found, images)
  return found
}

/** What is in use needs what it was baked on, and what that was baked on. */
function addLineage(found: Map<string, string>, images: readonly Image[]): void {
  const known = new Map(images.map((image) => [image.imageId, image]))
  for (const imageId of [...found.keys()])
    for (let image = known.get(imageId); image; image = known.get(image.baseImageId)) {
      if (found.has(image.baseImageId)) break
      found.set(image.baseImageId, image.name)
    }
}

/** Marks are made once a day; so long apart nobody knows what happened between two of them. */
const longestGapMs = 50 * 3_600_000

/**
 * Since when marks have been made without a break that a day could hide in, from the moments at which they were made, newest
 * first; null where the newest is too old, or there is none.
 */
export function unbrokenSince(made: readonly Date[], now: Date): Date | null {
  let since: Date | null = null
  let later = now
  for (const at of made) {
    if (later.getTime() - at.getTime() > longestGapMs) break
    since = at
    later = at
  }
  return since
}
