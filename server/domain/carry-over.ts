import type { Blueprint } from './blueprint.js'
import {
  alarmActions,
  alarmNamesOf,
  ownPolicyName,
  type Carried,
  type CarriedAlarm,
  type CarriedPolicy,
  type GroupTag,
} from './carried.js'
import type { ScalingPolicy } from './cluster.js'
import { carriedLaunchTemplate } from './carried-launch-template.js'
import { carriedScalingGroup } from './carried-scaling-group.js'
import { fieldsOf, listOf, omitted, picked, renaming, textOf, withTexts, type Fields } from './fields.js'
import { guardedAttributes, unguardedAttributes } from './group-steps.js'
import { isReservedTag } from './tags.js'

export interface CarryFacts {
  /** The group that is made. */
  readonly to: string
  /** Whether the cluster's settings ask for a policy of their own. */
  readonly scaling: ScalingPolicy | null
  /** Whether they did when the group that it is taken from was made. */
  readonly scalingOfFrom: ScalingPolicy | null
  /** Processes that Delling suspended on the group for a while. */
  readonly suspendedByUs: readonly string[]
}

/** What is taken from a group for the next one, and what is not. */
export function carriedFrom(blueprint: Blueprint, facts: CarryFacts): Carried {
  const rename = renaming(blueprint.group, facts.to)
  const group = carriedScalingGroup(blueprint, rename)
  const template = carriedLaunchTemplate(blueprint, rename)
  const processes = carriedProcesses(blueprint, facts.suspendedByUs)
  const { policies, left } = carriedPolicies(blueprint, facts, rename)
  return {
    fromTargetGroupArn: textOf(blueprint.targetGroup.TargetGroupArn),
    targetGroup: carriedTargetGroup(blueprint.targetGroup),
    attributes: carriedAttributes(blueprint.attributes),
    launchTemplate: template.fields,
    scalingGroup: group.fields,
    tags: carriedTags(blueprint, rename),
    suspended: processes.carried,
    policies,
    alarms: carriedAlarms(blueprint, facts, rename),
    schedules: blueprint.schedules.map((action) =>
      withTexts(omitted(action, ['AutoScalingGroupName', 'ScheduledActionARN', 'Time']), rename),
    ),
    notifications: carriedTopics(blueprint),
    metrics: listOf(blueprint.scalingGroup.EnabledMetrics).map(({ Metric }) => textOf(Metric)),
    warmPool: carriedWarmPool(blueprint),
    left: [
      ...template.left,
      ...group.left,
      ...processes.left,
      ...left,
      ...leftOfTarget(blueprint),
      ...leftOfAlarms(blueprint),
    ],
  }
}

const targetGroupFields = [
  'Protocol',
  'ProtocolVersion',
  'IpAddressType',
  'TargetControlPort',
  'HealthCheckProtocol',
  'HealthCheckPort',
]

/** Port, VPC and what is asked of the health check are the cluster's settings. */
function carriedTargetGroup(targetGroup: Fields): Fields {
  const matcher = fieldsOf(targetGroup.Matcher)
  return {
    ...picked(targetGroup, targetGroupFields),
    ...(matcher.GrpcCode ? { Matcher: picked(matcher, ['GrpcCode']) } : {}),
  }
}

const drainAttribute = 'deregistration_delay.timeout_seconds'

/** The drain time is a setting, the DNS guard is set by where the traffic is. */
function carriedAttributes(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = [drainAttribute, ...Object.keys(guardedAttributes)]
  return Object.fromEntries(
    Object.entries(attributes).filter(([key, value]) => value !== '' && !ours.includes(key)),
  )
}

function leftOfTarget({ attributes, targetGroup }: Blueprint): readonly string[] {
  const guard = Object.entries(unguardedAttributes).filter(
    ([key, value]) => attributes[key] !== undefined && attributes[key] !== value,
  )
  const type = textOf(targetGroup.TargetType)
  return [
    ...guard.map(
      ([key, value]) =>
        `Target group attribute ${key} is ${attributes[key]}; Delling sets it to ${value} itself, with the traffic.`,
    ),
    ...(type !== '' && type !== 'instance'
      ? [`Targets of type ${type} are not taken along: an Auto Scaling group registers instances.`]
      : []),
  ]
}

function carriedTags({ scalingGroup }: Blueprint, rename: (text: string) => string): readonly GroupTag[] {
  return listOf(scalingGroup.Tags)
    .map(({ Key, Value, PropagateAtLaunch }) => ({
      key: textOf(Key),
      value: rename(textOf(Value)),
      propagate: PropagateAtLaunch === true,
    }))
    .filter(({ key }) => !isReservedTag(key))
}

/** With these suspended a group would not come up, register or heal: they are an incident's, not a setting. */
const neverCarried = ['Launch', 'Terminate', 'AddToLoadBalancer', 'HealthCheck', 'ReplaceUnhealthy']

