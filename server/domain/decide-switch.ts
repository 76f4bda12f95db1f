import { ruleWriteNow, waitForTickets } from './rule-change.js'
import { reasonUnwell } from './canary-judgement.js'
import { groupNamed } from './cluster-state.js'
import {
  abort,
  differs,
  growNext,
  guardedAttributes,
  raise,
  suspend,
  unguardedAttributes,
} from './group-steps.js'
import { warmUntil } from './morning.js'
import { pushLabel } from './names.js'
import { weightOf, type ObservedGroup, type ObservedRule } from './observation.js'
import type { Operation } from './operation.js'
import { neededFor, reasonNotRegistered, registeredPart } from './readiness.js'
import { carriers, carriesAll, groupsByTarget, isParked, switchedTo } from './rule-lists.js'
import { refusalKey } from './sightings.js'
import { lastLanding, ruleTickets, ticketsAbout } from './open-tickets.js'
import { later, observedOf, record, sinceMs, wait, type Turn, type TurnStep } from './turn.js'
import { utcText } from './utc-text.js'

const landsIn = ['registering', 'sizing', 'pinning', 'switching', 'aborting']

/** A switch that AWS shows is a switch, whatever phase the operation is in. */
export function landed(turn: Turn, operation: Operation): TurnStep | null {
  const to = groupNamed(turn.state, operation.to)
  const rule = ruleToSwitch(turn, operation)
  if (!to || !rule || operation.switched || !operation.switchSent || isParked(rule)) return null
  if (!landsIn.includes(operation.phase)) return null
  if (!carriesAll(rule, to.targetGroupArn)) return null
  const rejected = operation.kind === 'switchBack' && operation.request.markBad !== false
  const leftUntil = rejected
    ? later(turn.seen.at, turn.timings.rejectedMs)
    : warmUntil(turn.state.cluster.policy, turn.seen.at)
  return record(operation, {
    type: 'Switched',
    from: operation.from,
    to: to.name,
    leftAs: rejected ? 'rejected' : 'warm',
    leftUntil: operation.from ? leftUntil : null,
    entries: rule.entries,
    ruleArn: rule.ruleArn,
  })
}

/** The rule whose weights a switch sets: a create that takes an existing rule over is parked behind another until then. */
function ruleToSwitch(turn: Turn, operation: Operation): ObservedRule | null {
  const taken = operation.kind === 'create' ? turn.state.cluster.settings.balancer.ruleArn : null
  if (!taken) return turn.seen.rule
  return turn.seen.balancer?.rules.find((rule) => rule.ruleArn === taken) ?? null
}

/** What `to` lacks to take the place of `from`, read now; null when it may be switched to. */
export function reasonNotReady(turn: Turn, operation: Operation): string | null {
  const to = observedOf(turn, operation.to)
  const from = observedOf(turn, operation.from)
  if (!to) return `${operation.to ?? 'The group'} is not visible`
  const needed = neededFor(from)
  if (operation.kind !== 'switchBack') return reasonNotRegistered(to, needed, 3)
  const zones = from ? Math.min(3, Math.max(1, registeredPart(from).zones.length)) : 1
  const reason = reasonNotRegistered(to, needed, zones)
  if (!reason || !operation.request.now) return reason
  const healthy = registeredPart(to).instanceIds.length
  return healthy >= 1 ? null : 'It has no healthy target'
}

/** Pins the group that is about to be warm, then switches: both are decided from one fresh read. */
export function pinAndSwitch(turn: Turn, operation: Operation): TurnStep {
  const { cluster } = turn.state
  const to = groupNamed(turn.state, operation.to)
  const seenTo = observedOf(turn, operation.to)
  const rule = ruleToSwitch(turn, operation)
  if (!to || !seenTo?.targetGroupArn)
    return abort(turn, operation, `${operation.to ?? 'The next group'} is gone.`)
  if (!rule) return abort(turn, operation, `The listener rule of ${cluster.name} is gone.`)
  const refusal = turn.sightings.refusals.get(refusalKey('ModifyRule', cluster.name))
  // One of an earlier operation says nothing: what refused it may have been mended since.
  if (refusal && refusal.times >= 3 && refusal.at >= operation.requestedAt)
    return abort(turn, operation, `AWS refused the switch: ${refusal.message} (${refusal.code})`)
  const until = laterOf(
    later(operation.phaseSince, turn.timings.pinDeadlineMs),
    lastLanding(turn.state.tickets, turn.timings),
  )
  if (weightOf(rule, to.targetGroupArn) > 0) return switchFromShare(turn, operation, rule, seenTo, until)
  if (turn.seen.at > until) return unready(turn, operation, tooLate(until))
  const obstacle = obstacleInRule(turn, operation, rule)
  if (obstacle) return wait(turn, operation, obstacle, until)
  const reason = reasonNotReady(turn, operation)
  if (reason) return unready(turn, operation, reason)
  return pinThenSwitch(turn, operation, rule, seenTo)
}

