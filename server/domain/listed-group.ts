import type { ClusterState } from './cluster-state.js'
import { remembering } from './remembering.js'
import { isPresent, shownState, type ServerGroup, type ShownState } from './server-group.js'
import { shareOf } from './share.js'

/** A server group among all others, from the records alone: nothing of it is asked of AWS. */
export interface ListedGroup {
  readonly group: ServerGroup
  readonly application: string
  /** By its role, and by the share that we set last. */
  readonly state: ShownState
  /** Of the requests that its cluster's rule forwards, in per cent, as the rule was set last. */
  readonly share: number
}

/** How many readers' lists are kept: those who see the same share one. */
const readersKept = 8

/**
 * Every group that is there, by name; the same states give the very same list. Destroyed ones are their cluster's to tell,
 * and one that was given back is nobody's of ours.
 */
export const listedGroups = remembering(
  (states: readonly ClusterState[]): readonly ListedGroup[] => states.flatMap(groupsOf).sort(byName),
  readersKept,
)

function groupsOf({ cluster, groups }: ClusterState): ListedGroup[] {
  const entries = cluster.expected ?? []
  return groups.filter(isPresent).map((group) => {
    const share = group.targetGroupArn === null ? 0 : shareOf(entries, group.targetGroupArn)
    return {
      group,
      application: cluster.application,
      state: shownState(group.role, share),
      share,
    }
  })
}

function byName(one: ListedGroup, other: ListedGroup): number {
  return one.group.name < other.group.name ? -1 : 1
}

/** Since when it is what it is; a live one by what its cluster says of it. */
export function stateSince({ group, state }: ListedGroup): Date {
  return (state === 'live' && group.role === 'live' && group.liveSince) || group.roleSince
}

/** What a list of groups can be filtered by. */
export function wordsOfGroup({ group, application, state }: ListedGroup): readonly (string | null)[] {
  const { name, cluster, image, degradedSince, keep, role } = group
  return [
    name,
    cluster,
    application,
    image.version,
    image.name,
    state,
    role === 'lost' ? 'lost' : null,
    state === 'launching' || state === 'canary' ? 'next' : null,
    state === 'warm' && degradedSince ? 'degraded' : null,
    keep ? `kept by ${keep.by}` : null,
  ]
}
