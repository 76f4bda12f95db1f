import type { ClusterSettings } from './cluster.js'
import type { ClusterState } from './cluster-state.js'
import { isPresent, type LaunchedWith, type ServerGroup } from './server-group.js'

/** What a group was made with, whatever its cluster's settings say for the next one. */
export function launchedWith({ cluster }: ClusterState, group: ServerGroup | null): LaunchedWith {
  return group?.launchedWith ?? cluster.settings
}

/** How long the last requests to a group may still be running after its traffic has gone, by AWS's clock. */
export function drainTimeMs(state: ClusterState, group: ServerGroup): number {
  return launchedWith(state, group).deregistrationDelaySec * 1000
}

/** The groups that must be told what they were made with before their cluster's settings become these. */
export function rememberLaunched(
  { cluster, groups }: ClusterState,
  next: ClusterSettings,
): readonly ServerGroup[] {
  const { scaling, deregistrationDelaySec } = cluster.settings
  const stays =
    scaling?.targetPercent === next.scaling?.targetPercent &&
    deregistrationDelaySec === next.deregistrationDelaySec
  if (stays) return []
  return groups
    .filter((group) => isPresent(group) && !group.launchedWith)
    .map((group) => ({ ...group, launchedWith: { scaling, deregistrationDelaySec } }))
}
