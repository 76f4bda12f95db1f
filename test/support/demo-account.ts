import type { Balancing, SeenBalancer, SeenRule, SeenTargetGroup } from '../../server/domain/balancing.js'
import type { FleetInstance } from '../../server/domain/fleet.js'
import type { ObservedGroup } from '../../server/domain/observation.js'
import type { FakeWorld } from './fake-parts.js'

const at = (text: string) => new Date(`2026-11-${text}Z`)
const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']
const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/50dc6c495c0c9188`

export function fleetInstance(instanceId: string, more: Partial<FleetInstance> = {}): FleetInstance {
  return {
    instanceId,
    state: 'running',
    stateReason: null,
    imageId: 'ami-0foreign000000001',
    type: 't3.medium',
    architecture: 'x86_64',
    bought: 'on-demand',
    zone: zones[0]!,
    vpcId: 'vpc-0a1',
    subnetId: 'subnet-00',
    privateIp: '10.0.18.44',
    publicIp: null,
    privateDns: 'ip-10-0-18-44.eu-west-1.compute.internal',
    publicDns: null,
    launchedAt: at('19T11:02:30'),
    securityGroups: [{ id: 'sg-1', name: 'default' }],
    profileArn: null,
    keyName: null,
    tags: {},
    scaling: null,
    ...more,
  }
}

export function seenTargetGroup(name: string, more: Partial<SeenTargetGroup> = {}): SeenTargetGroup {
  return {
    arn: arnOf(name),
    name,
    protocol: 'HTTP',
    port: 8080,
    targetType: 'instance',
    vpcId: 'vpc-0a1',
    healthCheck: {
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/healthz',
      intervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 3,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    balancerArns: [],
    tags: {},
    targets: [],
    ...more,
  }
}

export function seenRule(ruleArn: string, more: Partial<SeenRule> = {}): SeenRule {
  return {
    ruleArn,
    priority: 10,
    conditions: [],
    entries: [],
    sticky: false,
    otherActions: false,
    isDefault: false,
    does: [],
    tags: {},
    ...more,
  }
}

export function seenBalancer(name: string, rules: readonly SeenRule[], more: Partial<SeenBalancer> = {}) {
  const balancer: SeenBalancer = {
    arn: `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/${name}/1`,
    name,
    scheme: 'internet-facing',
    state: 'active',
    dnsName: `${name}-1842.eu-west-1.elb.amazonaws.com`,
    vpcId: 'vpc-0a1',
    zones,
    securityGroupIds: ['sg-1'],
    createdAt: at('02T08:00:00'),
    tags: {},
    listeners: [{ arn: `arn:listener/${name}`, port: 80, protocol: 'HTTP', url: null, tags: {}, rules }],
    ...more,
  }
  return balancer
}

/** What the account of the demo holds: everything that its clusters show, a builder, and what somebody else runs. */
export function furnishAccount(world: FakeWorld): void {
  const groups = [...world.observed.values()].flatMap((seen) => [...seen.groups.values()])
  world.fleet = {
    instances: [
      ...groups.flatMap((group, index) => instancesOf(group, index)),
      fleetInstance('i-0b11de2ba5e00c001', {
        privateIp: '10.0.2.9',
        privateDns: 'ip-10-0-2-9.eu-west-1.compute.internal',
        type: 't3.small',
        launchedAt: at('19T14:17:20'),
        tags: { 'delling:owner': 'test', 'delling:app': 'shop', 'delling:bake': 'bake-1', Name: 'builder' },
      }),
      fleetInstance('i-0f0e16a1bad5ee001', {
        privateIp: '10.0.3.7',
        publicIp: '198.51.100.7',
        publicDns: 'ec2-198-51-100-7.eu-west-1.compute.amazonaws.com',
        tags: { Name: 'reporting', team: 'finance' },
      }),
    ],
  }
  world.balancing = balancingOf(world, groups)
  world.userData = `#!/bin/sh\nexport DB_PASSWORD=hunter2\nexport PORT=8080\n`
}

function instancesOf(group: ObservedGroup, at: number): FleetInstance[] {
  return (group.autoScaling?.instances ?? []).map((instance, index) => {
    const ip = `10.0.${at + 16}.${index + 10}`
    return fleetInstance(instance.instanceId, {
      imageId: group.blueprint?.launchTemplate?.ImageId as string,
      zone: instance.zone,
      privateIp: ip,
      privateDns: `ip-${ip.replaceAll('.', '-')}.eu-west-1.compute.internal`,
      tags: { 'aws:autoscaling:groupName': group.name, 'delling:owner': 'test', API_TOKEN: 'tag-secret' },
      scaling: {
        group: group.name,
        lifecycle: instance.lifecycleState,
        health: instance.healthStatus,
        protectedFromScaleIn: false,
        launchTemplateId: group.launchTemplateId,
        launchTemplateVersion: '1',
        targetGroupArns: group.targetGroupArn ? [group.targetGroupArn] : [],
      },
    })
  })
}

function balancingOf(world: FakeWorld, groups: readonly ObservedGroup[]): Balancing {
  const clusters = [...world.states.values()].map(({ cluster }) => cluster)
  const rules = clusters.flatMap((cluster, index) => {
    const rule = world.observed.get(cluster.name)?.rule
    if (!rule || cluster.ruleArn === null) return []
    return [
      seenRule(cluster.ruleArn, {
        priority: 100 + index,
        conditions: [{ field: 'host-header', values: [`${cluster.name}.example.com`] }],
        entries: rule.entries,
      }),
    ]
  })
  const legacy = seenTargetGroup('legacy-blue', {
    balancerArns: ['arn:lb'],
    targets: [target('i-0f0e16a1bad5ee001', 'unhealthy', 'Target.Timeout', 'Request timed out')],
  })
  return {
    others: ['arn:nlb'],
    balancers: [
      seenBalancer(
        'shop-alb',
        [
          ...rules,
          seenRule('arn:rule/legacy', {
            priority: 900,
            conditions: [
              { field: 'path-pattern', values: ['/reports/*'] },
              { field: 'http-header', headerName: 'X-Auth-Token', values: ['header-secret'] },
            ],
            entries: [{ targetGroupArn: legacy.arn, weight: 1 }],
          }),
          seenRule('arn:rule/default', { isDefault: true, does: ['answers 404 itself'], priority: 0 }),
        ],
        { arn: 'arn:lb' },
      ),
      seenBalancer(
        'intranet',
        [
          seenRule('arn:rule/nobody', {
            isDefault: true,
            priority: 0,
            entries: [{ targetGroupArn: arnOf('empty'), weight: 1 }],
          }),
        ],
        { scheme: 'internal', zones: zones.slice(0, 2) },
      ),
    ],
    targetGroups: [
      ...groups.flatMap((group) =>
        group.targetGroupArn
          ? [
              seenTargetGroup(group.name, {
                arn: group.targetGroupArn,
                balancerArns: ['arn:lb'],
                targets: group.targets.map((each) => ({ ...each, port: 8080 })),
              }),
            ]
          : [],
      ),
      seenTargetGroup('empty', { balancerArns: ['arn:intranet'] }),
      legacy,
      seenTargetGroup('orphaned'),
    ].sort((a, b) => a.name.localeCompare(b.name)),
  }
}

function target(instanceId: string, state: string, reason: string | null, description: string | null) {
  return { instanceId, state, reason, description, port: 8080 }
}
