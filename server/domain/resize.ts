import type { PlannedCall } from './call.js'
import { reasonBadSize, type GroupSize } from './cluster.js'
import { activeTraffic, type ClusterState } from './cluster-state.js'
import { launchedWith } from './launched-with.js'
import { pushLabel } from './names.js'
import type { ObservedAutoScalingGroup } from './observation.js'
import type { ServerGroup } from './server-group.js'

/** What a person asks of a group's size: bounds, or one number that it must have at least. */
export interface SizeAsked {
  readonly size?: number | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** The bounds that are meant. How many instances there are within them is for the group's own scaling to say. */
export function sizeAfter(was: GroupSize, asked: SizeAsked): GroupSize {
  const min = asked.min ?? asked.size ?? was.min
  const max = asked.max ?? Math.max(was.max, min)
  const desired = min < was.min ? min : Math.min(Math.max(was.desired, min), max)
  return { min, max, desired }
}

/** Whether either bound goes down. A warm group is held at what it has, whatever its recorded bounds. */
export function isLowering(group: ServerGroup, present: ObservedAutoScalingGroup, size: GroupSize): boolean {
  if (group.role === 'warm') return size.min < present.desired
  return size.min < group.size.min || size.max < group.size.max
}

/** Why a group can't get that size, in a sentence; null when it can. No act of ours makes a group that is needed smaller. */
export function reasonNotResizable(
  state: ClusterState,
  group: ServerGroup,
  present: ObservedAutoScalingGroup | null | undefined,
  size: GroupSize,
): string | null {
  const label = group.name
  if (group.role !== 'live' && group.role !== 'warm')
    return `${label} is ${group.role}; only a live or a warm group is resized.`
  if (!present) return `AWS shows no Auto Scaling group ${label}.`
  const bad = reasonBadSize(size)
  if (bad) return bad
  if (group.role === 'warm') {
    if (size.min < present.desired)
      return `${label} is warm and held at ${present.desired} instances; a warm group is only made larger.`
    return size.min === present.desired ? `${label} is held at ${size.min} instances already.` : null
  }
  if (size.max < present.desired)
    return `${label} carries the traffic with ${present.desired} instances; a largest size of ${size.max} would terminate ${present.desired - size.max} of them. Lower MinSize and let its own scaling make it smaller first.`
  if (size.min === group.size.min && size.max === group.size.max)
    return `${label} has the bounds ${size.min} to ${size.max} already.`
  const operation = activeTraffic(state)
  if (operation && isLowering(group, present, size))
    return `A ${operation.kind} of ${state.cluster.name} is running (${operation.phase}); until its end a group is only made larger.`
  return null
}

/** What is worth knowing beside the plan. */
export function resizeWarnings(
  state: ClusterState,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
  size: GroupSize,
): readonly string[] {
  const keeps = group.role === 'live' && size.min < group.size.min && present.desired > size.min
  return keeps && !launchedWith(state, group).scaling
    ? [
        `${group.name} has no scaling policy, so it keeps its ${present.desired} instances until somebody changes the desired capacity in AWS.`,
      ]
    : []
}

/** The calls of a resize, in order. */
export function resizePlan(
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
  size: GroupSize,
): readonly PlannedCall[] {
  const label = pushLabel(group.name)
  const update = { api: 'Auto Scaling UpdateAutoScalingGroup', kind: 'call' as const }
  const waiting = {
    api: 'wait',
    what: `until ${size.min} instances of ${label} are registered`,
    kind: 'wait' as const,
  }
  if (group.role === 'warm')
    return [{ ...update, what: `MinSize of ${label} to ${size.min}; AWS starts what is missing` }, waiting]
  const lowersMax = size.max < present.max
  return [
    ...(lowersMax
      ? [
          {
            api: 'Auto Scaling SuspendProcesses',
            what: `AlarmNotification, ScheduledActions of ${label}: it must not grow past ${size.max} meanwhile`,
            kind: 'call' as const,
          },
        ]
      : []),
    {
      ...update,
      what: `MinSize ${size.min}, MaxSize ${size.max} of ${label}; the desired capacity is never sent`,
    },
    ...(lowersMax
      ? [{ api: 'Auto Scaling ResumeProcesses', what: `${label} scales again`, kind: 'call' as const }]
      : []),
    ...(size.min > present.desired ? [waiting] : []),
  ]
}

/** `MinSize 3 → 6, MaxSize 9`. */
export function sizeChange(was: GroupSize, size: GroupSize): string {
  const part = (name: string, before: number, after: number) =>
    before === after ? `${name} ${after}` : `${name} ${before} → ${after}`
  return `${part('MinSize', was.min, size.min)}, ${part('MaxSize', was.max, size.max)}`
}
