import { type GroupInstance, isCapacity } from './group-record.js'

/**
 * The instance that scaling in takes: in the zone with the most instances, by the group's termination policies.
 * Undefined when every candidate is protected from scale-in.
 */
export function chosenForTermination(
  instances: readonly GroupInstance[],
  policies: readonly string[],
): GroupInstance | undefined {
  const candidates = instances.filter((instance) => isCapacity(instance) && !instance.protected)
  if (candidates.length === 0) return undefined
  const unhealthy = candidates.filter((instance) => instance.health === 'Unhealthy')
  if (unhealthy.length > 0) return unhealthy[0]
  const perZone = countByZone(instances.filter(isCapacity))
  const most = Math.max(...candidates.map((instance) => perZone.get(instance.zone) ?? 0))
  let left = candidates.filter((instance) => perZone.get(instance.zone) === most)
  for (const policy of policies.length > 0 ? policies : ['Default']) {
    left = narrowed(left, policy)
    if (left.length === 1) break
  }
  return left[0]
}

export function countByZone(instances: readonly GroupInstance[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { zone } of instances) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  return counts
}

function narrowed(candidates: GroupInstance[], policy: string): GroupInstance[] {
  switch (policy) {
    case 'NewestInstance':
      return best(candidates, (instance) => -instance.launchedAt)
    case 'OldestLaunchTemplate':
      return best(candidates, (instance) => Number(instance.template.version))
    case 'Default':
      return best(
        best(candidates, (instance) => Number(instance.template.version)),
        (instance) => instance.launchedAt,
      )
    default:
      // OldestInstance; of the policies about launch configurations, Spot and billing hours nothing else remains here.
      return best(candidates, (instance) => instance.launchedAt)
  }
}

function best(candidates: GroupInstance[], rank: (instance: GroupInstance) => number): GroupInstance[] {
  const lowest = Math.min(...candidates.map(rank))
  return candidates.filter((instance) => rank(instance) === lowest)
}
