import { groupNamed } from './cluster-state.js'
import { halt, raise } from './group-steps.js'
import { guardIdle } from './decide-switch.js'
import { pushLabel } from './names.js'
import type { Operation } from './operation.js'
import { ticketsToward } from './open-tickets.js'
import { neededFor, reasonNotRegistered, registeredPart } from './readiness.js'
import { ruleWriteNow } from './rule-change.js'
import { carriers, carriesAll, groupsByTarget, switchedTo, without } from './rule-lists.js'
import { later, observedOf, wait, type Turn, type TurnStep } from './turn.js'

/**
 * The first thing an abort does after a canary: the share of the next group goes back to the previous one. Null once all of
 * it is there. Onto a group that is neither registered nor better than next it waits: that would serve fewer.
 */
export function weightsBack(turn: Turn, operation: Operation): TurnStep | null {
  const { rule } = turn.seen
  const [from, to] = [groupNamed(turn.state, operation.from), groupNamed(turn.state, operation.to)]
  const seenFrom = observedOf(turn, operation.from)
  if (!rule || !from?.targetGroupArn || !seenFrom?.autoScaling || from.shrinkStarted)
    return halt(operation, `${operation.from ?? 'The previous group'} can’t take the whole traffic back.`)
  if (carriesAll(rule, from.targetGroupArn)) return guardIdle(turn, operation, operation.to)
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  const reason = reasonToWait(turn, operation)
  if (reason) {
    if (turn.seen.at > until) return halt(operation, `The traffic could not be brought back: ${reason}.`)
    const needed = neededFor(seenFrom)
    const why = `${pushLabel(from.name)} must carry all of the traffic again.`
    if (seenFrom.autoScaling.min < needed) return raise(turn, operation, from.name, seenFrom, needed, why)
    return wait(turn, operation, `Before all traffic goes back to ${pushLabel(from.name)}: ${reason}`, until)
  }
  const entries = switchedTo(rule.entries, from.targetGroupArn)
  const arn = to?.targetGroupArn ?? null
  return ruleWriteNow(turn, operation, rule, {
    // A share that was sent and never answered may still land: then next leaves the rule in the same call, to be fenced.
    entries: arn && ticketsToward(turn.state, arn).length > 0 ? without(entries, arn) : entries,
    purpose: 'return',
    why: `All traffic back to ${pushLabel(from.name)}, in one call.`,
  })
}

function reasonToWait(turn: Turn, operation: Operation): string | null {
  const names = groupsByTarget(turn.state)
  const stranger = carriers(turn.seen.rule)
    .map(({ targetGroupArn }) => names.get(targetGroupArn) ?? targetGroupArn)
    .find((name) => name !== operation.from && name !== operation.to)
  if (stranger) return `${stranger} carries traffic too, which must be explained first`
  const from = observedOf(turn, operation.from)
  const to = observedOf(turn, operation.to)
  if (!from) return `${operation.from ?? 'the previous group'} is not visible`
  const reason = reasonNotRegistered(from, neededFor(from), 1)
  const healthy = registeredPart(from).instanceIds.length
  const others = to ? registeredPart(to).instanceIds.length : 0
  return reason && healthy > others ? null : reason
}
