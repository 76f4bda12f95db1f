import { until } from './until.js'
import type { Ask } from './furnish.js'

/** What somebody else has made: a load balancer with a rule for everything, which forwards to one group of three. */
export interface ForeignCluster {
  readonly group: string
  readonly listenerArn: string
  readonly ruleArn: string
  readonly targetGroupArn: string
  readonly launchTemplate: string
  readonly subnetIds: readonly string[]
}

/** What its instances run on first boot: a script that would stop at its first line under `set -e`. */
const foreignScript = '#!/bin/bash\nfalse\necho started > /tmp/started\n'

/**
 * A group as Asgard or Spinnaker leaves it, made by plain calls and with no mark of Delling’s: a launch template of its own with a
 * time in its name, a target group, and a rule with a single forward.
 */
export async function makeForeignCluster(
  ask: Ask,
  group: string,
  port: number,
  healthyWithinMs = 30_000,
): Promise<ForeignCluster> {
  const read = async <Reply>(service: string, action: string, input: object) =>
    (await ask(service, action, input)) as Reply
  const { Subnets } = await read<{
    Subnets: { SubnetId: string; VpcId: string; AvailabilityZone: string }[]
  }>('ec2', 'DescribeSubnets', {})
  const zones = [...new Map(Subnets.map((subnet) => [subnet.AvailabilityZone, subnet])).values()].slice(0, 3)
  const subnetIds = zones.map(({ SubnetId }) => SubnetId)
  const { Images } = await read<{ Images: { ImageId: string }[] }>('ec2', 'DescribeImages', {
    Owners: ['amazon'],
  })
  const { LoadBalancers } = await read<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    'elasticloadbalancing',
    'CreateLoadBalancer',
    { Name: `theirs-${port}`, Type: 'application', Subnets: subnetIds },
  )
  const { TargetGroups } = await read<{ TargetGroups: { TargetGroupArn: string }[] }>(
    'elasticloadbalancing',
    'CreateTargetGroup',
    {
      Name: `theirs-${port}`,
      Protocol: 'HTTP',
      Port: 7001,
      VpcId: zones[0]?.VpcId,
      HealthCheckPath: '/healthcheck',
      HealthCheckIntervalSeconds: 20,
      HealthyThresholdCount: 3,
    },
  )
  const targetGroupArn = TargetGroups[0]?.TargetGroupArn ?? ''
  const { Listeners } = await read<{ Listeners: { ListenerArn: string }[] }>(
    'elasticloadbalancing',
    'CreateListener',
    {
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    },
  )
  const listenerArn = Listeners[0]?.ListenerArn ?? ''
  const { Rules } = await read<{ Rules: { RuleArn: string }[] }>('elasticloadbalancing', 'CreateRule', {
    ListenerArn: listenerArn,
    Priority: 10,
    Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
    Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  })
  const launchTemplate = `${group}-1753190400`
  await ask('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: launchTemplate,
    LaunchTemplateData: {
      ImageId: Images[0]?.ImageId,
      InstanceType: 't3.small',
      UserData: Buffer.from(foreignScript).toString('base64'),
    },
  })
  await ask('autoscaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: group,
    LaunchTemplate: { LaunchTemplateName: launchTemplate, Version: '1' },
    MinSize: 3,
    MaxSize: 6,
    DesiredCapacity: 3,
    VPCZoneIdentifier: subnetIds.join(','),
    TargetGroupARNs: [targetGroupArn],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 90,
    Tags: [{ Key: 'spinnaker:application', Value: 'sunrise', PropagateAtLaunch: true }],
  })
  await until(
    async () => {
      const { TargetHealthDescriptions } = await read<{
        TargetHealthDescriptions: { TargetHealth: { State: string } }[]
      }>('elasticloadbalancing', 'DescribeTargetHealth', { TargetGroupArn: targetGroupArn })
      return (
        TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth.State === 'healthy').length === 3
      )
    },
    healthyWithinMs,
    `${group} is healthy`,
  )
  return { group, listenerArn, ruleArn: Rules[0]?.RuleArn ?? '', targetGroupArn, launchTemplate, subnetIds }
}
