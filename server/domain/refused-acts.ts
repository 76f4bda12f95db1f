import { abort } from './group-steps.js'
import { refusalKey } from './sightings.js'
import type { Operation } from './operation.js'
import { later, record, sinceMs, type Turn, type TurnStep } from './turn.js'

/** So often in a row must AWS refuse the same request before it is not simply sent again. */
const believedAfter = 3
const longestPauseMs = 60_000

/** What AWS says of a profile, a role or a template that was made moments ago and is not known everywhere yet. */
const mayBeTooYoung =
  /Invalid IAM Instance Profile|iamInstanceProfile|not authorized to use launch template|fully-formed launch template/i

/** Phases before the switch, in which an operation can give up and leave, or put back, everything as it was. */
const undoable = [
  'preparing',
  'launching',
  'registering',
  'testing',
  'canary',
  'approving',
  'sizing',
  'pinning',
  'parking',
  'quieting',
  'marking',
  'unmarking',
]

export function isUndoable({ phase }: Operation): boolean {
  return undoable.includes(phase)
}

/** In every other phase an operation can only go on: what it lacks for too long, a person must give it. */
function isBlockedTooLong(turn: Turn, operation: Operation): boolean {
  return !isUndoable(operation) && sinceMs(turn, operation.phaseSince) > turn.timings.undoDeadlineMs
}

/** Names what is left to do and what stands in the way; "try again" goes on from the same phase. */
function halt(operation: Operation, step: TurnStep & { kind: 'act' }, words: string): TurnStep {
  const sentence = `${words}. Mend that and say “try again”: what is left is ${step.call.type} of ${step.object}.`
  return record(operation, { type: 'Halted', sentence, left: [`${step.call.type} of ${step.object}`] })
}

/**
 * What becomes of a request that AWS has refused several times: a deployment that has moved nothing ends with AWS's words;
 * everything else asks again ever less often, so that what comes after it in the turn is not held up by it for ever.
 */
export function afterRefusals(turn: Turn, step: TurnStep): TurnStep {
  if (step.kind !== 'act') return step
  const { operation, call } = step
  const refusal = turn.sightings.refusals.get(refusalKey(call.type, step.object))
  if (!refusal || refusal.times < believedAfter) return step
  const words = `AWS refused ${call.type}: ${refusal.message} (${refusal.code})`
  const young =
    operation !== null &&
    mayBeTooYoung.test(refusal.message) &&
    sinceMs(turn, operation.phaseSince) < turn.timings.propagationMs
  if (operation && !young && isUndoable(operation) && refusal.at >= operation.requestedAt)
    // What AWS says of a test rule says nothing of the image.
    return abort(turn, operation, words, operation.phase === 'testing' ? 'cancelled' : 'failed')
  if (operation && !young && isBlockedTooLong(turn, operation)) return halt(operation, step, words)
  const pauseMs = Math.min(longestPauseMs, turn.timings.pollMs * 2 ** Math.min(refusal.times, 12))
  const until = later(refusal.at, pauseMs)
  if (turn.seen.at >= until) return step
  return {
    kind: 'wait',
    operation,
    sentence: `${words}; it is asked again`,
    until,
    lookAgainMs: turn.timings.pollMs,
  }
}
