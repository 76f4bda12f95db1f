import type { Image, ListedBake } from './bake.js'
import type { ClusterState } from './cluster-state.js'
import type { ImageReferences } from './image-references.js'
import { isEnded } from './operation.js'
import { shownState } from './server-group.js'

export type ImageUseKind = 'group' | 'operation' | 'bake' | 'base' | 'default' | 'account'

/** Why an image is needed: what runs from it, could take the traffic back with it, or is made from it. */
export interface ImageUse {
  readonly kind: ImageUseKind
  readonly name: string
  /** Goes on after the name: `shop-main-v012 runs it (warm)`. */
  readonly says: string
  readonly href: string | null
}

/** The records that an image may be used by. */
export interface ImageUsers {
  readonly states: readonly ClusterState[]
  /** Those that have not ended. */
  readonly bakes: readonly ListedBake[]
  /** Images that were baked from it and are still there. */
  readonly bakedFrom: readonly Image[]
  /** What the installation bakes on where nothing else is asked for. */
  readonly defaultBases: readonly string[]
}

/** Everything that uses an image by the records; with a reading of the account, also what only AWS knows of. */
export function imageUses(
  image: Pick<Image, 'imageId' | 'name'>,
  { states, bakes, bakedFrom, defaultBases }: ImageUsers,
  account: ImageReferences | null,
): readonly ImageUse[] {
  const isIt = (nameOrId: string | undefined) => nameOrId === image.imageId || nameOrId === image.name
  const groups = states.flatMap((state) => state.groups).filter(({ image: { imageId } }) => isIt(imageId))
  const known = new Set(groups.map(({ name }) => name))
  return [
    ...groups.map((group): ImageUse => {
      const says =
        group.role === 'warm'
          ? 'could take the traffic back with it'
          : `runs it (${shownState(group.role, 0)})`
      return { kind: 'group', name: group.name, says, href: `/groups/${group.name}` }
    }),
    ...states
      .flatMap((state) => state.operations)
      .filter((operation) => !isEnded(operation) && isIt(operation.request.image?.imageId))
      .map(({ id, kind, cluster }): ImageUse => ({
        kind: 'operation',
        name: cluster,
        says: `has an unfinished ${kind} of it`,
        href: `/operations/${id}`,
      })),
    ...bakes
      .filter((bake) => isIt(bake.baseImage?.imageId))
      .map(({ id, request }): ImageUse => ({
        kind: 'bake',
        name: `${request.application} ${request.version}`,
        says: 'is being baked on it',
        href: `/bakes/${id}`,
      })),
    ...bakedFrom.map(({ name }): ImageUse => ({
      kind: 'base',
      name,
      says: 'was baked on it',
      href: `/images/${name}`,
    })),
    ...(defaultBases.some(isIt)
      ? [{ kind: 'default' as const, name: 'The configuration', says: 'names it as base image', href: null }]
      : []),
    ...accountUses(image.imageId, account, known),
  ]
}

/** What the account has beside our own groups; a group's template has its group's name. */
function accountUses(
  imageId: string,
  account: ImageReferences | null,
  known: ReadonlySet<string>,
): readonly ImageUse[] {
  return (account?.references ?? [])
    .filter((reference) => reference.imageId === imageId && !known.has(reference.name))
    .map(({ kind, name }) => ({
      kind: 'account',
      name: `The ${kind} ${name}`,
      says: kind === 'instance' ? 'runs from it' : 'launches from it',
      href: null,
    }))
}

/** Why an image may not go, in one text; null when nothing uses it. */
export function reasonImageStays(uses: readonly ImageUse[], account: ImageReferences | null): string | null {
  const [first, ...rest] = uses
  if (first) {
    const others = rest.length > 0 ? ` ${rest.length} more ${rest.length === 1 ? 'uses' : 'use'} it too.` : ''
    return `${first.name} ${first.says}.${others}`
  }
  const unresolved = account?.unresolved ?? []
  return unresolved.length > 0 ? `It can’t be told what is in use: ${unresolved.join(' ')}` : null
}
