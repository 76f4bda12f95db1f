import type { PlannedFault } from '../../server/localcloud/knobs.js'
import type { World } from './world.js'

/**
 * What reads say for a minute after a call, though the call itself is answered well. `stale`: all is as it was before it,
 * and what was made since is not there.
 * `without newest`, `without oldest`: one server group, and every builder and image of ours, is not there.
 */
export type Afterwards = 'stale' | 'without newest' | 'without oldest'

const afterwardsMs = 60_000

export const afterwardsFaults = [
  { name: 'not seen for a minute', afterwards: 'stale' },
  { name: 'then the newest group not seen for a minute', afterwards: 'without newest' },
  { name: 'then the oldest group not seen for a minute', afterwards: 'without oldest' },
] as const

/** How a read is answered so long after the call; undefined once the minute is over. */
export function readAfterwards(
  world: World,
  afterwards: Afterwards,
  { sinceMs, present }: { readonly sinceMs: number; readonly present: ReadonlySet<string> },
): Pick<PlannedFault, 'kind' | 'delayMs' | 'names'> | undefined {
  if (sinceMs >= afterwardsMs) return undefined
  if (afterwards === 'stale') {
    const made = [...presentIn(world)].filter((name) => !present.has(name))
    return { kind: 'stale', delayMs: sinceMs + 1, names: made }
  }
  const { ec2, groups, model } = world.cloud
  const sorted = Object.keys(groups).sort()
  const group = afterwards === 'without newest' ? sorted.at(-1) : sorted[0]
  const builders = Object.keys(ec2.instances).filter((id) => ec2.tags[id]?.['delling:role'] === 'builder')
  const images = Object.values(ec2.images).filter((image) => image.ownerId === model.accountId)
  const ids = [...builders, ...images.map(({ imageId }) => imageId)]
  return { kind: 'hide', names: group ? [group, ...ids] : ids }
}

/** Ids, names and ARNs of all that there is. */
export function presentIn({ cloud: { ec2, groups, balancing } }: World): ReadonlySet<string> {
  const { targetGroups, rules, listeners, loadBalancers } = balancing
  const records = [
    ec2.instances,
    ec2.images,
    ec2.templates,
    groups,
    targetGroups,
    rules,
    listeners,
    loadBalancers,
  ]
  return new Set(records.flatMap((each) => Object.keys(each)))
}
