import { canaryBegan } from './canary-shares.js'
import { activeTraffic, openObligation, type ClusterState } from './cluster-state.js'
import { stopsAt } from './may-start.js'
import { pushLabel } from './names.js'
import type { Operation, OperationEvent } from './operation.js'
import { isPausable } from './pausable-phases.js'
import { withoutPausedTime } from './paused-time.js'
import type { Hold } from './restraint.js'
import { scopeWords, whereIs } from './scope.js'
import { record, wait, type Turn, type TurnStep } from './turn.js'

/** What an operation may still record while it is paused: what ends it, what undoes it, and what AWS has carried out already. */
const recordedInPause: ReadonlySet<OperationEvent['type']> = new Set([
  'AbortStarted',
  'JudgedBad',
  'Halted',
  'Overridden',
  'Refused',
  'Reprieved',
  'Switched',
  'StepReached',
])

/** While a canary's share is out both sides must stay as large as what they carry. */
const keepsTraffic: ReadonlySet<string> = new Set(['RaiseMinSize', 'SuspendProcesses'])

/** Why an operation can't be paused where it is, as the end of a sentence; null when it can. */
export function reasonNotPausable(state: ClusterState, operation: Operation): string | null {
  const { kind, phase, to } = operation
  if (phase === 'waiting') return 'it waits in the queue and has not begun'
  if (phase === 'halted') return 'it is halted and does nothing until a person says how it goes on'
  if (kind === 'switchBack') return 'it brings the traffic back, and is through in moments'
  if (!isPausable(operation)) return `it is ${phase}, where only going on is safe`
  if (operation.cancelRequested) return 'it is being cancelled'
  const held = to === null ? null : openObligation(state, to, 'suspended')
  if (kind === 'resize' && held?.operationId === operation.id)
    return `${pushLabel(to ?? '')} can’t grow until it is through`
  return null
}

/**
 * What a step becomes under a pause: a stop pauses what it finds, and lets it go on once it is over; what is paused stays where
 * it is between two steps. A cancel, what ends it by itself, and what keeps traffic that is shared out safe go through.
 */
export function underPause(
  turn: Turn,
  operation: Operation,
  decide: (turn: Turn, operation: Operation) => TurnStep | null,
): TurnStep | null {
  const changed = followStops(turn, operation)
  if (changed) return changed
  if (!operation.paused || !isPausable(operation)) return decide(turn, operation)
  const step = decide(turn, whileTimeStands(operation, turn.seen.at))
  if (step && 'operation' in step && mayGoThrough(operation, step)) return { ...step, operation }
  return wait(turn, operation, pauseSentence(operation))
}

function mayGoThrough(operation: Operation, step: TurnStep & { readonly operation: unknown }): boolean {
  if (step.kind === 'record') return recordedInPause.has(step.event.type)
  return step.kind === 'act' && canaryBegan(operation) && keepsTraffic.has(step.call.type)
}

/** The stops that hold an operation: those in force here whose reason nobody has overridden for it. */
function stopsOf(turn: Turn, operation: Operation): readonly Hold[] {
  const where = whereIs(turn.state.cluster)
  return stopsAt(turn.restraints, where, turn.seen.at).filter(({ id }) => !isOverridden(operation, id))
}

/** Whether Delling starts no change in this cluster now, but what keeps the traffic safe and what undoes. */
export function isStopped(turn: Turn): boolean {
  const operation = activeTraffic(turn.state)
  const where = whereIs(turn.state.cluster)
  const stops = stopsAt(turn.restraints, where, turn.seen.at)
  return stops.some(({ id }) => !operation || !isOverridden(operation, id))
}

export function isOverridden(operation: Operation, restraintId: string): boolean {
  const overrides = [
    ...(operation.request.override ? [operation.request.override] : []),
    ...(operation.overrides ?? []),
  ]
  return overrides.some(({ ids }) => ids.includes(restraintId))
}

function followStops(turn: Turn, operation: Operation): TurnStep | null {
  const stops = stopsOf(turn, operation)
  const { paused } = operation
  if (paused?.stop && !stops.some(({ id }) => id === paused.stop) && stops.length === 0)
    return record(operation, { type: 'PauseEnded', by: 'Delling', sentence: 'The stop is over; it goes on.' })
  const stop = stops[0]
  if (!stop || paused || reasonNotPausable(turn.state, operation) !== null) return null
  const reason = `${scopeWords(stop.scope)} is stopped: ${stop.reason}`
  return record(operation, { type: 'Paused', by: stop.owner, reason, stop: stop.id })
}

/** The operation as if its phase had begun so much later: no deadline passes while it is paused. */
function whileTimeStands(operation: Operation, at: Date): Operation {
  return operation.paused ? { ...operation, ...withoutPausedTime(operation, at) } : operation
}

/** What is said of it while it is paused. */
function pauseSentence(operation: Operation): string {
  const { paused, from, to, kind } = operation
  const stays =
    (kind === 'deploy' || kind === 'create') && to
      ? ` ${pushLabel(to)} stays as it is${from ? ` and ${pushLabel(from)} ${canaryBegan(operation) ? 'keeps its share' : 'carries the traffic'}` : ''}; no deadline passes.`
      : ' Nothing is changed meanwhile; no deadline passes.'
  return `Paused by ${paused?.by ?? 'somebody'}: ${withStop(paused?.reason ?? '')}${stays}`
}

function withStop(text: string): string {
  return /[.!?…”]$/.test(text) ? text : `${text}.`
}