const tooLate = (until: Date) => `The switch could not be made before ${utcText(until)}`

/** A group that carries a share since its canary can't go back to registering: it gets ready here, or gives its share back. */
function switchFromShare(
  turn: Turn,
  operation: Operation,
  rule: ObservedRule,
  seenTo: ObservedGroup,
  until: Date,
): TurnStep {
  const unwell = reasonUnwell(turn, operation, weightOf(rule, seenTo.targetGroupArn))
  if (unwell) return record(operation, { type: 'JudgedBad', sentence: `${unwell}.` })
  const obstacle = obstacleInRule(turn, operation, rule) ?? reasonNotReady(turn, operation)
  const step = obstacle
    ? (growNext(turn, operation) ?? wait(turn, operation, `Before the switch: ${obstacle}`, until))
    : pinThenSwitch(turn, operation, rule, seenTo)
  // What only waited out an unanswered request is not late: it can switch now, and nobody gains from giving up.
  const switches = step.kind === 'act' && step.event?.type === 'SwitchIntended'
  return turn.seen.at > until && !switches ? unready(turn, operation, tooLate(until)) : step
}

function pinThenSwitch(
  turn: Turn,
  operation: Operation,
  rule: ObservedRule,
  seenTo: ObservedGroup,
): TurnStep {
  return (
    pinPrevious(turn, operation) ??
    countInDns(operation, operation.to, seenTo) ??
    switchNow(turn, operation, rule, seenTo.targetGroupArn ?? '')
  )
}

/** The one call that moves the traffic; it waits for nothing but requests of ours that could undo it. */
function switchNow(turn: Turn, operation: Operation, rule: ObservedRule, targetGroupArn: string): TurnStep {
  const { balancer } = turn.state.cluster.settings
  const to = operation.to ?? ''
  const entries = switchedTo(rule.entries, targetGroupArn)
  const blocked = operation.request.now
    ? null
    : (waitForTickets(turn, operation, entries) ?? waitForUnpin(turn, operation))
  if (blocked) return blocked
  const write = {
    entries,
    purpose: 'switch' as const,
    why: `All traffic to ${pushLabel(to)}, in one call.`,
    conditions: isParked(rule) ? balancer.conditions : undefined,
  }
  const event = { type: 'SwitchIntended' as const, from: operation.from, to }
  return { ...ruleWriteNow(turn, operation, rule, write), event }
}

/** An unanswered request that releases `from` would unpin it once it is warm. */
function waitForUnpin(turn: Turn, operation: Operation): TurnStep | null {
  const releasing = ticketsAbout(turn.state, operation.from ?? '').filter(
    ({ call }) => call.type === 'RestoreSizes' || call.type === 'ResumeProcesses',
  )
  const until = lastLanding(releasing, turn.timings)
  return until
    ? wait(
        turn,
        operation,
        `AWS never answered a request that releases ${operation.from ?? ''}; it must not take effect after the switch`,
        until,
      )
    : null
}

/** What was never answered is waited out before the deadline counts. */
function laterOf(a: Date, b: Date | null): Date {
  return b && b > a ? b : a
}

