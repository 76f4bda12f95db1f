import { canaryBegan } from './canary-shares.js'
import { activeTraffic, type ClusterState } from './cluster-state.js'
import { weightOf, type Observed } from './observation.js'
import { neededFor, registeredPart } from './readiness.js'
import type { Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'

/** Phases of a traffic operation between which nothing of the cluster is retired. */
const trafficMoves = [
  'canary',
  'approving',
  'pinning',
  'switching',
  'settling',
  'watching',
  'returning',
  'resettling',
  'parking',
  'quieting',
  'halted',
] as const

function movesTraffic(operation: Operation): boolean {
  return (trafficMoves as readonly string[]).includes(operation.phase) || canaryBegan(operation)
}

/**
 * Why a group must not be destroyed, in a sentence; null when it may. Asked when a person or the cleanup wants it gone and
 * again right before its instances are terminated (promise P2).
 */
export function reasonMustStay(state: ClusterState, seen: Observed, group: ServerGroup): string | null {
  if (isGoingAltogether(state) && weightOf(seen.rule, group.targetGroupArn) === 0) return null
  if (group.role === 'live')
    return `${group.name} carries the traffic of ${state.cluster.name}: the live group is never destroyed.`
  if (weightOf(seen.rule, group.targetGroupArn) > 0)
    return `${group.name} has weight in the listener rule, so it carries traffic.`
  const operation = activeTraffic(state)
  if (operation?.kind === 'adopt' || operation?.kind === 'giveBack')
    return `${state.cluster.name} is being ${operation.kind === 'adopt' ? 'adopted' : 'given back'}; nothing is destroyed meanwhile.`
  if (operation && (operation.from === group.name || operation.to === group.name))
    return `${group.name} is part of the ${operation.kind} that is running.`
  if (operation && movesTraffic(operation))
    return `Traffic is being moved by a ${operation.kind}; nothing is destroyed meanwhile.`
  const waiting = state.operations.find((queued) => queued.phase === 'waiting' && queued.to === group.name)
  if (waiting) return `A switch back to ${group.name} is waiting.`
  if (state.cluster.needsPerson)
    return `${state.cluster.name} needs a person first: ${state.cluster.needsPerson}`
  return reasonLiveUnwell(state, seen, group)
}

/** A person retires the whole cluster, and nobody has missed it: no group is live any more, and none is needed. */
function isGoingAltogether(state: ClusterState): boolean {
  const operation = activeTraffic(state)
  return (
    operation?.kind === 'decommission' && operation.phase === 'retiring' && state.cluster.ruleArn === null
  )
}

/** The last healthy one must stay when live is not well; a group that has no healthy target protects nobody. */
function reasonLiveUnwell(state: ClusterState, seen: Observed, group: ServerGroup): string | null {
  const own = seen.groups.get(group.name)
  const useful = group.role === 'warm' || (own ? registeredPart(own).instanceIds.length > 0 : false)
  const live = state.groups.find((other) => other.role === 'live')
  if (!live)
    return useful && group.registeredAt
      ? `No group of ${state.cluster.name} is live, so ${group.name} may still be needed.`
      : null
  if (useful && live.verdict?.badSince)
    return `The night watch speaks against ${live.name}, the live group: ${live.verdict.sentence} ${group.name} stays meanwhile.`
  const observed = seen.groups.get(live.name)
  const healthy = observed ? registeredPart(observed).instanceIds.length : 0
  const needed = neededFor(observed)
  if (healthy >= Math.max(1, needed)) return null
  return `${live.name}, the live group, has ${healthy} of ${needed} targets healthy; ${group.name} stays until it is well.`
}

/** Keep order of warm groups, best first: kept by a person, the last that survived a night, then the newest to leave. */
export function keepOrder(groups: readonly ServerGroup[]): readonly ServerGroup[] {
  const nights = (group: ServerGroup) => group.survived.at(-1) ?? ''
  const lastSurvivor = [...groups]
    .filter((group) => group.survived.length > 0)
    .sort((a, b) => nights(b).localeCompare(nights(a)))[0]
  const rank = (group: ServerGroup) => (group.keep ? 0 : group === lastSurvivor ? 1 : 2)
  return [...groups].sort(
    (a, b) => rank(a) - rank(b) || (b.quietSince?.getTime() ?? 0) - (a.quietSince?.getTime() ?? 0),
  )
}

/** The last group that survived a night is kept while neither live nor another warm one has. */
export function reasonLastSurvivor(state: ClusterState, group: ServerGroup): string | null {
  if (group.survived.length === 0 || !['warm', 'retiring'].includes(group.role)) return null
  const other = state.groups.some(
    (candidate) =>
      candidate !== group && ['live', 'warm'].includes(candidate.role) && candidate.survived.length > 0,
  )
  return other ? null : `${group.name} is the last one that survived a night; it stays until another has.`
}