function carriedProcesses({ scalingGroup }: Blueprint, ours: readonly string[]) {
  const others = listOf(scalingGroup.SuspendedProcesses)
    .map(({ ProcessName }) => textOf(ProcessName))
    .filter((process) => !ours.includes(process))
    .sort()
  return {
    carried: others.filter((process) => !neverCarried.includes(process)),
    left: others
      .filter((process) => neverCarried.includes(process))
      .map((process) => `${process} is suspended there; the new group needs it to come up and to heal.`),
  }
}

const policyFields = [
  'PolicyType',
  'AdjustmentType',
  'MinAdjustmentStep',
  'MinAdjustmentMagnitude',
  'ScalingAdjustment',
  'Cooldown',
  'MetricAggregationType',
  'StepAdjustments',
  'EstimatedInstanceWarmup',
  'TargetTrackingConfiguration',
  'Enabled',
  'PredictiveScalingConfiguration',
]

function carriedPolicies(
  { group, policies }: Blueprint,
  facts: CarryFacts,
  rename: (text: string) => string,
) {
  const own = facts.scaling || facts.scalingOfFrom ? ownPolicyName(group) : null
  const others = policies.filter(({ PolicyName }) => PolicyName !== own)
  const replaced = facts.scaling ? others.filter(tracksProcessors) : []
  const carried = others
    .filter((policy) => !replaced.includes(policy))
    .map((policy): CarriedPolicy => {
      const fields = withTexts(picked(policy, policyFields), rename)
      return {
        name: rename(textOf(policy.PolicyName)),
        fromArn: textOf(policy.PolicyARN),
        fields,
        needsRule: JSON.stringify(fields).includes('targetgroup/'),
      }
    })
  const gets = facts.scaling
    ? `the cluster’s setting of ${facts.scaling.targetPercent} % is what the new group gets`
    : 'the cluster’s settings ask for none any more, so the new group gets none'
  const edited = policies.find((policy) => policy.PolicyName === own)
  const target = fieldsOf(edited?.TargetTrackingConfiguration).TargetValue
  const differs = edited && (target !== facts.scalingOfFrom?.targetPercent || edited.Enabled === false)
  return {
    policies: carried,
    left: [
      ...(differs
        ? [
            `${own} was changed by hand (${edited.Enabled === false ? 'disabled' : `target ${JSON.stringify(target)}`}); ${gets}.`,
          ]
        : []),
      ...replaced.map(
        ({ PolicyName }) =>
          `${textOf(PolicyName)} tracks processors too, and AWS takes one such policy for a group; ${gets}.`,
      ),
    ],
  }
}

function tracksProcessors(policy: Fields): boolean {
  const { PredefinedMetricSpecification } = fieldsOf(policy.TargetTrackingConfiguration)
  return fieldsOf(PredefinedMetricSpecification).PredefinedMetricType === 'ASGAverageCPUUtilization'
}

const alarmFields = [
  'AlarmDescription',
  'ActionsEnabled',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Period',
  'Unit',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
  'ThresholdMetricId',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
]
function carriedAlarms({ group, alarms }: Blueprint, { to }: CarryFacts, rename: (text: string) => string) {
  const taken = new Set<string>()
  return alarms.map((alarm): CarriedAlarm => {
    const name = freeName(alarmName(textOf(alarm.AlarmName), group, to, rename), taken)
    taken.add(name)
    return {
      name,
      fields: { ...withTexts(picked(alarm, alarmFields), rename), ...picked(alarm, alarmActions) },
    }
  })
}

/** Derived from the old name, with the group's in it: alarms share one name space with everybody in the account. */
function alarmName(was: string, from: string, to: string, rename: (text: string) => string): string {
  const renamed = rename(was)
  return (renamed === was || !was.includes(from) ? `${to}-${was}` : renamed).slice(0, 250)
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let count = 1
  while (taken.has(count === 1 ? name : `${name}-${count}`)) count += 1
  return count === 1 ? name : `${name}-${count}`
}

function leftOfAlarms({ policies, alarms }: Blueprint): readonly string[] {
  const read = alarms.map(({ AlarmName }) => AlarmName)
  return alarmNamesOf(policies)
    .filter((name) => !read.includes(name))
    .map((name) => `CloudWatch shows no alarm ${name} any more, though a policy names it.`)
}

function carriedTopics({ notifications }: Blueprint) {
  const topics = [...new Set(notifications.map(({ TopicARN }) => textOf(TopicARN)))]
  return topics.map((topic) => ({
    topic,
    types: notifications
      .filter(({ TopicARN }) => TopicARN === topic)
      .map(({ NotificationType }) => textOf(NotificationType))
      .sort(),
  }))
}

function carriedWarmPool({ scalingGroup }: Blueprint): Fields | null {
  const pool = fieldsOf(scalingGroup.WarmPoolConfiguration)
  const there = Object.keys(pool).length > 0 && pool.Status !== 'PendingDelete'
  return there ? omitted(pool, ['Status']) : null
}