/** Weight where it should not be: then nothing is measured against the right group. */
export function obstacleInRule(turn: Turn, operation: Operation, rule: ObservedRule): string | null {
  if (rule.sticky)
    return 'The rule pins clients to a target group (stickiness), which would override the weights'
  const names = groupsByTarget(turn.state)
  const strange = carriers(rule).filter((entry) => {
    const name = names.get(entry.targetGroupArn)
    return name !== operation.from && name !== operation.to
  })
  if (strange.length > 0)
    return `${strange.map((entry) => names.get(entry.targetGroupArn) ?? entry.targetGroupArn).join(', ')} carries traffic too; nothing is switched until that is explained`
  return null
}

/** Back to waiting until registered; after five times the operation gives up. */
function unready(turn: Turn, operation: Operation, sentence: string): TurnStep {
  const carries = weightOf(turn.seen.rule, groupNamed(turn.state, operation.to)?.targetGroupArn ?? null) > 0
  if (carries) return abort(turn, operation, `${sentence}, while it carried a share of the traffic.`)
  if (operation.unreadyCount >= 5)
    return abort(turn, operation, `${sentence}. It was ready and lost it again five times.`)
  return record(operation, { type: 'NextUnready', sentence })
}

/** MinSize at what it carries, schedules suspended; alarms only after the switch, because until then it must be able to grow. */
export function pinPrevious(turn: Turn, operation: Operation): TurnStep | null {
  const seen = observedOf(turn, operation.from)
  if (!operation.from || !seen?.autoScaling) return null
  const name = pushLabel(operation.from)
  if (!seen.autoScaling.suspended.includes('ScheduledActions'))
    return suspend(
      operation,
      operation.from,
      seen,
      ['ScheduledActions'],
      `So that no schedule shrinks ${name} in the night.`,
    )
  const needed = neededFor(seen)
  if (seen.autoScaling.min < needed)
    return raise(
      turn,
      operation,
      operation.from,
      seen,
      needed,
      `${name} is held at the size it carries the traffic with.`,
    )
  return null
}

/** A group that is about to carry traffic, or does, counts in DNS. */
export function countInDns(
  operation: Operation,
  name: string | null,
  seen: ObservedGroup | null,
): TurnStep | null {
  return setGuard(operation, name, seen, unguardedAttributes, 'carries the traffic, so DNS may count it')
}

/** The other half of the guard: a group at weight 0 in the rule says nothing in DNS. */
export function guardIdle(turn: Turn, operation: Operation, name: string | null): TurnStep | null {
  const seen = observedOf(turn, name)
  if (weightOf(turn.seen.rule, seen?.targetGroupArn ?? null) > 0) return null
  return setGuard(operation, name, seen, guardedAttributes, 'carries nothing now and must not count in DNS')
}

function setGuard(
  operation: Operation,
  name: string | null,
  seen: ObservedGroup | null,
  attributes: Readonly<Record<string, string>>,
  why: string,
): TurnStep | null {
  if (!name || !seen?.targetGroupArn) return null
  if (!differs(seen.targetGroupAttributes, attributes)) return null
  return {
    kind: 'act',
    call: {
      type: 'ModifyTargetGroupAttributes',
      group: name,
      targetGroupArn: seen.targetGroupArn,
      attributes,
    },
    object: name,
    operation,
    why: `${pushLabel(name)} ${why}.`,
  }
}

/** After the call: only a look says whether it was made. One that was answered and is not shown never happened. */
export function lookForSwitch(turn: Turn, operation: Operation): TurnStep {
  const refusal = turn.sightings.refusals.get(refusalKey('ModifyRule', turn.state.cluster.name))
  if (refusal && refusal.at >= operation.phaseSince)
    return record(operation, { type: 'NotSwitched', sentence: `${refusal.message} (${refusal.code})` })
  const open = ruleTickets(turn.state).some((ticket) => ticket.operationId === operation.id)
  const until = later(operation.phaseSince, turn.timings.switchDeadlineMs)
  if (open && sinceMs(turn, operation.phaseSince) < Math.min(20_000, turn.timings.switchDeadlineMs))
    return wait(turn, operation, 'The switch was sent; waiting to see it in the rule', until)
  if (operation.cancelRequested)
    return abort(turn, operation, `Cancelled by ${operation.cancelRequested.by}.`, 'cancelled')
  return record(operation, { type: 'NotSwitched', sentence: 'the rule does not show it' })
}
