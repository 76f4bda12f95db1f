import { isDeepStrictEqual } from 'node:util'
import { refusalKey } from './sightings.js'
import { later, sinceMs, type Turn, type TurnStep } from './turn.js'

/**
 * A request that AWS has just carried out, and whose effect is not shown yet, is waited for and not sent again: reads may
 * be as old as `staleReadMs`. What a rule shows is explained elsewhere.
 */
export function afterAnswer(turn: Turn, step: TurnStep): TurnStep {
  if (step.kind !== 'act' || step.call.type === 'ModifyRule') return step
  const answer = turn.sightings.answers.get(refusalKey(step.call.type, step.object))
  if (!answer || !isDeepStrictEqual(answer.call, step.call)) return step
  if (sinceMs(turn, answer.at) >= turn.timings.staleReadMs) return step
  return {
    kind: 'wait',
    operation: step.operation,
    sentence: `AWS has carried out ${step.call.type} of ${step.object}; waiting to see it`,
    until: later(answer.at, turn.timings.staleReadMs),
    lookAgainMs: turn.timings.pollMs,
  }
}
