import { changeRule } from './rule-change.js'
import type { Call } from './call.js'
import { groupNamed, openObligation } from './cluster-state.js'
import { drainTimeMs } from './launched-with.js'
import { weightOf, type ObservedAutoScalingGroup, type ObservedGroup } from './observation.js'
import { isTraffic, type Operation, type OperationEvent } from './operation.js'
import { reasonLastSurvivor, reasonMustStay } from './retirement-guard.js'
import { without, isListed } from './rule-lists.js'
import { lastLanding, ticketsAbout, ticketsNaming, ticketsToward } from './open-tickets.js'
import type { ServerGroup } from './server-group.js'
import { later, observedOf, record, sinceMs, wait, waitUntil, type Turn, type TurnStep } from './turn.js'

/** One step of destroying a group: out of the rule, drained and quiet, shrunk, deleted, looked for twice. */
export function retire(turn: Turn, operation: Operation): TurnStep | null {
  const group = groupNamed(turn.state, operation.to)
  if (!group) return operation.phase === 'verifying' ? record(operation, destroyed) : null
  switch (operation.phase) {
    case 'queued': {
      const asked = isAsked(operation)
      // Of two survivors that a cleanup asked for at once, the second is the last.
      const reason =
        reasonMustStay(turn.state, turn.seen, group) ?? (asked ? null : reasonLastSurvivor(turn.state, group))
      if (reason) return record(operation, { type: 'Refused', sentence: `${reason} Nothing was changed.` })
      return record(operation, { type: 'RetireStarted', group: group.name, was: group.role })
    }
    case 'delisting':
      return reprieve(turn, operation, group) ?? delist(turn, operation, group)
    case 'draining':
      return reprieve(turn, operation, group) ?? drain(turn, operation, group)
    case 'shrinking':
      return shrink(turn, operation, group)
    case 'deleting':
      return remove(turn, operation, group)
    case 'verifying':
      return verify(turn, operation, group)
    default:
      return null
  }
}

/** A person wants it gone: by itself, or with its whole cluster. */
function isAsked({ request: { why } }: Operation): boolean {
  return why === 'asked' || why === 'decommissioned'
}

/** Until its instances go, anything that needs it again calls the retirement off. */
function reprieve(turn: Turn, operation: Operation, group: ServerGroup): TurnStep | null {
  if (operation.cancelRequested)
    return record(operation, {
      type: 'Reprieved',
      sentence: `${operation.cancelRequested.by} called it off; ${group.name} stays.`,
    })
  if (group.keep)
    return record(operation, {
      type: 'Reprieved',
      sentence: `${group.keep.by} keeps ${group.name}: ${group.keep.why}`,
    })
  const last = isAsked(operation) ? null : reasonLastSurvivor(turn.state, group)
  if (last) return record(operation, { type: 'Reprieved', sentence: last })
  const wanted = turn.state.operations.find((other) => isTraffic(other.kind) && other.to === group.name)
  if (wanted)
    return record(operation, {
      type: 'Reprieved',
      sentence: `${wanted.request.actor.name} wants the traffic back on ${group.name}; it stays.`,
    })
  if (weightOf(turn.seen.rule, group.targetGroupArn) > 0)
    return record(operation, { type: 'Reprieved', sentence: `${group.name} was given traffic; it stays.` })
  return null
}

function delist(turn: Turn, operation: Operation, group: ServerGroup): TurnStep {
  const { rule, usedElsewhere } = turn.seen
  const arn = group.targetGroupArn
  if (openObligation(turn.state, group.name, 'testRule'))
    return wait(turn, operation, `The test rule of ${group.name} goes first`)
  if (arn && usedElsewhere.includes(arn))
    return wait(
      turn,
      operation,
      `Another rule of the load balancer forwards to ${group.name}; take it out there first`,
    )
  if (!rule || !arn || !isListed(rule, arn))
    return record(operation, { type: 'Delisted', entries: rule?.entries ?? null })
  const why = `${group.name} leaves the rule first: an empty group in it would look sick in DNS.`
  return changeRule(turn, operation, rule, { entries: without(rule.entries, arn), purpose: 'delist', why })
}

/** Deregistration delay since the traffic left, and no request for the whole quiet time, as the metric says. */
function drain(turn: Turn, operation: Operation, group: ServerGroup): TurnStep {
  const { timings, state } = turn
  const quietSince = group.quietSince ?? operation.phaseSince
  const drainMs = drainTimeMs(state, group) / timings.awsDivisor
  const seen = observedOf(turn, group.name)
  const until = later(quietSince, Math.max(drainMs, timings.quietMs + timings.metricLateMs))
  if (turn.seen.at < until)
    return waitUntil(turn, operation, `Draining ${group.name}: the last requests may still be running`, until)
  if (seen && seen.requests === null && group.registeredAt)
    return wait(turn, operation, `CloudWatch did not say whether ${group.name} still gets requests`)
  if (seen?.requests)
    return wait(
      turn,
      operation,
      `${group.name} still got ${seen.requests} requests in the quiet time; waiting for none`,
    )
  const arn = group.targetGroupArn
  if (arn && turn.seen.usedElsewhere.includes(arn))
    return wait(
      turn,
      operation,
      `Another rule of the load balancer forwards to ${group.name}; take it out there first`,
    )
  const reason = reasonMustStay(state, turn.seen, group)
  if (reason) return wait(turn, operation, reason)
  const landing = lastLanding(ticketsToward(state, arn), timings)
  if (landing)
    return wait(
      turn,
      operation,
      `A change that gives ${group.name} traffic was never answered and may still come`,
      landing,
    )
  if (!seen?.autoScaling) return record(operation, { type: 'ShrinkStarted' })
  return shrinkCall(operation, group, { type: 'ShrinkStarted' })
}

