import type { ClusterState } from './cluster-state.js'
import type { Observed } from './observation.js'
import type { ServerGroup } from './server-group.js'

/** The warm group that a switch back goes to unless another is named: the newest to leave the traffic that serves at all. */
export function firstChoice(state: ClusterState, seen: Observed | null): ServerGroup | null {
  const healthy = (group: ServerGroup) =>
    (seen?.groups.get(group.name)?.targets ?? []).some((target) => target.state === 'healthy')
  const warm = state.groups.filter((group) => group.role === 'warm')
  const order = [...warm].sort((a, b) => (b.quietSince?.getTime() ?? 0) - (a.quietSince?.getTime() ?? 0))
  return order.find(healthy) ?? order[0] ?? null
}
