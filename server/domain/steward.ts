import { activeRetirements, activeTraffic, waitingOperations } from './cluster-state.js'
import { freeFrom, obstaclesTo, obstacleSentence, type Obstacle } from './may-start.js'
import type { Operation } from './operation.js'
import { isOverridden } from './pause.js'
import { neededFor, warmReadiness } from './readiness.js'
import { keepOrder, reasonLastSurvivor, reasonMustStay } from './retirement-guard.js'
import { carriers, groupsByTarget, maxRuleEntries, isListed } from './rule-lists.js'
import { whereIs } from './scope.js'
import { observedOf, record, wait, waitUntil, type Turn, type TurnStep } from './turn.js'

/** What a cluster needs besides its operations: readiness said aloud, room in the rule, the next in the queue. */
export function decideSteward(turn: Turn, stopped = false): TurnStep | null {
  const housekeeping = stopped ? null : makeRoom(turn)
  return sayReadiness(turn) ?? housekeeping ?? promote(turn)
}

/** Since when a warm group could not take the traffic back is recorded (promise P7). */
export function sayReadiness(turn: Turn): TurnStep | null {
  const { state, seen } = turn
  const names = groupsByTarget(state)
  const needs = carriers(seen.rule).map(({ targetGroupArn }) =>
    neededFor(seen.groups.get(names.get(targetGroupArn) ?? '')),
  )
  const needed = Math.max(0, ...needs)
  for (const group of state.groups) {
    if (group.role !== 'warm') continue
    const listed = isListed(seen.rule, group.targetGroupArn)
    const readiness = warmReadiness(
      observedOf(turn, group.name),
      needed,
      listed,
      turn.timings.registerDeadlineMs / 5,
    )
    if (readiness.state === 'ready' && group.degradedSince)
      return {
        kind: 'recordCluster',
        event: {
          type: 'WarmReady',
          group: group.name,
          sentence: `${group.name} could take the traffic back again.`,
        },
      }
    if (readiness.state !== 'ready' && !group.degradedSince)
      return {
        kind: 'recordCluster',
        event: {
          type: 'WarmDegraded',
          group: group.name,
          sentence: `${group.name} could not take the traffic back: ${readiness.sentence}${mendWords(readiness.mendMs)}`,
        },
      }
  }
  return null
}

/** How much longer a switch back would take because of it. */
function mendWords(mendMs: number | null): string {
  if (mendMs === null) return ''
  const minutes = Math.max(1, Math.round(mendMs / 60_000))
  return ` A switch back takes about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} longer.`
}

/** More warm groups than the policy keeps, or no slot left for the next: the least worth keeping gives way. */
function makeRoom(turn: Turn): TurnStep | null {
  const { state, seen } = turn
  const operation = activeTraffic(state)
  const warm = state.groups.filter((group) => group.role === 'warm')
  const full = operation?.phase === 'registering' && (seen.rule?.entries.length ?? 0) >= maxRuleEntries
  if (warm.length <= state.cluster.policy.maxWarm && !full) return null
  if (activeRetirements(state).length > 0) return null
  const candidates = [...keepOrder(warm)]
    .reverse()
    .filter(
      (group) => !group.keep && !reasonLastSurvivor(state, group) && !reasonMustStay(state, seen, group),
    )
  const group = candidates[0]
  if (!group) return null
  const sentence = `${state.cluster.name} keeps ${state.cluster.policy.maxWarm} warm groups; ${group.name} gives way.`
  return { kind: 'retire', group, why: 'superseded', sentence }
}

/** The queue goes on when nothing moves traffic; a switch back goes before deployments, and waits for no hold. */
function promote(turn: Turn): TurnStep | null {
  const { state } = turn
  if (activeTraffic(state)) return null
  const waiting = waitingOperations(state)
  const next = waiting.find((operation) => operation.kind === 'switchBack')
  if (next) return record(next, { type: 'Promoted' })
  if (state.cluster.queuePaused) return null
  const free = waiting.find((operation) => obstaclesOf(turn, operation).length === 0)
  if (free) return record(free, { type: 'Promoted' })
  return waiting[0] ? waitForHold(turn, waiting[0]) : null
}

/** What stands in the way of an operation that waits, but for what somebody has overridden for it. */
function obstaclesOf(turn: Turn, operation: Operation): readonly Obstacle[] {
  const where = whereIs(turn.state.cluster)
  return obstaclesTo('deploy', turn.restraints, where, turn.seen.at).filter(({ ids }) =>
    ids.some((id) => !isOverridden(operation, id)),
  )
}

function waitForHold(turn: Turn, operation: Operation): TurnStep {
  const until = freeFrom('deploy', turn.restraints, whereIs(turn.state.cluster), turn.seen.at)
  const sentence = `Waits until it may start. ${obstacleSentence(obstaclesOf(turn, operation))}`
  return until ? waitUntil(turn, operation, sentence, until) : wait(turn, operation, sentence)
}
