import { changeRule } from './rule-change.js'
import { groupNamed } from './cluster-state.js'
import { abort, raise } from './group-steps.js'
import { reasonNotReady } from './decide-switch.js'
import { pushLabel } from './names.js'
import { weightOf } from './observation.js'
import type { Operation } from './operation.js'
import { neededFor, registeredPart } from './readiness.js'
import { joined, maxRuleEntries, isListed } from './rule-lists.js'
import { later, observedOf, record, wait, type Turn, type TurnStep } from './turn.js'
import { utcText } from './utc-text.js'

/** Fixes who has the traffic and how many instances that takes, as read now. */
export function startSwitchBack(turn: Turn, operation: Operation): TurnStep {
  const to = groupNamed(turn.state, operation.to)
  const live = turn.state.groups.find((group) => weightOf(turn.seen.rule, group.targetGroupArn) > 0)
  if (!to || to.shrinkStarted || !['warm', 'rejected', 'retiring'].includes(to.role))
    return record(operation, {
      type: 'Refused',
      sentence: `${operation.to ?? 'The group'} is no longer warm. Nothing was changed.`,
    })
  if (!live)
    return record(operation, {
      type: 'Refused',
      sentence: 'No group carries the traffic, so there is nothing to switch from.',
    })
  if (live.name === to.name)
    return record(operation, { type: 'Refused', sentence: `${to.name} carries the traffic already.` })
  return record(operation, {
    type: 'SizingStarted',
    from: live.name,
    to: to.name,
    need: neededFor(observedOf(turn, live.name)),
  })
}

/** Makes the warm group as large as live is now; with `now` its healthy part is enough. */
export function size(turn: Turn, operation: Operation): TurnStep {
  const to = groupNamed(turn.state, operation.to)
  const seen = observedOf(turn, operation.to)
  const { rule } = turn.seen
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  if (!to || !seen?.autoScaling) return abort(turn, operation, `${operation.to ?? 'The group'} is gone.`)
  const needed = neededFor(observedOf(turn, operation.from))
  const listed = isListed(rule, to.targetGroupArn)
  const reason = listed ? reasonNotReady(turn, operation) : 'It is not in the rule yet'
  if (!reason)
    return record(operation, {
      type: 'TargetReady',
      healthy: registeredPart(seen).instanceIds.length,
      need: needed,
    })
  if (turn.seen.at > until) return abort(turn, operation, `${reason}. It had until ${utcText(until)}.`)
  if (rule && !listed && to.targetGroupArn && rule.entries.length < maxRuleEntries) {
    const why = `${pushLabel(to.name)} joins the rule at weight 0 again, so that it is health-checked.`
    const entries = joined(rule.entries, to.targetGroupArn)
    return changeRule(turn, operation, rule, { entries, purpose: 'relist', why })
  }
  if (!operation.request.now && seen.autoScaling.min < needed)
    return raise(
      turn,
      operation,
      to.name,
      seen,
      needed,
      `${pushLabel(to.name)} must carry what live carries now: ${needed} instances.`,
    )
  return wait(turn, operation, `Before switching back to ${pushLabel(to.name)}: ${reason}`, until)
}
