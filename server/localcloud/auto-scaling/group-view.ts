import type {
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  Instance,
  LaunchTemplateSpecification,
} from '@aws-sdk/client-auto-scaling'
import type { LocalCloud } from '../cloud.js'
import type { GroupInstance, GroupRecord, TemplateRef } from './group-record.js'

/** The group as DescribeAutoScalingGroups shows it. */
export function groupView(cloud: LocalCloud, group: GroupRecord, withInstances: boolean): AutoScalingGroup {
  const zones = group.subnetIds.flatMap((id) => cloud.ec2.subnet(id) ?? [])
  const arns = (family: string) =>
    group.attachments.filter((attachment) => attachment.family === family).map((attachment) => attachment.arn)
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(!group.kept.MixedInstancesPolicy && { LaunchTemplate: templateView(group.launchTemplate) }),
    ...group.kept,
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.cooldownSeconds,
    AvailabilityZones: [...new Set(zones.map((subnet) => subnet.availabilityZone))],
    LoadBalancerNames: [],
    TargetGroupARNs: arns('target-groups'),
    TrafficSources: arns('traffic-sources').map((Identifier) => ({ Identifier, Type: 'elbv2' })),
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.graceSeconds,
    Instances: withInstances ? group.instances.map(instanceView) : [],
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: Object.entries(group.suspended).map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    VPCZoneIdentifier: group.subnetIds.join(','),
    EnabledMetrics: group.enabledMetrics.map((Metric) => ({ Metric, Granularity: '1Minute' })),
    ...(group.deleting && { Status: 'Delete in progress' }),
    Tags: group.tags.map((tag) => ({
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
      Key: tag.key,
      Value: tag.value,
      PropagateAtLaunch: tag.propagate,
    })),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.protectNew,
    DeletionProtection: group.deletionProtection as AutoScalingGroup['DeletionProtection'],
    ...(group.warmupSeconds !== undefined && { DefaultInstanceWarmup: group.warmupSeconds }),
    ...(group.warmPool && { WarmPoolConfiguration: group.warmPool, WarmPoolSize: 0 }),
  }
}

function instanceView(instance: GroupInstance): Instance {
  return {
    InstanceId: instance.id,
    InstanceType: instance.type,
    AvailabilityZone: instance.zone,
    LifecycleState: instance.lifecycle,
    HealthStatus: instance.health,
    LaunchTemplate: templateView(instance.template),
    ImageId: instance.imageId,
    ProtectedFromScaleIn: instance.protected,
  }
}

/** The instance as DescribeAutoScalingInstances shows it. */
export function memberView(group: GroupRecord, instance: GroupInstance): AutoScalingInstanceDetails {
  const { HealthStatus: health = 'Healthy', ...view } = instanceView(instance)
  return {
    ...view,
    AutoScalingGroupName: group.name,
    HealthStatus: health.toUpperCase(),
  }
}

function templateView(template: TemplateRef | undefined): LaunchTemplateSpecification | undefined {
  return (
    template && {
      LaunchTemplateId: template.id,
      LaunchTemplateName: template.name,
      Version: template.version,
    }
  )
}
