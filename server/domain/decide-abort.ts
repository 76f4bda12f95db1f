import { groupNamed } from './cluster-state.js'
import { zonedTime } from './decide-after-switch.js'
import { weightsBack } from './decide-weights-back.js'
import { pushLabel } from './names.js'
import { fence } from './fence.js'
import { weightOf, type ObservedRule } from './observation.js'
import type { Operation } from './operation.js'
import { ruleWriteNow } from './rule-change.js'
import { isParked, without, isListed } from './rule-lists.js'
import { lastLanding, ticketsToward } from './open-tickets.js'
import { dropTestRule } from './test-rules.js'
import { later, record, wait, type Turn, type TurnStep } from './turn.js'

/** Leaves everything as it was: the new group out of the rule, kept for its diagnosis; a create's parked rule deleted. */
export function finishAbort(turn: Turn, operation: Operation): TurnStep {
  if (operation.kind === 'switchBack') return endSwitchBack(turn, operation)
  const { rule } = turn.seen
  const to = groupNamed(turn.state, operation.to)
  if (rule && operation.kind === 'create') return dropRule(turn, operation, rule)
  const back = operation.canary ? weightsBack(turn, operation) : null
  if (back) return back
  const test = dropTestRule(turn, operation, operation.to)
  if (test) return test
  const arn = to?.targetGroupArn ?? null
  // What carried a share leaves the rule once it has drained, by the rule's own list.
  if (rule && to && arn && isListed(rule, arn) && !operation.canary) {
    const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
    if (weightOf(rule, arn) > 0)
      return wait(
        turn,
        operation,
        `${pushLabel(to.name)} carries traffic, which must be explained first`,
        until,
      )
    return ruleWriteNow(turn, operation, rule, {
      entries: without(rule.entries, arn),
      purpose: 'delist',
      why: `${pushLabel(to.name)} leaves the rule.`,
    })
  }
  const fenced = fence(turn, operation)
  if (fenced) return fenced
  const keptUntil = to ? later(turn.seen.at, turn.timings.diagnosisMs) : null
  return record(operation, { type: 'Aborted', sentence: endSentence(turn, operation, keptUntil), keptUntil })
}

/** A switch back that gives up leaves a warm group: a late switch to it is waited for, because it may well come. */
function endSwitchBack(turn: Turn, operation: Operation): TurnStep {
  const to = groupNamed(turn.state, operation.to)
  const until = lastLanding(ticketsToward(turn.state, to?.targetGroupArn ?? null), turn.timings)
  if (until)
    return wait(
      turn,
      operation,
      `A switch to ${pushLabel(to?.name ?? '')} was never answered and may still come through`,
      until,
    )
  return record(operation, { type: 'Aborted', sentence: endSentence(turn, operation, null), keptUntil: null })
}

function dropRule(turn: Turn, operation: Operation, rule: ObservedRule): TurnStep {
  if (!isParked(rule))
    return record(operation, {
      type: 'Halted',
      sentence: 'The rule of the new cluster matches requests though nothing was switched.',
      left: [rule.ruleArn],
    })
  return {
    kind: 'act',
    call: { type: 'DeleteRule', ruleArn: rule.ruleArn },
    object: turn.state.cluster.name,
    operation,
    why: 'The parked rule goes with the attempt.',
  }
}

function endSentence(turn: Turn, operation: Operation, keptUntil: Date | null): string {
  const traffic = operation.from ? `traffic: ${pushLabel(operation.from)} 100 %` : 'nothing carries traffic'
  const kept =
    keptUntil && operation.to
      ? `; ${pushLabel(operation.to)} is kept for diagnosis until ${zonedTime(keptUntil, turn.state.cluster.policy.timeZone)}`
      : ''
  return `${traffic}${kept}. ${operation.reason ?? ''}`.trim()
}
