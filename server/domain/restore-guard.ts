import type { ClusterState } from './cluster-state.js'
import type { Observed } from './observation.js'
import { registeredPart } from './readiness.js'
import { carriers, isListed } from './rule-lists.js'
import type { ServerGroup } from './server-group.js'

/**
 * Why the rule must not be put back to what was expected, in a sentence; null when it may. Putting it back moves traffic:
 * after a database was restored from a backup, what it expects may be long gone.
 */
export function reasonNotRestorable(state: ClusterState, seen: Observed): string | null {
  const { cluster, groups } = state
  if (!seen.rule || !cluster.expected) return `The listener rule of ${cluster.name} is gone.`
  const wanted = cluster.expected.filter((entry) => entry.weight > 0)
  if (wanted.length === 0) return 'Nothing was expected to carry traffic.'
  for (const { targetGroupArn } of wanted) {
    const group = groups.find((known) => known.targetGroupArn === targetGroupArn)
    if (!group)
      return `${targetGroupArn.split(':').pop()}, which it names, is no group of ${cluster.name} any more.`
    if (group.shrinkStarted || group.role === 'lost') return `${group.name}, which it names, is gone.`
    if (servingOf(seen, group) === 0 && carriers(seen.rule).length > 0)
      return `${group.name}, which it names, has no healthy target: requests would become errors.`
  }
  return null
}

/** How many of a group's instances could serve: by health check where the rule lists it, else by Auto Scaling's word. */
export function servingOf(seen: Observed, group: ServerGroup): number {
  const observed = seen.groups.get(group.name)
  if (!observed) return 0
  if (isListed(seen.rule, group.targetGroupArn)) return registeredPart(observed).instanceIds.length
  return (observed.autoScaling?.instances ?? []).filter((each) => each.lifecycleState === 'InService').length
}
