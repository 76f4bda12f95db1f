import {
  paginateDescribeAutoScalingGroups,
  type AutoScalingGroup,
  type Instance as ScalingInstance,
} from '@aws-sdk/client-auto-scaling'
import { paginateDescribeInstances, type Instance, type Tag } from '@aws-sdk/client-ec2'
import type { Fleet, FleetInstance, FleetScaling } from '../domain/fleet.js'
import type { ServiceClients } from './clients.js'
import type { Read } from './kept-look.js'
import { allPages } from './tolerant-reads.js'

/** AWS gives a thousand; but reading the answer holds up everybody's requests, a quarter of a second for a thousand. */
const instancesAtOnce = 150
const groupsAtOnce = 100

/** Every instance of the account: a request for each 150 of them, and one for each hundred groups. */
export async function readFleet({ ec2, autoScaling }: ServiceClients): Promise<Read<Fleet>> {
  const [reservations, groups] = await Promise.all([
    allPages(
      paginateDescribeInstances({ client: ec2 }, { MaxResults: instancesAtOnce }),
      (page) => page.Reservations,
    ),
    allPages(
      paginateDescribeAutoScalingGroups({ client: autoScaling }, { MaxRecords: groupsAtOnce }),
      (page) => page.AutoScalingGroups,
    ),
  ])
  const instances = reservations.flatMap(({ Instances = [] }) => Instances)
  const scaling = new Map(
    groups.flatMap((group) =>
      (group.Instances ?? []).map((each) => [each.InstanceId ?? '', fleetScaling(group, each)] as const),
    ),
  )
  const requests =
    Math.ceil(Math.max(1, instances.length) / instancesAtOnce) +
    Math.ceil(Math.max(1, groups.length) / groupsAtOnce)
  return {
    seen: {
      instances: instances.map((each) => fleetInstance(each, scaling.get(each.InstanceId ?? '') ?? null)),
    },
    requests,
  }
}

function fleetInstance(instance: Instance, scaling: FleetScaling | null): FleetInstance {
  return {
    instanceId: instance.InstanceId ?? '',
    state: instance.State?.Name ?? '',
    stateReason: instance.StateReason?.Message || instance.StateTransitionReason || null,
    imageId: instance.ImageId ?? '',
    type: instance.InstanceType ?? '',
    architecture: instance.Architecture ?? null,
    bought: instance.InstanceLifecycle ?? 'on-demand',
    zone: instance.Placement?.AvailabilityZone ?? '',
    vpcId: instance.VpcId ?? null,
    subnetId: instance.SubnetId ?? null,
    privateIp: instance.PrivateIpAddress ?? null,
    publicIp: instance.PublicIpAddress ?? null,
    privateDns: instance.PrivateDnsName || null,
    publicDns: instance.PublicDnsName || null,
    launchedAt: instance.LaunchTime ?? null,
    securityGroups: (instance.SecurityGroups ?? []).map(({ GroupId = '', GroupName = '' }) => ({
      id: GroupId,
      name: GroupName,
    })),
    profileArn: instance.IamInstanceProfile?.Arn ?? null,
    keyName: instance.KeyName ?? null,
    tags: tagMap(instance.Tags),
    scaling,
  }
}

function fleetScaling(group: AutoScalingGroup, instance: ScalingInstance): FleetScaling {
  return {
    group: group.AutoScalingGroupName ?? '',
    lifecycle: instance.LifecycleState ?? '',
    health: instance.HealthStatus ?? '',
    protectedFromScaleIn: instance.ProtectedFromScaleIn === true,
    launchTemplateId: instance.LaunchTemplate?.LaunchTemplateId ?? null,
    launchTemplateVersion: instance.LaunchTemplate?.Version ?? null,
    targetGroupArns: group.TargetGroupARNs ?? [],
  }
}

/** All tags of a thing by their keys. */
export function tagMap(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}