function shrink(turn: Turn, operation: Operation, group: ServerGroup): TurnStep {
  const autoScaling = observedOf(turn, group.name)?.autoScaling
  if (!autoScaling || isEmpty(autoScaling)) return record(operation, { type: 'Shrunk' })
  return empty(turn, operation, group, autoScaling)
}

function isEmpty({ instances, desired }: ObservedAutoScalingGroup): boolean {
  return instances.length === 0 && desired === 0
}

function empty(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  autoScaling: ObservedAutoScalingGroup,
): TurnStep {
  if (weightOf(turn.seen.rule, group.targetGroupArn) > 0)
    return record(operation, {
      type: 'Halted',
      sentence: `${group.name} was given traffic while it is being shrunk; move the traffic away from it.`,
      left: [group.name],
    })
  const holding = autoScaling.suspended.filter((process) => process === 'Terminate' || process === 'Launch')
  if (holding.length > 0)
    return {
      kind: 'act',
      call: { type: 'ResumeProcesses', group: group.name, processes: [] },
      object: group.name,
      operation,
      why: 'With Terminate suspended nothing would go.',
    }
  if (autoScaling.desired > 0) return shrinkCall(operation, group)
  return wait(turn, operation, `${autoScaling.instances.length} instances of ${group.name} are terminating`)
}

function shrinkCall(operation: Operation, group: ServerGroup, event?: { type: 'ShrinkStarted' }): TurnStep {
  return {
    kind: 'act',
    call: { type: 'ShrinkToZero', group: group.name },
    object: group.name,
    operation,
    why: `${group.name} ends here: its instances terminate.`,
    ...(event ? { event } : {}),
  }
}

/** Group, target group, template: each once its predecessor is gone. */
function remove(turn: Turn, operation: Operation, group: ServerGroup): TurnStep {
  const seen = observedOf(turn, group.name)
  const say = (call: Call, why: string): TurnStep => ({
    kind: 'act',
    call,
    object: group.name,
    operation,
    why,
  })
  if (seen?.autoScaling) {
    if (seen.autoScaling.status)
      return wait(turn, operation, `The Auto Scaling group ${group.name} is being deleted`)
    if (seen.autoScaling.warmPool === 'going')
      return wait(turn, operation, `The warm pool of ${group.name} is being deleted`)
    // A look that lacked it took it for gone before it was shrunk.
    if (!isEmpty(seen.autoScaling)) return empty(turn, operation, group, seen.autoScaling)
    if (seen.autoScaling.warmPool)
      return say({ type: 'DeleteWarmPool', group: group.name }, 'AWS deletes no group that has one.')
    return say({ type: 'DeleteAutoScalingGroup', group: group.name }, 'It has no instance left.')
  }
  if (seen?.targetGroupArn)
    return say(
      { type: 'DeleteTargetGroup', group: group.name, targetGroupArn: seen.targetGroupArn },
      'No rule names it any more.',
    )
  if (seen?.launchTemplateId && !group.adopted?.templateStays)
    return say(
      { type: 'DeleteLaunchTemplate', group: group.name, launchTemplateId: seen.launchTemplateId },
      'Nothing launches from it any more.',
    )
  if (seen?.alarms && seen.alarms.length > 0)
    return say(
      { type: 'DeleteAlarms', group: group.name, names: seen.alarms },
      'The policies that they called are gone.',
    )
  return record(operation, { type: 'Deleted' })
}

function verify(turn: Turn, operation: Operation, group: ServerGroup): TurnStep {
  const seen = observedOf(turn, group.name)
  if (partsLeft(group, seen).length > 0) return remove(turn, operation, group)
  const since = turn.sightings.absentSince.get(group.name)
  const open = [...ticketsAbout(turn.state, group.name), ...ticketsNaming(turn.state, group.targetGroupArn)]
  const landing = lastLanding(open, turn.timings)
  if (landing)
    return wait(
      turn,
      operation,
      `A request about ${group.name} was never answered and could make it again`,
      landing,
    )
  if (since && sinceMs(turn, since) >= turn.timings.goneMs) return record(operation, destroyedWith(group))
  return wait(
    turn,
    operation,
    `Looking again that nothing of ${group.name} is left`,
    later(operation.phaseSince, turn.timings.goneMs),
  )
}

/** What AWS still shows of a group, but for a launch template that is not its own alone. */
export function partsLeft(group: ServerGroup, seen: ObservedGroup | null): readonly string[] {
  return [
    ...(seen?.autoScaling ? ['Auto Scaling group'] : []),
    ...(seen?.targetGroupArn ? ['target group'] : []),
    ...(seen?.launchTemplateId && !group.adopted?.templateStays ? ['launch template'] : []),
    ...(seen?.alarms ?? []).map((name) => `alarm ${name}`),
  ]
}

const destroyed: OperationEvent & { type: 'Destroyed' } = {
  type: 'Destroyed',
  looked: [
    'the Auto Scaling group',
    'its instances',
    'the target group',
    'the launch template',
    'the listener rules',
  ],
}

/** What was looked at depends on what the group had, and on what was its own. */
function destroyedWith(group: ServerGroup): OperationEvent {
  const looked = destroyed.looked.filter(
    (part) => part !== 'the launch template' || !group.adopted?.templateStays,
  )
  return { ...destroyed, looked: [...looked, ...(group.alarms ? ['its alarms'] : [])] }
}
