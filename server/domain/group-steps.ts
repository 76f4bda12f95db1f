import { activeResizes, groupNamed, type ClusterState } from './cluster-state.js'
import type { Diagnosis, Operation, Outcome } from './operation.js'
import { failedActivitySentences } from './launch-failure.js'
import type { ObservedAutoScalingGroup, ObservedGroup } from './observation.js'
import { lastLanding, ticketsAbout } from './open-tickets.js'
import { neededFor } from './readiness.js'
import { speaksAgainstImage } from './speaks-against-image.js'
import { observedOf, record, type Turn, type TurnStep } from './turn.js'

/** Processes that would change an idle group's size. */
export const sizingProcesses = ['AlarmNotification', 'ScheduledActions'] as const

/** While a target group carries nothing it must not make the load balancer look sick in DNS. */
export const guardedAttributes = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': 'off',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
} as const
export const unguardedAttributes = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
} as const

/** Gives up before the switch: what AWS and the instances said goes with it. */
export function abort(
  turn: Turn,
  operation: Operation,
  sentence: string,
  endsAs: Outcome = 'failed',
): TurnStep {
  const seen = observedOf(turn, operation.to)
  const diagnosis: Diagnosis | null = seen
    ? {
        activities: failedActivitySentences(seen.activities),
        targets: turn.sightings.complaints.get(seen.name) ?? [],
        console: [],
      }
    : null
  const sparesImage = !seen || !speaksAgainstImage(seen)
  return record(operation, {
    type: 'AbortStarted',
    sentence,
    endsAs,
    diagnosis,
    ...(sparesImage && { sparesImage }),
  })
}

export function suspend(
  operation: Operation | null,
  name: string,
  seen: ObservedGroup,
  processes: readonly string[],
  why: string,
  operationId = operation?.id ?? '',
): TurnStep {
  return {
    kind: 'act',
    call: { type: 'SuspendProcesses', group: name, processes },
    object: name,
    operation,
    why,
    debt: {
      kind: 'suspended',
      object: name,
      operationId,
      original: { processes: seen.autoScaling?.suspended ?? [] },
      attempted: { processes },
    },
  }
}

/** Raises MinSize, and MaxSize where it must. MaxSize is not set anew while an unanswered request may set another. */
export function raise(
  turn: Turn,
  operation: Operation | null,
  name: string,
  seen: ObservedGroup,
  min: number,
  why: string,
  operationId = operation?.id ?? '',
): TurnStep {
  const present = seen.autoScaling
  if (!present) throw new Error(`${name} has no Auto Scaling group to resize`)
  const max = Math.max(present.max, min)
  const rival = ticketsAbout(turn.state, name).filter(
    ({ call }) =>
      (call.type === 'RaiseMinSize' || call.type === 'RestoreSizes') && call.max !== null && call.max !== max,
  )
  const until = max > present.max ? lastLanding(rival, turn.timings) : null
  if (until)
    return {
      kind: 'wait',
      operation,
      sentence: `AWS never answered another change of ${name}’s MaxSize, which may still take effect`,
      until,
      lookAgainMs: turn.timings.pollMs,
    }
  return {
    kind: 'act',
    call: { type: 'RaiseMinSize', group: name, min, max: max > present.max ? max : null },
    object: name,
    operation,
    why,
    debt: {
      kind: 'minSize',
      object: name,
      operationId,
      original: originalSize(turn.state, name, present),
      attempted: { min, max },
    },
  }
}

/** What a group gets back: what it has, or, while it is being resized, what was asked for it. */
function originalSize(
  state: ClusterState,
  name: string,
  present: ObservedAutoScalingGroup,
): { readonly min: number; readonly max: number } {
  const group = groupNamed(state, name)
  const resized = group?.role === 'live' && activeResizes(state).some((each) => each.to === name)
  const { min, max } = resized ? group.size : present
  return { min, max }
}

/** The next group grows with the one that it is to replace: MinSize at what that carries the traffic with now. */
export function growNext(turn: Turn, operation: Operation): TurnStep | null {
  const seen = observedOf(turn, operation.to)
  const group = groupNamed(turn.state, operation.to)
  const needed = Math.max(group?.size.desired ?? 0, neededFor(observedOf(turn, operation.from)))
  if (!group || !seen?.autoScaling || seen.autoScaling.min >= needed) return null
  const why = `Live carries its traffic with ${needed} instances now.`
  return raise(turn, operation, group.name, seen, needed, why)
}

/** Nothing safe is left to do: a person must say what holds. */
export function halt(operation: Operation, sentence: string): TurnStep {
  return record(operation, {
    type: 'Halted',
    sentence,
    left: [operation.from, operation.to].filter((name) => name !== null),
  })
}

/** True when AWS shows other values than are wanted. */
export function differs(
  present: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).some(([key, value]) => present[key] !== value)
}
