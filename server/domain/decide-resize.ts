import type { GroupSize } from './cluster.js'
import { activeResizes, groupNamed, openObligation, type ClusterState } from './cluster-state.js'
import { abort, raise, sizingProcesses, suspend } from './group-steps.js'
import { pushLabel } from './names.js'
import type { ObservedAutoScalingGroup, ObservedGroup } from './observation.js'
import { lastLanding, ticketsAbout } from './open-tickets.js'
import type { Operation } from './operation.js'
import { reasonNotRegistered, registeredPart } from './readiness.js'
import { reasonNotResizable } from './resize.js'
import type { ServerGroup } from './server-group.js'
import { act, later, observedOf, record, wait, type Turn, type TurnStep } from './turn.js'

/**
 * Brings a group to the bounds that were asked for. The desired capacity is never sent: a raised MinSize makes AWS start
 * what is missing, and below a lowered one the group's own scaling decides.
 */
export function resize(turn: Turn, operation: Operation): TurnStep {
  const group = groupNamed(turn.state, operation.to)
  const seen = observedOf(turn, operation.to)
  const present = seen?.autoScaling
  if (!group || !seen || !present || !['live', 'warm'].includes(group.role))
    return giveUp(turn, operation, group, `${operation.to ?? 'The group'} is neither live nor warm any more.`)
  switch (operation.phase) {
    case 'queued':
      return start(turn, operation, group, present)
    case 'sizing':
      return size(turn, operation, group, seen, present)
    default:
      return end(turn, operation, group, present)
  }
}

function start(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): TurnStep {
  const asked = askedOf(operation, group)
  const reason = reasonNotResizable(turn.state, group, present, asked)
  if (reason) return record(operation, { type: 'Refused', sentence: `${reason} Nothing was changed.` })
  return record(operation, { type: 'ResizeStarted', group: group.name, was: group.size, size: asked })
}

function giveUp(turn: Turn, operation: Operation, group: ServerGroup | null, sentence: string): TurnStep {
  if (operation.phase === 'queued')
    return record(operation, { type: 'Refused', sentence: `${sentence} Nothing was changed.` })
  if (operation.phase === 'sizing') return abort(turn, operation, sentence)
  return record(operation, aborted(sentence, group ? operation.resizedFrom : null))
}

/** What was meant for a warm group is off once it is live; else success first, then a cancel, then the deadline, then what is still to be done. */
function size(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  seen: ObservedGroup,
  present: ObservedAutoScalingGroup,
): TurnStep {
  const asked = askedOf(operation, group)
  if (isOvertaken(group, asked)) {
    const why = `${pushLabel(group.name)} carries the traffic now, so it is not held at ${asked.min} instances.`
    return abort(turn, operation, why, 'cancelled')
  }
  const until = later(operation.phaseSince, turn.timings.registerDeadlineMs)
  const isSet = boundsAre(turn, operation, group, present)
  const missing = isSet ? reasonNotRegistered(seen, asked.min, 1) : null
  const rival = isSet ? lastLanding(otherSizes(turn, group, asked), turn.timings) : null
  if (isSet && !rival && !missing)
    return record(operation, { type: 'Succeeded', sentence: endSentence(turn, group, seen, present) })
  if (operation.cancelRequested)
    return abort(turn, operation, `Cancelled by ${operation.cancelRequested.by}.`, 'cancelled')
  if (rival)
    return wait(
      turn,
      operation,
      `AWS never answered another change of ${pushLabel(group.name)}’s size, which may still take effect`,
      rival,
    )
  if (turn.seen.at > until)
    return abort(turn, operation, `${missing ?? `AWS shows other bounds than were asked for`}.`)
  if (isSet) return wait(turn, operation, `Its bounds are set. ${missing ?? ''}`, until)
  return change(turn, operation, group, seen, present, until)
}

/** The one call that sets the bounds; before MaxSize goes down, the group is kept from growing past it. */
function change(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  seen: ObservedGroup,
  present: ObservedAutoScalingGroup,
  until: Date,
): TurnStep {
  const label = pushLabel(group.name)
  const asked = askedOf(operation, group)
  if (group.role === 'warm') {
    const why = `${label} is held at ${asked.min} instances from now on.`
    return raise(turn, operation, group.name, seen, asked.min, why)
  }
  if (asked.max >= present.max && asked.min >= present.min)
    return raiseBounds(turn, operation, group, present)
  if (asked.max < present.max) {
    if (isPinned(turn, group))
      return wait(
        turn,
        operation,
        `${label} is still held at ${present.min} instances after the switch`,
        until,
      )
    const growing = sizingProcesses.filter((process) => !present.suspended.includes(process))
    if (growing.length > 0) {
      const why = `${label} must not grow past ${asked.max} while its MaxSize goes down.`
      return suspend(operation, group.name, seen, growing, why)
    }
    if (present.desired > asked.max)
      return wait(
        turn,
        operation,
        `${label} has grown to ${present.desired} instances, more than ${asked.max}; none is terminated`,
        until,
      )
  }
  const min = isPinned(turn, group) ? Math.max(present.min, asked.min) : asked.min
  return act(
    operation,
    { type: 'RestoreSizes', group: group.name, min, max: asked.max },
    group.name,
    `${label} may have ${asked.min} to ${asked.max} instances; its own scaling decides how many.`,
  )
}

