import type { ObservedGroup } from './observation.js'

/** The instances whose console explains a failed launch: unhealthy targets first, at most three. */
export function observedInstancesWorthAsking(group: ObservedGroup): readonly string[] {
  const sick = group.targets.filter((target) => target.state !== 'healthy').map((target) => target.instanceId)
  const others = (group.autoScaling?.instances ?? []).map((instance) => instance.instanceId)
  return [...new Set([...sick, ...others])].slice(0, 3)
}
