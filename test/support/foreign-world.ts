import type { ListedGroup } from '../../server/domain/account-listing.js'
import type { FakeWorld } from './fake-parts.js'
import { blueprint, listedGroup, rule, seenGroup, targetArn } from './build.js'

/**
 * Puts a cluster that somebody else made into a world: `v007` behind a rule with a single forward, groups of the pushes in
 * `before` that no rule names, each made after the one of a lower number, and a group of no good name.
 */
export function addForeignCluster(world: FakeWorld, cluster: string, before: readonly number[] = []): void {
  const name = `${cluster}-v007`
  const older = before.map((push) => ({ push, name: `${cluster}-v${String(push).padStart(3, '0')}` }))
  const subnets = ['a', 'b', 'c'].map((zone) => ({ subnetId: `subnet-${zone}`, zone: `us-east-1${zone}` }))
  const theirs: Partial<ListedGroup> = { clusterTag: null, ownerTag: null, operationTag: null }
  const template = `${name}-1753190400`
  const groups = [
    ...older.map(({ push, name: each }) =>
      listedGroup(push, {
        ...theirs,
        name: each,
        createdAt: new Date(Date.UTC(2026, 0, push)),
      }),
    ),
    listedGroup(7, { ...theirs, name, launchTemplateId: 'lt-7', launchTemplateName: template }),
    listedGroup(1, { ...theirs, name: 'Legacy', targetGroupArns: [] }),
  ]
  world.listing = {
    readAt: world.now,
    whole: true,
    groups,
    targetGroups: [
      { name: 'theirs', arn: targetArn(name) },
      ...older.map((each) => ({ name: each.name, arn: targetArn(each.name) })),
    ],
  }
  for (const push of [7, ...before]) world.templates.set(`lt-${push}`, 'ami-theirs')
  const forward = rule({}, { entries: [{ targetGroupArn: targetArn(name), weight: 1 }], ruleArn: 'rule-7' })
  world.catalog = {
    ...world.catalog,
    subnets: [
      ...world.catalog.subnets,
      ...subnets.map((subnet) => ({ ...subnet, vpcId: 'vpc-1', freeAddresses: 200, name: null })),
    ],
    loadBalancers: [
      ...world.catalog.loadBalancers,
      {
        arn: 'lb-7',
        name: 'theirs',
        type: 'application',
        vpcId: 'vpc-1',
        dnsName: 'theirs.example',
        zones: subnets.map(({ zone }) => zone),
        listeners: [
          {
            arn: 'listener-7',
            port: 80,
            protocol: 'HTTP',
            url: null,
            rules: [
              {
                arn: 'rule-7',
                priority: '10',
                summary: 'path-pattern /* → theirs 1',
                conditions: [{ field: 'path-pattern', values: ['/*'] }],
                sticky: false,
                forwards: true,
                entries: forward.entries,
              },
            ],
          },
        ],
      },
    ],
  }
  world.observed.set(cluster, {
    at: world.now,
    balancer: null,
    rule: forward,
    usedElsewhere: [],
    groups: new Map([
      ...older.map(
        ({ push, name: each }) =>
          [
            each,
            {
              ...seenGroup({ push }),
              name: each,
              targetGroupArn: targetArn(each),
              blueprint: theirsMade(each, subnets),
            },
          ] as const,
      ),
      [
        name,
        {
          ...seenGroup({ push: 7 }),
          name,
          targetGroupArn: targetArn(name),
          blueprint: theirsMade(name, subnets),
        },
      ],
    ]),
  })
}

function theirsMade(name: string, subnets: readonly { readonly subnetId: string }[]) {
  return blueprint(name, {
    scalingGroup: {
      AutoScalingGroupName: name,
      HealthCheckType: 'EC2',
      VPCZoneIdentifier: subnets.map(({ subnetId }) => subnetId).join(','),
    },
    launchTemplate: {
      ImageId: 'ami-theirs',
      InstanceType: 'm5.large',
      UserData: '#!/bin/sh\necho 1\n',
    },
    targetGroup: {
      TargetGroupArn: targetArn(name),
      VpcId: 'vpc-1',
      Port: 7001,
      Protocol: 'HTTP',
      TargetType: 'instance',
      HealthCheckPath: '/healthcheck',
    },
  })
}