/** While an unanswered request may set another MaxSize, a third value is not sent. */
function raiseBounds(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): TurnStep {
  const asked = askedOf(operation, group)
  const rival = lastLanding(otherSizes(turn, group, asked), turn.timings)
  if (rival)
    return wait(
      turn,
      operation,
      `AWS never answered another change of ${pushLabel(group.name)}’s size, which may still take effect`,
      rival,
    )
  return act(
    operation,
    {
      type: 'RaiseMinSize',
      group: group.name,
      min: Math.max(asked.min, present.min),
      max: asked.max > present.max ? asked.max : null,
    },
    group.name,
    `${pushLabel(group.name)} has ${asked.min} to ${asked.max} instances from now on.`,
  )
}

function askedOf(operation: Operation, group: ServerGroup): GroupSize {
  return operation.request.size ?? group.size
}

/** Stops where it is: the size that AWS shows is the recorded one. */
function end(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): TurnStep {
  const open = ticketsAbout(turn.state, group.name).filter((ticket) => ticket.operationId === operation.id)
  const landing = lastLanding(open, turn.timings)
  if (landing)
    return wait(
      turn,
      operation,
      `A change of ${pushLabel(group.name)}’s size was never answered and may still come through`,
      landing,
    )
  const asked = askedOf(operation, group)
  const reached = boundsAre(turn, operation, group, present) ? asked : operation.resizedFrom
  const stays = isOvertaken(group, asked) ? group.size : reached
  const words = group.role === 'live' && stays ? ` Its bounds are ${stays.min} to ${stays.max}.` : ''
  return record(operation, aborted(`${operation.reason ?? 'Given up.'}${words}`, stays))
}

/**
 * The bounds that a live group gets are recorded when its resize begins; a warm one is held without them. So a live group with
 * other ones was warm then, and took the traffic back meanwhile.
 */
function isOvertaken({ role, size }: ServerGroup, asked: GroupSize): boolean {
  return role === 'live' && (size.min !== asked.min || size.max !== asked.max)
}

function aborted(sentence: string, size: Operation['resizedFrom']) {
  return { type: 'Aborted' as const, sentence, keptUntil: null, ...(size ? { size } : {}) }
}

/** A MinSize that is held higher for a while is as good as the asked one: that is what it will be put back to. */
function boundsAre(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): boolean {
  const asked = askedOf(operation, group)
  const lowersMax = asked.max < (operation.resizedFrom?.max ?? 0)
  if (group.role === 'warm') return present.min >= asked.min
  if (!isPinned(turn, group)) return present.min === asked.min && present.max === asked.max
  const maxIsSet = lowersMax ? present.max === asked.max : present.max >= asked.max
  return present.min >= asked.min && maxIsSet
}

function isPinned(turn: Turn, group: ServerGroup): boolean {
  return openObligation(turn.state, group.name, 'minSize') !== null
}

/** Unanswered requests that would leave the group with another size. */
function otherSizes(turn: Turn, group: ServerGroup, asked: GroupSize) {
  return ticketsAbout(turn.state, group.name).filter(
    ({ call }) =>
      (call.type === 'RaiseMinSize' || call.type === 'RestoreSizes') &&
      (call.min !== asked.min || (call.max !== null && call.max !== asked.max)),
  )
}

function endSentence(
  turn: Turn,
  group: ServerGroup,
  seen: ObservedGroup,
  present: ObservedAutoScalingGroup,
): string {
  const healthy = registeredPart(seen).instanceIds.length
  const label = pushLabel(group.name)
  if (group.role === 'warm') return `${label} is held at ${present.min} instances; ${healthy} are healthy.`
  const pinned = isPinned(turn, group) && present.min > group.size.min
  const later = pinned ? ` MinSize stays at ${present.min} until it is released.` : ''
  return `${label} has ${present.desired} instances, ${group.size.min} to ${group.size.max} asked for.${later}`
}

/**
 * A live group whose MaxSize is going down, or may yet by a request that was never answered, must not grow meanwhile: AWS
 * would terminate what is above it.
 */
export function isHeldFromGrowing(state: ClusterState, group: ServerGroup, maxNow: number): boolean {
  return activeResizes(state).some(({ id, to, phase, request: { size: asked } }) => {
    if (to !== group.name || group.role !== 'live' || !asked || asked.max >= maxNow) return false
    return phase === 'sizing' || ticketsAbout(state, group.name).some((ticket) => ticket.operationId === id)
  })
}
