import type { Blueprint } from './blueprint.js'
import { fieldsOf, listOf, omitted, picked, textOf, textsOf, withTexts, type Fields } from './fields.js'

/** What CreateAutoScalingGroup takes as DescribeAutoScalingGroups shows it. */
const takenAsItIs = [
  'CapacityRebalance',
  'PlacementGroup',
  'MaxInstanceLifetime',
  'Context',
  'DesiredCapacityType',
  'InstanceMaintenancePolicy',
  'AvailabilityZoneDistribution',
  'AvailabilityZoneImpairmentPolicy',
  'CapacityReservationSpecification',
  'InstanceLifecyclePolicy',
  'DefaultCooldown',
  'DefaultInstanceWarmup',
  'TerminationPolicies',
]

/** Made anew, carried elsewhere, or no setting at all. */
const otherwise = [
  'AutoScalingGroupName',
  'AutoScalingGroupARN',
  'LaunchConfigurationName',
  'LaunchTemplate',
  'MixedInstancesPolicy',
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'PredictedCapacity',
  'AvailabilityZones',
  'AvailabilityZoneIds',
  'LoadBalancerNames',
  'TargetGroupARNs',
  'TrafficSources',
  'HealthCheckType',
  'HealthCheckGracePeriod',
  'Instances',
  'CreatedTime',
  'SuspendedProcesses',
  'VPCZoneIdentifier',
  'EnabledMetrics',
  'Status',
  'Tags',
  'NewInstancesProtectedFromScaleIn',
  'DeletionProtection',
  'ServiceLinkedRoleARN',
  'WarmPoolConfiguration',
  'WarmPoolSize',
  'Operator',
]

const hookFields = [
  'LifecycleHookName',
  'LifecycleTransition',
  'NotificationMetadata',
  'HeartbeatTimeout',
  'DefaultResult',
  'NotificationTargetARN',
  'RoleARN',
]

/** What the new Auto Scaling group takes over, hooks and mixed instances too; and what it can't. */
export function carriedScalingGroup(
  { scalingGroup, hooks }: Blueprint,
  rename: (text: string) => string,
): { readonly fields: Fields; readonly left: readonly string[] } {
  const role = textOf(scalingGroup.ServiceLinkedRoleARN)
  const mixed = carriedMix(fieldsOf(scalingGroup.MixedInstancesPolicy))
  const checks = healthChecks(scalingGroup)
  const fields: Fields = {
    ...picked(scalingGroup, takenAsItIs),
    // The account's usual role is taken without being named, for which no permission to hand it over is needed.
    ...(role !== '' && !role.endsWith('/AWSServiceRoleForAutoScaling') ? { ServiceLinkedRoleARN: role } : {}),
    ...(mixed.fields ? { MixedInstancesPolicy: mixed.fields } : {}),
    ...(checks === 'ELB' ? {} : { HealthCheckType: checks }),
    // In the call that makes the group: its first instances would escape a hook that came later.
    ...(hooks.length > 0
      ? { LifecycleHookSpecificationList: hooks.map((hook) => picked(hook, hookFields)) }
      : {}),
  }
  return { fields: withTexts(fields, rename), left: [...mixed.left, ...leftBehind(scalingGroup)] }
}

/** A load balancer's health check always counts, and whatever else was counted before. */
function healthChecks({ HealthCheckType }: Fields): string {
  const others = textOf(HealthCheckType)
    .split(',')
    .filter((type) => type !== '' && type !== 'EC2' && type !== 'ELB')
  return ['ELB', ...others].join(',')
}

/** The template is named where the group is made. An override with a template of its own would launch another image. */
function carriedMix(policy: Fields): { readonly fields: Fields | null; readonly left: readonly string[] } {
  if (Object.keys(policy).length === 0) return { fields: null, left: [] }
  const overrides = listOf(fieldsOf(policy.LaunchTemplate).Overrides)
  const other = overrides.filter((override) => override.LaunchTemplateSpecification ?? override.ImageId)
  const kept = overrides.filter((override) => !other.includes(override))
  return {
    fields: {
      ...omitted(policy, ['LaunchTemplate']),
      LaunchTemplate: kept.length > 0 ? { Overrides: kept } : {},
    },
    left: other.map(
      ({ InstanceType }) =>
        `The override for ${textOf(InstanceType) || 'some instance types'} launches from a template or image of its own, which is not the new image.`,
    ),
  }
}

function leftBehind(group: Fields): readonly string[] {
  const targetGroups = textsOf(group.TargetGroupARNs)
  const sources = listOf(group.TrafficSources)
    .map(({ Identifier }) => textOf(Identifier))
    .filter((source) => !targetGroups.includes(source))
  const unknown = Object.keys(group).filter(
    (name) => ![...takenAsItIs, ...otherwise].includes(name) && group[name] !== null,
  )
  return [
    ...textsOf(group.LoadBalancerNames).map(
      (name) =>
        `The Classic Load Balancer ${name} is not attached: a server group serves by its target group.`,
    ),
    ...targetGroups
      .slice(1)
      .map((arn) => `The further target group ${arn} is not attached: a server group has one.`),
    ...sources.map((source) => `The traffic source ${source} is not attached: a server group has one.`),
    ...(group.NewInstancesProtectedFromScaleIn === true
      ? ['New instances are not protected from scale-in: the cleanup could never end them.']
      : []),
    ...(fieldsOf(group.Operator).Managed === true
      ? ['The group is managed by another AWS service, which the new one is not.']
      : []),
    ...unknown.map((name) => `AWS shows ${name}, which this version of Delling does not know.`),
  ]
}
