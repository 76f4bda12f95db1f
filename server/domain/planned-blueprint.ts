import type { Blueprint } from './blueprint.js'
import { ownPolicy, ownPolicyName, withPolicies, withTargetGroup, type Carried } from './carried.js'
import type { ClusterSettings } from './cluster.js'
import { fieldsOf, listOf, omitted, type Fields } from './fields.js'

interface Planned {
  readonly group: string
  readonly settings: ClusterSettings
  readonly imageId: string
  readonly userData: string
  readonly carried: Carried
}

/** The group that a deployment would make, as AWS would show it, for the comparison with the one that it is made after. */
export function plannedBlueprint(planned: Planned): Blueprint {
  const { group, carried } = planned
  // It gets a place of its own; written so, it compares as any group's.
  const targetGroupArn = `arn:aws:elasticloadbalancing:::targetgroup/${group}/new`
  const moved = (fields: Fields) => withTargetGroup(fields, carried.fromTargetGroupArn, targetGroupArn)
  const arnOf = (name: string) => `arn:policy/${name}`
  return {
    group,
    scalingGroup: scalingGroupOf(planned),
    launchTemplate: launchTemplateOf(planned),
    targetGroup: { TargetGroupArn: targetGroupArn, ...targetGroupOf(planned) },
    attributes: {
      ...carried.attributes,
      'deregistration_delay.timeout_seconds': String(planned.settings.deregistrationDelaySec),
    },
    policies: [
      ...carried.policies.map(({ name, fields }) => ({
        PolicyName: name,
        PolicyARN: arnOf(name),
        ...moved(fields),
      })),
      ...ownPolicies(planned),
    ],
    alarms: carried.alarms.map((alarm) => ({
      AlarmName: alarm.name,
      ...moved(withPolicies(alarm, carried.policies, arnOf)),
    })),
    schedules: carried.schedules,
    hooks: listOf(carried.scalingGroup.LifecycleHookSpecificationList),
    notifications: carried.notifications.flatMap(({ topic, types }) =>
      types.map((type) => ({ TopicARN: topic, NotificationType: type })),
    ),
  }
}

function ownPolicies({ group, settings }: Planned): readonly Fields[] {
  const { scaling } = settings
  return scaling
    ? [{ PolicyName: ownPolicyName(group), Enabled: true, ...ownPolicy(scaling.targetPercent) }]
    : []
}

function scalingGroupOf({ settings, carried }: Planned): Fields {
  return {
    HealthCheckType: 'ELB',
    DefaultInstanceWarmup: 0,
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: false,
    ...omitted(carried.scalingGroup, ['LifecycleHookSpecificationList']),
    HealthCheckGracePeriod: settings.healthCheckGraceSec,
    VPCZoneIdentifier: settings.subnets.map(({ subnetId }) => subnetId).join(','),
    Tags: carried.tags.map(({ key, value, propagate }) => ({
      Key: key,
      Value: value,
      PropagateAtLaunch: propagate,
    })),
    EnabledMetrics: carried.metrics.map((metric) => ({ Metric: metric })),
    SuspendedProcesses: carried.suspended.map((process) => ({ ProcessName: process })),
    ...(carried.warmPool ? { WarmPoolConfiguration: carried.warmPool } : {}),
  }
}

function launchTemplateOf({ group, settings, carried, imageId, userData }: Planned): Fields {
  const { MetadataOptions, TagSpecifications, NetworkInterfaces, ...rest } = carried.launchTemplate
  const cards = listOf(NetworkInterfaces)
  const groups = settings.securityGroupIds
  const profile = settings.instanceProfile
  const tagged = listOf(TagSpecifications)
  const named = ['instance', 'volume'].map((type) => {
    const tags = listOf(tagged.find(({ ResourceType }) => ResourceType === type)?.Tags)
    return { ResourceType: type, Tags: [...tags, { Key: 'Name', Value: group }] }
  })
  return {
    ...rest,
    ImageId: imageId,
    ...(rest.InstanceRequirements === undefined ? { InstanceType: settings.instanceType } : {}),
    ...(cards.length > 0
      ? { NetworkInterfaces: cards.map((card, index) => (index === 0 ? { ...card, Groups: groups } : card)) }
      : { SecurityGroupIds: groups }),
    UserData: userData,
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, ...fieldsOf(MetadataOptions) },
    ...(profile === null
      ? {}
      : { IamInstanceProfile: profile.startsWith('arn:') ? { Arn: profile } : { Name: profile } }),
    TagSpecifications: [
      ...named,
      ...tagged.filter(({ ResourceType }) => ResourceType !== 'instance' && ResourceType !== 'volume'),
    ],
  }
}

function targetGroupOf({ settings, carried }: Planned): Fields {
  const check = settings.healthCheck
  const grpc = fieldsOf(carried.targetGroup.Matcher).GrpcCode
  return {
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    TargetType: 'instance',
    IpAddressType: 'ipv4',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    ...omitted(carried.targetGroup, ['Matcher']),
    Port: settings.port,
    VpcId: settings.vpcId,
    HealthCheckEnabled: true,
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.intervalSec,
    HealthCheckTimeoutSeconds: check.timeoutSec,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: grpc === undefined ? { HttpCode: check.matcher } : { GrpcCode: grpc },
  }
}
