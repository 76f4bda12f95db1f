import { randomUUID } from 'node:crypto'
import type { CreateAutoScalingGroupType, LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling'
import type { LocalCloud } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { checkLimits } from './capacity.js'
import type { GroupRecord, KeptSettings, TemplateRef } from './group-record.js'
import { hookFrom } from './hook-operations.js'
import { MAX_TAGS, tagsFrom } from './tag-records.js'

const DEFAULT_COOLDOWN_SECONDS = 300
const DAY_SECONDS = 86_400

const keptNames = [
  'MixedInstancesPolicy',
  'PlacementGroup',
  'ServiceLinkedRoleARN',
  'MaxInstanceLifetime',
  'CapacityRebalance',
  'Context',
  'DesiredCapacityType',
  'InstanceMaintenancePolicy',
  'AvailabilityZoneDistribution',
  'AvailabilityZoneImpairmentPolicy',
  'CapacityReservationSpecification',
  'InstanceLifecyclePolicy',
] as const satisfies readonly (keyof KeptSettings)[]

/** The group that CreateAutoScalingGroup asks for. Throws AwsFault as AWS does; creates nothing. */
export function groupFrom(cloud: LocalCloud, input: CreateAutoScalingGroupType): GroupRecord {
  const name = checkedName(input.AutoScalingGroupName ?? '')
  const [min, max] = [input.MinSize ?? 0, input.MaxSize ?? 0]
  const desired = input.DesiredCapacity ?? min
  checkLimits(min, max, desired)
  checkSettings(input)
  const tags = tagsFrom(input.Tags)
  if (tags.length > MAX_TAGS) throw new AwsFault('LimitExceeded', `A group can have at most ${MAX_TAGS} tags`)
  const arn =
    `arn:aws:autoscaling:${cloud.region}:${cloud.accountId}:autoScalingGroup:${randomUUID()}` +
    `:autoScalingGroupName/${name}`
  return {
    name,
    arn,
    createdAt: cloud.clock.now().getTime(),
    min,
    max,
    desired,
    cooldownSeconds: input.DefaultCooldown ?? DEFAULT_COOLDOWN_SECONDS,
    launchTemplate: templateFrom(cloud, input),
    subnetIds: subnetsFrom(cloud, input.VPCZoneIdentifier, input.AvailabilityZones),
    healthCheckType: checkedHealthCheckType(input.HealthCheckType ?? 'EC2'),
    graceSeconds: input.HealthCheckGracePeriod ?? 0,
    terminationPolicies: checkedPolicies(input.TerminationPolicies ?? ['Default']),
    protectNew: input.NewInstancesProtectedFromScaleIn ?? false,
    deletionProtection: input.DeletionProtection ?? 'none',
    ...(input.DefaultInstanceWarmup !== undefined && { warmupSeconds: input.DefaultInstanceWarmup }),
    kept: keptFrom(input),
    tags,
    suspended: {},
    attachments: attachmentsFrom(cloud, input),
    enabledMetrics: [],
    hooks: (input.LifecycleHookSpecificationList ?? []).map((hook) => hookFrom(hook, undefined)),
    policies: [],
    schedules: [],
    notifications: [],
    instances: [],
    deleting: false,
    cause: '',
  }
}

/** Only what was given, so that an update leaves the rest as it is. */
export function keptFrom(input: KeptSettings): KeptSettings {
  return Object.fromEntries(
    keptNames.filter((key) => input[key] !== undefined).map((key) => [key, input[key]]),
  )
}

/** Throws ValidationError for a template or version that cannot be launched. */
export function templateFrom(
  cloud: LocalCloud,
  input: Pick<
    CreateAutoScalingGroupType,
    'LaunchTemplate' | 'MixedInstancesPolicy' | 'LaunchConfigurationName' | 'InstanceId'
  >,
): TemplateRef {
  const given =
    input.LaunchTemplate ?? input.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification
  if (input.LaunchConfigurationName || input.InstanceId) {
    throw new AwsFault(
      'ValidationError',
      'Launch configurations and instances as a template are not supported by the local cloud: give a launch template',
    )
  }
  if (!given || (input.LaunchTemplate && input.MixedInstancesPolicy)) {
    throw new AwsFault(
      'ValidationError',
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    )
  }
  return checkedTemplate(cloud, given)
}

function checkedTemplate(cloud: LocalCloud, given: LaunchTemplateSpecification): TemplateRef {
  if ((given.LaunchTemplateId === undefined) === (given.LaunchTemplateName === undefined)) {
    throw new AwsFault(
      'ValidationError',
      'Valid requests must contain either launchTemplateId or LaunchTemplateName',
    )
  }
  const version = given.Version ?? '$Default'
  try {
    const found = cloud.ec2.checkLaunchTemplate({
      version,
      ...(given.LaunchTemplateId ? { id: given.LaunchTemplateId } : { name: given.LaunchTemplateName ?? '' }),
    })
    return { id: found.id, name: found.name, version }
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error
    throw new AwsFault(
      'ValidationError',
      `You must use a valid fully-formed launch template. ${error.message}`,
    )
  }
}

export function subnetsFrom(
  cloud: LocalCloud,
  identifier: string | undefined,
  zones: readonly string[] | undefined,
): string[] {
  const ids = (identifier ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean)
  if (ids.length === 0) {
    throw new AwsFault(
      'ValidationError',
      zones?.length
        ? 'The local cloud places groups by VPCZoneIdentifier only: give subnets instead of Availability Zones'
        : 'At least one Availability Zone or VPC Subnet is required.',
    )
  }
  const missing = ids.find((id) => !cloud.ec2.subnet(id))
  if (missing) throw new AwsFault('ValidationError', `The subnet ID '${missing}' does not exist`)
  const ours = new Set(ids.map((id) => cloud.ec2.subnet(id)?.availabilityZone))
  if (zones?.length && (zones.length !== ours.size || !zones.every((zone) => ours.has(zone)))) {
    throw new AwsFault(
      'ValidationError',
      'The availability zones of the specified subnets and the Auto Scaling group do not match',
    )
  }
  return [...new Set(ids)]
}

/** What stands for itself, whatever the group is. Throws ValidationError. */
export function checkSettings(
  input: Pick<
    CreateAutoScalingGroupType,
    | 'HealthCheckGracePeriod'
    | 'DefaultCooldown'
    | 'DefaultInstanceWarmup'
    | 'MaxInstanceLifetime'
    | 'InstanceMaintenancePolicy'
  >,
): void {
  for (const name of ['HealthCheckGracePeriod', 'DefaultCooldown'] as const) {
    if ((input[name] ?? 0) < 0) throw new AwsFault('ValidationError', `${name} cannot be less than zero`)
  }
  if ((input.DefaultInstanceWarmup ?? 0) < -1)
    throw new AwsFault('ValidationError', 'DefaultInstanceWarmup cannot be less than zero')
  const lifetime = input.MaxInstanceLifetime ?? 0
  if (lifetime !== 0 && (lifetime < DAY_SECONDS || lifetime > 365 * DAY_SECONDS)) {
    throw new AwsFault(
      'ValidationError',
      `Max instance lifetime must be 0 or between ${DAY_SECONDS} and ${365 * DAY_SECONDS} seconds`,
    )
  }
  const { MinHealthyPercentage: least, MaxHealthyPercentage: most } = input.InstanceMaintenancePolicy ?? {}
  const cleared = (least ?? -1) === -1
  if (cleared !== ((most ?? -1) === -1)) {
    throw new AwsFault(
      'ValidationError',
      'MinHealthyPercentage and MaxHealthyPercentage must both be specified or both be cleared',
    )
  }
  if (!cleared && (most ?? 0) - (least ?? 0) > 100) {
    throw new AwsFault(
      'ValidationError',
      'The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater than 100',
    )
  }
}

export function checkedHealthCheckType(type: string): string {
  const known = ['EC2', 'ELB', 'EBS', 'VPC_LATTICE']
  if (type.split(',').every((part) => known.includes(part))) return type
  throw new AwsFault(
    'ValidationError',
    `Invalid Health Check type ${type}. Valid values are ${known.join(', ')}.`,
  )
}

export const terminationPolicyTypes = [
  'AllocationStrategy',
  'ClosestToNextInstanceHour',
  'Default',
  'NewestInstance',
  'OldestInstance',
  'OldestLaunchConfiguration',
  'OldestLaunchTemplate',
]

export function checkedPolicies(policies: readonly string[]): string[] {
  const unknown = policies.find((policy) => !terminationPolicyTypes.includes(policy))
  if (unknown) throw new AwsFault('ValidationError', `Invalid termination policy: ${unknown}`)
  return [...policies]
}

function attachmentsFrom(cloud: LocalCloud, input: CreateAutoScalingGroupType): GroupRecord['attachments'] {
  const sources = (input.TrafficSources ?? []).map((source) => source.Identifier ?? '')
  const attachments: GroupRecord['attachments'] = [
    ...(input.TargetGroupARNs ?? []).map(
      (arn) => ({ arn, family: 'target-groups', state: 'InService' }) as const,
    ),
    ...sources.map((arn) => ({ arn, family: 'traffic-sources', state: 'InService' }) as const),
  ]
  if (attachments.every(({ arn }) => cloud.elb.targetGroupExists(arn))) return attachments
  throw new AwsFault(
    'ValidationError',
    'Provided Target Groups may not be valid. Please ensure they exist and try again.',
  )
}

function checkedName(name: string): string {
  if (name.length > 0 && name.length <= 255 && /^[\x20-\x7e]+$/.test(name) && !name.includes(':')) return name
  throw new AwsFault(
    'ValidationError',
    `Auto Scaling group name '${name}' is not valid: it has 1 to 255 printable ASCII characters and no colon`,
  )
}
