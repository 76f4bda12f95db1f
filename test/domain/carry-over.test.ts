import { describe, expect, it } from 'vitest'
import type { Blueprint } from '../../server/domain/blueprint.js'
import { carriedFrom, type CarryFacts } from '../../server/domain/carry-over.js'
import { carriedCount, dueSchedule, withPolicies, withTargetGroup } from '../../server/domain/carried.js'
import { decideTurn } from '../../server/domain/decide-turn.js'
import type { Operation } from '../../server/domain/operation.js'
import { at, blueprint, operation, rule, serverGroup, turn } from '../support/build.js'

const facts: CarryFacts = { to: 'shop-main-v002', scaling: null, scalingOfFrom: null, suspendedByUs: [] }
const carriedOf = (patch: Partial<Blueprint>, more: Partial<CarryFacts> = {}) =>
  carriedFrom(blueprint('shop-main-v001', patch), { ...facts, ...more })

describe('what a new group takes from the one before it', () => {
  it('is nothing where that has nothing of its own', () => {
    const carried = carriedOf({})
    expect(carriedCount(carried)).toBe(0)
    expect(carried.left).toEqual([])
  })

  it('has the new name wherever the old one stood, and no name that only begins so', () => {
    const { tags, policies } = carriedOf({
      scalingGroup: {
        Tags: [
          { Key: 'runbook', Value: 'wiki/shop-main-v001', PropagateAtLaunch: false },
          { Key: 'near', Value: 'shop-main-v0011 and old-shop-main-v001', PropagateAtLaunch: true },
          { Key: 'delling:op', Value: 'operation-1', PropagateAtLaunch: true },
          { Key: 'aws:cloudformation:stack-name', Value: 'shop', PropagateAtLaunch: false },
        ],
      },
      policies: [{ PolicyName: 'shop-main-v001-grow', PolicyARN: 'arn:grow', PolicyType: 'StepScaling' }],
    })
    expect(tags).toEqual([
      { key: 'runbook', value: 'wiki/shop-main-v002', propagate: false },
      { key: 'near', value: 'shop-main-v0011 and old-shop-main-v001', propagate: true },
    ])
    expect(policies).toMatchObject([{ name: 'shop-main-v002-grow', fromArn: 'arn:grow', needsRule: false }])
  })

  it('gives alarms names of their own, each once, and lets them call the new policies', () => {
    const policies = [
      { PolicyName: 'grow', PolicyARN: 'arn:grow', PolicyType: 'StepScaling' },
      { PolicyName: 'lost', PolicyARN: 'arn:lost', PolicyType: 'SimpleScaling' },
    ]
    const alarms = [
      { AlarmName: 'busy', AlarmActions: ['arn:grow', 'arn:sns'], StateValue: 'ALARM' },
      { AlarmName: 'shop-main-v001-busy', AlarmActions: ['arn:lost'] },
    ]
    const carried = carriedOf({ policies, alarms })
    expect(carried.alarms.map(({ name }) => name)).toEqual(['shop-main-v002-busy', 'shop-main-v002-busy-2'])
    const made = new Map([['grow', 'arn:new']])
    const fields = carried.alarms.map((alarm) =>
      withPolicies(alarm, carried.policies, (name) => made.get(name) ?? null),
    )
    expect(fields[0]).toEqual({
      AlarmActions: ['arn:new', 'arn:sns'],
      OKActions: [],
      InsufficientDataActions: [],
    })
    expect(fields[1]).toMatchObject({ AlarmActions: [] })
  })

  it('names the new target group in metrics and resource labels', () => {
    const arn = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/${name}/73e2`
    const fields = {
      ResourceLabel: 'app/lb/1/targetgroup/one/73e2',
      Arn: arn('one'),
      Other: 'targetgroup/two/1',
    }
    expect(withTargetGroup(fields, arn('one'), arn('new'))).toEqual({
      ResourceLabel: 'app/lb/1/targetgroup/new/73e2',
      Arn: arn('new'),
      Other: 'targetgroup/two/1',
    })
  })

  it('leaves the settings’ own policy to the settings, and says so where a person changed it', () => {
    const own = (TargetValue: number) => [
      {
        PolicyName: 'shop-main-v001-cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: { TargetValue },
      },
    ]
    const scaling = { metric: 'cpu', targetPercent: 60 } as const
    const both = { scaling, scalingOfFrom: scaling }
    expect(carriedOf({ policies: own(60) }, both)).toMatchObject({ policies: [], left: [] })
    expect(carriedOf({ policies: own(70) }, both).left).toEqual([
      expect.stringContaining('changed by hand (target 70)'),
    ])
    expect(carriedOf({ policies: own(60) }).policies).toHaveLength(1)
    const edited = { scaling: { ...scaling, targetPercent: 40 }, scalingOfFrom: scaling }
    expect(carriedOf({ policies: own(60) }, edited)).toMatchObject({ policies: [], left: [] })
    expect(carriedOf({ policies: own(60) }, { scalingOfFrom: scaling })).toMatchObject({
      policies: [],
      left: [],
    })
  })

  it('leaves another policy on processors where the settings ask for their own: AWS takes one', () => {
    const policies = ['ASGAverageCPUUtilization', 'ALBRequestCountPerTarget'].map((metric) => ({
      PolicyName: metric,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: { PredefinedMetricSpecification: { PredefinedMetricType: metric } },
    }))
    expect(carriedOf({ policies }).policies).toHaveLength(2)
    const carried = carriedOf({ policies }, { scaling: { metric: 'cpu', targetPercent: 60 } })
    expect(carried.policies.map(({ name }) => name)).toEqual(['ALBRequestCountPerTarget'])
    expect(carried.left).toEqual([expect.stringContaining('60 % is what the new group gets')])
  })

  it('keeps suspended what somebody suspended, but for what a new group needs to come up', () => {
    const suspended = ['Launch', 'AZRebalance', 'ScheduledActions', 'AlarmNotification']
    const carried = carriedOf(
      { scalingGroup: { SuspendedProcesses: suspended.map((ProcessName) => ({ ProcessName })) } },
      { suspendedByUs: ['ScheduledActions'] },
    )
    expect(carried.suspended).toEqual(['AZRebalance', 'AlarmNotification'])
    expect(carried.left).toEqual([expect.stringContaining('Launch is suspended there')])
  })

  it('leaves behind what belongs to the old image, and says so', () => {
    const { launchTemplate, left } = carriedOf({
      launchTemplate: {
        ImageId: 'ami-1',
        InstanceType: 't3.micro',
        SecurityGroupIds: ['sg-1'],
        UserData: 'secret',
        KeyName: 'ops',
        MetadataOptions: { HttpTokens: 'required', State: 'applied' },
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-old', VolumeSize: 40 } },
          { DeviceName: '/dev/sdf', Ebs: { SnapshotId: 'snap-data' } },
        ],
        NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-1'], SubnetId: 'subnet-1' }],
      },
    })
    expect(launchTemplate).toEqual({
      KeyName: 'ops',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 40 } },
        { DeviceName: '/dev/sdf', Ebs: { SnapshotId: 'snap-data' } },
      ],
      NetworkInterfaces: [{ DeviceIndex: 0 }],
    })
    expect(left).toEqual([expect.stringContaining('snap-old of /dev/xvda')])
  })

  it('takes spot and mixed instances, and no override that would launch another image', () => {
    const { scalingGroup, left } = carriedOf({
      scalingGroup: {
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: { LaunchTemplateId: 'lt-1', Version: '1' },
            Overrides: [
              { InstanceType: 'm7g.large', LaunchTemplateSpecification: { LaunchTemplateId: 'lt-arm' } },
              { InstanceType: 'm7i.large' },
            ],
          },
          InstancesDistribution: { SpotAllocationStrategy: 'price-capacity-optimized' },
        },
        HealthCheckType: 'EC2,EBS',
        NewThing: 1,
      },
    })
    expect(scalingGroup).toEqual({
      MixedInstancesPolicy: {
        LaunchTemplate: { Overrides: [{ InstanceType: 'm7i.large' }] },
        InstancesDistribution: { SpotAllocationStrategy: 'price-capacity-optimized' },
      },
      HealthCheckType: 'ELB,EBS',
    })
    expect(left).toEqual([expect.stringContaining('m7g.large'), expect.stringContaining('NewThing')])
  })

  it('puts a recurring action without a start that is past, and no action whose time is over', () => {
    const at = new Date('2026-11-24T12:00:00Z')
    const [past, future] = ['2026-11-24T12:00:30.000Z', '2026-11-25T12:00:00.000Z']
    expect(dueSchedule({ StartTime: past, Recurrence: '0 6 * * *' }, at)).toEqual({ Recurrence: '0 6 * * *' })
    expect(dueSchedule({ StartTime: future }, at)).toEqual({ StartTime: future })
    expect(dueSchedule({ StartTime: past }, at)).toBeNull()
    expect(dueSchedule({ EndTime: past, Recurrence: '0 6 * * *' }, at)).toBeNull()
  })
})

describe('a launch', () => {
  it('does not begin before it is known how the live group is made', () => {
    const queued = operation({ phase: 'queued', from: null, to: null })
    const decision = decideTurn(turn({ operations: [queued], seen: [{ push: 1, unread: true }] }))
    expect(JSON.stringify(decision)).toContain('Reading how shop-main-v001 is made')
  })

  it('puts what AWS takes only behind a rule once it is there, and is not registered before', () => {
    const carried = carriedOf({
      policies: [
        {
          PolicyName: 'requests',
          PolicyARN: 'arn:requests',
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingConfiguration: { ResourceLabel: 'app/lb/1/targetgroup/shop-main-v001/1' },
        },
      ],
    })
    const long = new Date(at.getTime() - 60_000)
    const scene = (operations: readonly Operation[]) =>
      turn({
        operations,
        groups: [serverGroup(1), serverGroup(2, { role: 'launching', registeredAt: null })],
        rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
        sightings: { registered: new Map([['shop-main-v002', { since: long, polls: 9 }]]) },
      })
    expect(decideTurn(scene([operation({ carried })]))).toMatchObject({
      deed: { call: { type: 'PutScalingPolicy', group: 'shop-main-v002', name: 'requests' } },
    })
    expect(decideTurn(scene([operation({})]))).toMatchObject({ deed: { event: { type: 'NextRegistered' } } })
  })
})
