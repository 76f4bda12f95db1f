import { type GroupInstance, type GroupRecord, isCapacity } from './group-record.js'
import { chosenForTermination, countByZone } from './termination-choice.js'

/** What the control loop does next for a group. */
export type Step =
  | { readonly kind: 'launch'; readonly why: 'shortage' | 'balance'; readonly zones: readonly string[] }
  | { readonly kind: 'terminate'; readonly instance: GroupInstance; readonly why: 'unhealthy' | 'surplus' }
  | { readonly kind: 'all-protected' }

/**
 * One step towards the desired capacity, or undefined when there is none to take now. `zones` are those of the group's
 * subnets, `resting` those whose last launch failed a short while ago. Launch steps name the zones to try in order.
 */
export function nextStep(
  group: GroupRecord,
  zones: readonly string[],
  resting: ReadonlySet<string>,
): Step | undefined {
  const may = (process: string) => !(process in group.suspended)
  const sick = group.instances.find((instance) => isCapacity(instance) && instance.health === 'Unhealthy')
  if (sick && may('Terminate') && may('ReplaceUnhealthy')) {
    return { kind: 'terminate', instance: sick, why: 'unhealthy' }
  }
  const capacity = group.instances.filter(isCapacity)
  const usable = zones.filter((zone) => !resting.has(zone))
  if (capacity.length < group.desired && may('Launch') && !group.deleting) {
    if (usable.length === 0) return undefined
    return { kind: 'launch', why: 'shortage', zones: byNeed(usable, capacity) }
  }
  const balancing = capacity.find((instance) => instance.id === group.balancing)
  const stillStarting = balancing !== undefined && balancing.lifecycle !== 'InService'
  if (capacity.length > group.desired && may('Terminate') && !stillStarting) {
    const instance = chosenForTermination(group.instances, group.terminationPolicies)
    return instance ? { kind: 'terminate', instance, why: 'surplus' } : { kind: 'all-protected' }
  }
  return balanceStep(group, capacity, usable, zones, may)
}

/** Evens out the zones once all is quiet: first launches in the short zone, then the surplus goes in the long one. */
function balanceStep(
  group: GroupRecord,
  capacity: readonly GroupInstance[],
  usable: readonly string[],
  zones: readonly string[],
  may: (process: string) => boolean,
): Step | undefined {
  const quiet = group.instances.every(
    (instance) => instance.lifecycle === 'InService' && instance.health === 'Healthy',
  )
  if (!quiet || capacity.length !== group.desired || capacity.length === 0) return undefined
  if (!may('AZRebalance') || !may('Launch') || !may('Terminate')) return undefined
  const counts = countByZone(capacity)
  const most = Math.max(...counts.values())
  const shortest = byNeed(usable, capacity)[0]
  const outside = [...counts.keys()].some((zone) => !zones.includes(zone))
  if (shortest === undefined || (!outside && most - (counts.get(shortest) ?? 0) < 2)) return undefined
  return { kind: 'launch', why: 'balance', zones: [shortest] }
}

function byNeed(zones: readonly string[], capacity: readonly GroupInstance[]): string[] {
  const counts = countByZone(capacity)
  return [...zones].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))
}
