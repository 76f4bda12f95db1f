import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling'
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import { DescribeLaunchTemplatesCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { makeObserve } from '../../server/cloud/observe.js'
import type { ClusterQuery, GroupQuery } from '../../server/engine/ports.js'

const autoScaling = mockClient(AutoScalingClient)
const elb = mockClient(ElasticLoadBalancingV2Client)
const ec2 = mockClient(EC2Client)
const cloudwatch = mockClient(CloudWatchClient)

const never = new AbortController().signal
const now = new Date('2026-11-24T02:00:30Z')
const lb = 'arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/shop/aa'
const listener = 'arn:aws:elasticloadbalancing:us-east-1:1:listener/app/shop/aa/l1'
const targetGroup = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/${name}/bb`
const forward = (...weights: [string, number][]) => [
  {
    Type: 'forward' as const,
    ForwardConfig: {
      TargetGroups: weights.map(([name, Weight]) => ({ TargetGroupArn: targetGroup(name), Weight })),
    },
  },
]
const clusterRule: Rule = {
  RuleArn: 'arn:rule/shop',
  Priority: '10',
  Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
  Actions: forward(['v001', 100], ['v002', 0]),
}
const defaultRule: Rule = {
  RuleArn: 'arn:rule/default',
  Priority: 'default',
  IsDefault: true,
  Actions: [{ Type: 'fixed-response' }],
}

const group = (push: string, given: Partial<GroupQuery> = {}): GroupQuery => ({
  name: `shop-${push}`,
  targetGroupName: push,
  targetGroupArn: targetGroup(push),
  activities: false,
  requestsSince: null,
  answersSince: null,
  settings: false,
  ...given,
})

const query = (given: Partial<ClusterQuery> = {}): ClusterQuery => ({
  cluster: 'shop',
  ruleArn: 'arn:rule/shop',
  parkedValue: null,
  testValues: [],
  loadBalancerName: 'shop',
  loadBalancerArn: lb,
  listenerPort: 80,
  listenerArn: listener,
  groups: [group('v001'), group('v002')],
  ...given,
})

const refused = (code: string) =>
  Object.assign(new Error(code), {
    name: code,
    Code: code,
    $metadata: { httpStatusCode: 400 },
    $fault: 'client' as const,
  })

const makeObserver = () => {
  const settings = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    meter: makeMeter(),
  }
  return makeObserve(makeClients(settings).readers, { clock: { now: () => now }, metricPeriodSec: 60 })
}

const observe = (given: Partial<ClusterQuery> = {}) => makeObserver()(query(given), never)

beforeEach(() => {
  for (const mock of [autoScaling, elb, ec2, cloudwatch]) mock.reset()
  elb.on(DescribeLoadBalancersCommand).resolves({
    LoadBalancers: [
      {
        LoadBalancerArn: lb,
        DNSName: 'shop.elb.amazonaws.com',
        State: { Code: 'active' },
        AvailabilityZones: [{ ZoneName: 'us-east-1b' }, { ZoneName: 'us-east-1a' }],
      },
    ],
  })
  elb.on(DescribeListenersCommand).resolves({ Listeners: [{ ListenerArn: listener, Port: 80 }] })
  elb.on(DescribeRulesCommand, { ListenerArn: listener }).resolves({ Rules: [clusterRule, defaultRule] })
  elb.on(DescribeTargetHealthCommand).resolves({ TargetHealthDescriptions: [] })
  autoScaling
    .on(DescribeAutoScalingGroupsCommand)
    .callsFake(({ AutoScalingGroupNames = [] }: { AutoScalingGroupNames?: string[] }) => ({
      AutoScalingGroups: AutoScalingGroupNames.map((AutoScalingGroupName) => ({
        AutoScalingGroupName,
        MinSize: 3,
        MaxSize: 9,
        DesiredCapacity: 4,
      })),
    }))
  ec2
    .on(DescribeLaunchTemplatesCommand)
    .resolves({ LaunchTemplates: [{ LaunchTemplateName: 'shop-v001', LaunchTemplateId: 'lt-1' }] })
})

describe('what the night watch judges by', () => {
  const window = { targetGroupArn: targetGroup('v002'), from: new Date('2026-11-24T01:50:00Z'), to: now }
  const night = { loadBalancerArn: lb, live: window, previous: null, alarms: ['checkout'] }
  const points = (Id: string, Values: number[]) => ({
    Id,
    StatusCode: 'Complete' as const,
    Timestamps: Values.map((_, index) => new Date(window.from.getTime() + index * 60_000)),
    Values,
  })

  it('is read of the live group, with the alarms that the cluster names', async () => {
    cloudwatch
      .on(GetMetricDataCommand)
      .resolves({ MetricDataResults: [points('m0', [100, 50]), points('m1', [3])] })
    cloudwatch.on(DescribeAlarmsCommand, { AlarmNames: ['checkout'] }).resolves({
      MetricAlarms: [{ AlarmName: 'checkout', StateValue: 'ALARM', StateReason: 'too few' }],
    })
    expect((await observe({ night })).night).toEqual({
      live: { requests: 150, errors: 3 },
      previous: null,
      alarms: [{ name: 'checkout', state: 'ALARM', reason: 'too few' }],
    })
  })

  it('is null where it could not be read, which fails no observation', async () => {
    cloudwatch.on(GetMetricDataCommand).rejects(refused('AccessDenied'))
    cloudwatch.on(DescribeAlarmsCommand).rejects(refused('AccessDenied'))
    expect((await observe({ night })).night).toEqual({ live: null, previous: null, alarms: null })
  })
})

describe('who made what stands around a cluster', () => {
  it('is read by tags, where it is asked for', async () => {
    elb.on(DescribeTagsCommand, { ResourceArns: [lb] }).resolves({
      TagDescriptions: [{ ResourceArn: lb, Tags: [{ Key: 'delling:owner', Value: 'us' }] }],
    })
    elb.on(DescribeTagsCommand, { ResourceArns: [listener] }).resolves({ TagDescriptions: [] })
    expect((await observe({ making: true })).balancer?.making).toEqual({
      balancerOwner: 'us',
      listenerOwner: null,
      otherListeners: 0,
    })
    expect((await observe()).balancer?.making).toBeUndefined()
  })
})

describe('the balancer as observed', () => {
  it('has its listener, its zones, its rule and every rule but the default one', async () => {
    const seen = await observe()
    expect(seen.at).toEqual(now)
    expect(seen.balancer).toMatchObject({
      loadBalancerArn: lb,
      listenerArn: listener,
      state: 'active',
      zones: ['us-east-1a', 'us-east-1b'],
    })
    expect(seen.balancer?.rules).toEqual([seen.rule])
    expect(seen.rule).toEqual({
      ruleArn: 'arn:rule/shop',
      priority: 10,
      conditions: [{ field: 'path-pattern', values: ['/*'] }],
      entries: [
        { targetGroupArn: targetGroup('v001'), weight: 100 },
        { targetGroupArn: targetGroup('v002'), weight: 0 },
      ],
      sticky: false,
      otherActions: false,
    })
    expect(seen.usedElsewhere).toEqual([])
  })

  it('is found by name and port while no ARN is known', async () => {
    const seen = await observe({ loadBalancerArn: null, listenerArn: null, ruleArn: null })
    expect(elb.commandCalls(DescribeLoadBalancersCommand)[0]?.args[0].input).toEqual({ Names: ['shop'] })
    expect(seen.balancer?.listenerArn).toBe(listener)
    expect(seen.rule).toBeNull()
  })

  it('is null when AWS does not know it', async () => {
    elb.on(DescribeLoadBalancersCommand).rejects(refused('LoadBalancerNotFound'))
    elb.on(DescribeListenersCommand).rejects(refused('LoadBalancerNotFound'))
    elb.on(DescribeRulesCommand).rejects(refused('ListenerNotFound'))
    expect(await observe()).toMatchObject({ balancer: null, rule: null })
  })

  it('finds a parked rule by its secret value while the ARN of the rule is not known', async () => {
    const parked = (value: string, RuleArn: string): Rule => ({
      ...clusterRule,
      RuleArn,
      Conditions: [
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-delling-parked', Values: [value] } },
      ],
    })
    elb
      .on(DescribeRulesCommand, { ListenerArn: listener })
      .resolves({ Rules: [parked('foreign', 'arn:rule/a'), parked('op-1', 'arn:rule/b')] })
    const seen = await observe({ ruleArn: null, parkedValue: 'op-1' })
    expect(seen.rule?.ruleArn).toBe('arn:rule/b')
    expect((await observe({ ruleArn: null, parkedValue: null })).rule).toBeNull()
  })

  it('names our target groups that any other rule uses, on other listeners and as default too', async () => {
    const second = `${listener}2`
    elb.on(DescribeListenersCommand).resolves({
      Listeners: [
        { ListenerArn: listener, Port: 80 },
        { ListenerArn: second, Port: 443 },
      ],
    })
    elb.on(DescribeRulesCommand, { ListenerArn: second }).resolves({
      Rules: [{ ...defaultRule, RuleArn: 'arn:rule/d2', Actions: forward(['v002', 0], ['foreign', 100]) }],
    })
    expect((await observe()).usedElsewhere).toEqual([targetGroup('v002')])
  })

  it('reads rules to the last page, an empty one between included', async () => {
    elb
      .on(DescribeRulesCommand, { ListenerArn: listener })
      .resolvesOnce({ Rules: [defaultRule], NextMarker: '1' })
      .resolvesOnce({ Rules: [], NextMarker: '2' })
      .resolvesOnce({ Rules: [clusterRule] })
    expect((await observe()).rule?.ruleArn).toBe('arn:rule/shop')
  })

  it('sees stickiness, and actions that do more than forward', async () => {
    const sticky = [
      { Type: 'forward' as const, ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true } } },
    ]
    elb
      .on(DescribeRulesCommand, { ListenerArn: listener })
      .resolves({ Rules: [{ ...clusterRule, Actions: [{ Type: 'authenticate-cognito' }, ...sticky] }] })
    expect((await observe()).rule).toMatchObject({ sticky: true, otherActions: true })
  })
})

describe('groups as observed', () => {
  it('are read in one request for all of several clusters', async () => {
    const observer = makeObserver()
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        observer(query({ groups: [group(`${name}1`), group(`${name}2`)] }), never),
      ),
    )
    expect(autoScaling.commandCalls(DescribeAutoScalingGroupsCommand)).toHaveLength(1)
    expect(ec2.commandCalls(DescribeLaunchTemplatesCommand)).toHaveLength(1)
    expect(elb.commandCalls(DescribeRulesCommand)).toHaveLength(1)
  })

  it('have sizes, instances, suspensions and the operation that made them', async () => {
    autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'shop-v001',
          DefaultCooldown: 300,
          AvailabilityZones: ['us-east-1a'],
          HealthCheckType: 'ELB',
          CreatedTime: now,
          MinSize: 3,
          MaxSize: 9,
          DesiredCapacity: 4,
          Status: 'Delete in progress',
          SuspendedProcesses: [{ ProcessName: 'AlarmNotification' }],
          Tags: [{ Key: 'delling:op', Value: 'op-1' }],
          Instances: [
            {
              InstanceId: 'i-1',
              AvailabilityZone: 'us-east-1a',
              LifecycleState: 'InService',
              HealthStatus: 'Healthy',
            },
          ] as never,
        },
      ],
    })
    elb.on(DescribeTargetHealthCommand, { TargetGroupArn: targetGroup('v001') }).resolves({
      TargetHealthDescriptions: [
        {
          Target: { Id: 'i-1' },
          TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'timed out' },
        },
      ],
    })
    const { groups } = await observe()
    expect(groups.get('shop-v001')).toEqual({
      name: 'shop-v001',
      targetGroupArn: targetGroup('v001'),
      targetGroupAttributes: {},
      launchTemplateId: 'lt-1',
      launchTemplateOperationTag: null,
      autoScaling: {
        min: 3,
        max: 9,
        desired: 4,
        status: 'Delete in progress',
        zones: ['us-east-1a'],
        metrics: [],
        suspended: ['AlarmNotification'],
        operationTag: 'op-1',
        instances: [
          { instanceId: 'i-1', zone: 'us-east-1a', lifecycleState: 'InService', healthStatus: 'Healthy' },
        ],
      },
      targets: [
        { instanceId: 'i-1', state: 'unhealthy', reason: 'Target.Timeout', description: 'timed out' },
      ],
      activities: [],
      requests: null,
      policies: [],
    })
    expect(groups.get('shop-v002')).toMatchObject({ autoScaling: null, launchTemplateId: null })
  })

  it('find their target group by name while its ARN is not known, one that is missing not hiding the others', async () => {
    elb.on(DescribeTargetGroupsCommand).rejects(refused('TargetGroupNotFound'))
    elb
      .on(DescribeTargetGroupsCommand, { Names: ['v002'] })
      .resolves({ TargetGroups: [{ TargetGroupName: 'v002', TargetGroupArn: targetGroup('v002') }] })
    const { groups } = await observe({
      groups: ['v002', 'v003'].map((push) => group(push, { targetGroupArn: null })),
    })
    expect(groups.get('shop-v002')?.targetGroupArn).toBe(targetGroup('v002'))
    expect(groups.get('shop-v003')?.targetGroupArn).toBeNull()
  })

  it('find a stray target group that took the name after the recorded one was deleted', async () => {
    elb
      .on(DescribeTargetHealthCommand, { TargetGroupArn: targetGroup('v001') })
      .rejects(refused('TargetGroupNotFound'))
    elb
      .on(DescribeTargetGroupsCommand)
      .resolves({ TargetGroups: [{ TargetGroupName: 'v001', TargetGroupArn: targetGroup('stray') }] })
    const { groups } = await observe({ groups: [group('v001')] })
    expect(groups.get('shop-v001')?.targetGroupArn).toBe(targetGroup('stray'))
  })

  it('read activities, policies and attributes only when asked', async () => {
    autoScaling.on(DescribeScalingActivitiesCommand).resolves({
      Activities: [
        {
          ActivityId: 'old',
          StartTime: new Date(1),
          StatusCode: 'Failed',
          StatusMessage: 'The AMI ID does not exist',
        },
        { ActivityId: 'new', StartTime: new Date(2), StatusCode: 'Successful' },
      ] as never,
    })
    autoScaling.on(DescribePoliciesCommand).resolves({ ScalingPolicies: [{ PolicyName: 'cpu' }] })
    elb
      .on(DescribeTargetGroupAttributesCommand)
      .resolves({ Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }] })
    await observe()
    expect(autoScaling.commandCalls(DescribeScalingActivitiesCommand)).toHaveLength(0)
    expect(autoScaling.commandCalls(DescribePoliciesCommand)).toHaveLength(0)
    expect(elb.commandCalls(DescribeTargetGroupAttributesCommand)).toHaveLength(0)

    const { groups } = await observe({ groups: [group('v001', { activities: true, settings: true })] })
    const seen = groups.get('shop-v001')
    expect(seen?.activities.map(({ activityId }) => activityId)).toEqual(['new', 'old'])
    expect(seen?.activities[1]?.message).toBe('The AMI ID does not exist')
    expect(seen?.policies.map(({ name }) => name)).toEqual(['cpu'])
    expect(seen?.targetGroupAttributes).toEqual({ 'deregistration_delay.timeout_seconds': '300' })
  })

  it('fail the whole observation when a part can not be read', async () => {
    elb
      .on(DescribeTargetHealthCommand, { TargetGroupArn: targetGroup('v002') })
      .rejects(refused('AccessDenied'))
    await expect(observe()).rejects.toThrow('AccessDenied')
  })
})

describe('requests since a moment', () => {
  const since = new Date('2026-11-24T01:50:30Z')
  const asked = { groups: [group('v001', { requestsSince: since })] }
  const answer = (result: MetricDataResult) =>
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Id: 'm0', ...result }] })
  const at = (time: string) => new Date(`2026-11-24T${time}Z`)

  it('are summed over the periods that lie wholly after it', async () => {
    answer({
      StatusCode: 'Complete',
      Timestamps: [at('01:50:00'), at('01:51:00'), at('01:59:00')],
      Values: [1000, 2, 5],
    })
    expect((await observe(asked)).groups.get('shop-v001')?.requests).toBe(7)
    const input = cloudwatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input
    expect(input).toMatchObject({ StartTime: at('01:51:00') })
    expect(input?.EndTime?.getTime()).toBeGreaterThan(now.getTime())
    expect(input?.MetricDataQueries?.[0]?.MetricStat).toEqual({
      Stat: 'Sum',
      Period: 60,
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCount',
        Dimensions: [
          { Name: 'LoadBalancer', Value: 'app/shop/aa' },
          { Name: 'TargetGroup', Value: 'targetgroup/v001/bb' },
        ],
      },
    })
  })

  it('are none when CloudWatch answered completely without a point', async () => {
    answer({ StatusCode: 'Complete' })
    expect((await observe(asked)).groups.get('shop-v001')?.requests).toBe(0)
  })

  it.each(['PartialData', 'InternalError', 'Forbidden'] as const)(
    'are unknown after %s',
    async (StatusCode) => {
      answer({ StatusCode, Timestamps: [at('01:51:00')], Values: [0] })
      expect((await observe(asked)).groups.get('shop-v001')?.requests).toBeNull()
    },
  )

  it('are unknown, and the rest is seen, when CloudWatch refuses', async () => {
    cloudwatch.on(GetMetricDataCommand).rejects(refused('AccessDenied'))
    const seen = (await observe(asked)).groups.get('shop-v001')
    expect(seen?.requests).toBeNull()
    expect(seen?.autoScaling?.desired).toBe(4)
  })

  it('come from every page', async () => {
    const page = (StatusCode: 'PartialData' | 'Complete', NextToken?: string) => ({
      MetricDataResults: [{ Id: 'm0', StatusCode, Timestamps: [at('01:55:00')], Values: [1] }],
      NextToken,
    })
    cloudwatch
      .on(GetMetricDataCommand)
      .resolvesOnce(page('PartialData', 'more'))
      .resolvesOnce(page('Complete'))
    expect((await observe(asked)).groups.get('shop-v001')?.requests).toBe(2)
  })
})
