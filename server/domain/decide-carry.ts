import type { Call } from './call.js'
import type { Tags } from './tags.js'
import { dueSchedule, withPolicies, withTargetGroup, type Carried, type CarriedPolicy } from './carried.js'
import type { ObservedGroup } from './observation.js'
import type { Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'
import { act, type Turn, type TurnStep } from './turn.js'

/** `unlisted`: what AWS takes at any time. `listed`: what it takes only once a rule names the target group. */
type Moment = 'unlisted' | 'listed'

/**
 * The next thing of the previous group that the new one still lacks, one call a turn; null when it has everything. Nothing
 * of it can act yet: the processes that would change the group's size are suspended before.
 */
export function carryNext(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  seen: ObservedGroup,
  moment: Moment,
  tags: Tags = {},
): TurnStep | null {
  const { carried } = operation
  if (!carried) return null
  const say = (call: Call, why: string) => act(operation, call, group.name, why)
  const from = operation.from ?? ''
  const policy = carried.policies.find(
    (each) =>
      each.needsRule === (moment === 'listed') && !seen.policies.some(({ name }) => name === each.name),
  )
  if (policy)
    return say(
      {
        type: 'PutScalingPolicy',
        group: group.name,
        name: policy.name,
        policy: policyFor(policy, carried, seen),
      },
      `The scaling policy ${policy.name}, as ${from} has it.`,
    )
  if (moment === 'listed') return null
  const alarm = carried.alarms.find(({ name }) => !seen.alarms?.includes(name))
  if (alarm) {
    const arnOf = (name: string) => seen.policies.find((each) => each.name === name)?.arn ?? null
    const actions = withPolicies(alarm, carried.policies, arnOf)
    const fields = withTargetGroup(actions, carried.fromTargetGroupArn, seen.targetGroupArn ?? '')
    const call: Call = { type: 'PutMetricAlarm', group: group.name, name: alarm.name, alarm: fields, tags }
    return say(call, `The alarm that calls its policy, watching ${group.name}.`)
  }
  return restNext(turn, operation, group, seen, carried)
}

function policyFor({ fields }: CarriedPolicy, carried: Carried, seen: ObservedGroup) {
  return withTargetGroup(fields, carried.fromTargetGroupArn, seen.targetGroupArn ?? '')
}

/** Schedules, notifications, metrics and the warm pool, in this order. */
function restNext(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  seen: ObservedGroup,
  carried: Carried,
): TurnStep | null {
  const say = (call: Call, why: string) => act(operation, call, group.name, why)
  const from = operation.from ?? ''
  for (const recorded of carried.schedules) {
    const action = dueSchedule(recorded, turn.seen.at)
    const name = action?.ScheduledActionName
    if (!action || typeof name !== 'string' || seen.schedules?.includes(name)) continue
    const call: Call = { type: 'PutScheduledUpdateGroupAction', group: group.name, name, action }
    return say(call, `The scheduled action ${name}, as ${from} has it; none acts before the switch.`)
  }
  const topic = carried.notifications.find(
    (wanted) => !wanted.types.every((type) => seen.topics?.[wanted.topic]?.includes(type)),
  )
  if (topic)
    return say(
      { type: 'PutNotificationConfiguration', group: group.name, topic: topic.topic, types: topic.types },
      `${topic.topic} is told of its instances, as of those of ${from}.`,
    )
  const metrics = carried.metrics.filter((metric) => !seen.autoScaling?.metrics?.includes(metric))
  if (metrics.length > 0)
    return say(
      { type: 'EnableMetricsCollection', group: group.name, metrics },
      `The group metrics that are collected of ${from}.`,
    )
  if (carried.warmPool && seen.autoScaling && !seen.autoScaling.warmPool)
    return say(
      { type: 'PutWarmPool', group: group.name, pool: carried.warmPool },
      `The warm pool, as ${from} has it.`,
    )
  return null
}
