import type { Image, ListedBake } from '../../domain/bake.js'
import { recordedLive, type ClusterState } from '../../domain/cluster-state.js'
import type { sampleVersions } from '../../engine/sample.js'
import { bakeBadge } from './bake-item.js'
import type { Badge } from './badge.js'

/** The sample application and its cluster, as the first steps make them. */
export const sample = { application: 'sunrise', cluster: 'sunrise-main', listenerPort: 8090 } as const

export interface SampleFacts {
  readonly versions: ReturnType<typeof sampleVersions>
  readonly images: readonly Image[]
  readonly bakes: readonly ListedBake[]
}

/** A version of the sample: whether it is baked, and what can be done with it next. */
export interface SampleRow {
  readonly version: string
  readonly label: string
  readonly description: string
  readonly badge: Badge
  readonly bake: boolean
  readonly href: string | null
  /** The form that deploys it; null until it is baked and the cluster carries traffic. */
  readonly deploy: string | null
}

/** `state` is the sample's cluster once versions may be deployed from here; null leaves that to the steps. */
export function sampleRows(
  { versions, images, bakes }: SampleFacts,
  state: ClusterState | null,
): SampleRow[] {
  const live = state && recordedLive(state)
  return versions.map(({ version, label, description }) => {
    const image = images.find((one) => one.version === version)
    const bake = bakes.find((one) => one.request.version === version)
    const offered = image && live && live.image.imageId !== image.imageId
    return {
      version,
      label,
      description,
      badge: image
        ? { k: 'k-good', glyph: 'check', word: 'baked' }
        : bake
          ? bakeBadge(bake)
          : { k: 'k-idle', glyph: 'later', word: 'not baked yet' },
      bake: !image && (!bake || bake.endedAt !== null),
      href: image ? `/images/${image.name}` : bake ? `/bakes/${bake.id}` : null,
      deploy: offered ? `/clusters/${sample.cluster}/deploy?image=${encodeURIComponent(image.name)}` : null,
    }
  })
}
