import { changeRule } from './rule-change.js'
import { groupNamed } from './cluster-state.js'
import { zonedTime } from './decide-after-switch.js'
import { pushLabel } from './names.js'
import { weightOf } from './observation.js'
import type { Operation } from './operation.js'
import { isParked, without, isListed } from './rule-lists.js'
import { later, record, wait, type Turn, type TurnStep } from './turn.js'

/** Leaves everything as it was: the new group out of the rule, kept for its diagnosis; a create's parked rule deleted. */
export function finishAbort(turn: Turn, operation: Operation): TurnStep {
  const { rule } = turn.seen
  const { cluster } = turn.state
  const to = groupNamed(turn.state, operation.to)
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  if (operation.kind === 'switchBack')
    return record(operation, {
      type: 'Aborted',
      sentence: endSentence(turn, operation, null),
      keptUntil: null,
    })
  if (rule && operation.kind === 'create') {
    if (!isParked(rule))
      return record(operation, {
        type: 'Halted',
        sentence: 'The rule of the new cluster matches requests though nothing was switched.',
        left: [rule.ruleArn],
      })
    return {
      kind: 'act',
      call: { type: 'DeleteRule', ruleArn: rule.ruleArn },
      object: cluster.name,
      operation,
      why: 'The parked rule goes with the attempt.',
    }
  }
  const arn = to?.targetGroupArn ?? null
  const listed = isListed(rule, arn)
  if (rule && arn && listed) {
    if (weightOf(rule, arn) > 0)
      return wait(
        turn,
        operation,
        `${pushLabel(to?.name ?? '')} carries traffic, which must be explained first`,
        until,
      )
    return changeRule(
      turn,
      operation,
      rule,
      without(rule.entries, arn),
      'delist',
      `${pushLabel(to?.name ?? '')} leaves the rule.`,
    )
  }
  const keptUntil = to ? later(turn.seen.at, turn.timings.diagnosisMs) : null
  return record(operation, { type: 'Aborted', sentence: endSentence(turn, operation, keptUntil), keptUntil })
}

function endSentence(turn: Turn, operation: Operation, keptUntil: Date | null): string {
  const traffic = operation.from ? `traffic: ${pushLabel(operation.from)} 100 %` : 'nothing carries traffic'
  const kept =
    keptUntil && operation.to
      ? `; ${pushLabel(operation.to)} is kept for diagnosis until ${zonedTime(keptUntil, turn.state.cluster.policy.timeZone)}`
      : ''
  return `${traffic}${kept}. ${operation.reason ?? ''}`.trim()
}
