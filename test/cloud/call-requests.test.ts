import { describe, expect, it } from 'vitest'
import { ownPolicy } from '../../server/domain/carried.js'
import { requestFor } from '../../server/cloud/call-requests.js'
import type { Call, ModifyRule } from '../../server/domain/call.js'

const tags = { 'delling:owner': 'installation-1', 'delling:op': 'op-1' }
const keyed = [
  { Key: 'delling:owner', Value: 'installation-1' },
  { Key: 'delling:op', Value: 'op-1' },
]
const propagated = keyed.map((tag) => ({ ...tag, PropagateAtLaunch: true }))

const sent = (call: Exclude<Call, ModifyRule>) => {
  const { service, command } = requestFor(call)
  const { input, constructor } = command as unknown as { input: unknown; constructor: { name: string } }
  return [service, constructor.name.replace(/Command$/, ''), input]
}

const learnt = (call: Exclude<Call, ModifyRule>, reply: object) => requestFor(call).learnt(reply as never)

const createTargetGroup: Call = {
  type: 'CreateTargetGroup',
  name: 'shop-main-0a1b2c3d-v001',
  port: 8080,
  vpcId: 'vpc-1',
  healthCheck: {
    path: '/healthz',
    intervalSec: 30,
    timeoutSec: 6,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: '200-299',
  },
  tags,
}

const createLaunchTemplate = {
  type: 'CreateLaunchTemplate',
  name: 'shop-main-v001',
  token: 'op-1',
  imageId: 'ami-1',
  instanceType: 't3.micro',
  securityGroupIds: ['sg-1'],
  instanceProfile: null,
  userData: '#!/bin/sh\necho ü\n',
  tags,
  instanceTags: { Name: 'shop-main-v001' },
} as const satisfies Call

describe('a call becomes exactly one request', () => {
  it('CreateLoadBalancer', () => {
    const call: Call = {
      type: 'CreateLoadBalancer',
      name: 'shop',
      subnetIds: ['s-1', 's-2', 's-3'],
      securityGroupIds: ['sg-1'],
      tags,
    }
    expect(sent(call)).toEqual([
      'elb',
      'CreateLoadBalancer',
      {
        Name: 'shop',
        Type: 'application',
        Scheme: 'internet-facing',
        IpAddressType: 'ipv4',
        Subnets: ['s-1', 's-2', 's-3'],
        SecurityGroups: ['sg-1'],
        Tags: keyed,
      },
    ])
    expect(learnt(call, { LoadBalancers: [{ LoadBalancerArn: 'arn:lb', DNSName: 'shop.elb' }] })).toEqual({
      LoadBalancerArn: 'arn:lb',
      DNSName: 'shop.elb',
    })
  })

  it('CreateListener, which answers 503 to what no rule takes', () => {
    const call: Call = { type: 'CreateListener', loadBalancerArn: 'arn:lb', port: 8090, tags }
    expect(sent(call)).toEqual([
      'elb',
      'CreateListener',
      {
        LoadBalancerArn: 'arn:lb',
        Protocol: 'HTTP',
        Port: 8090,
        DefaultActions: [
          {
            Type: 'fixed-response',
            Order: 1,
            FixedResponseConfig: {
              StatusCode: '503',
              ContentType: 'text/plain',
              MessageBody: 'Nothing is deployed at this address yet.',
            },
          },
        ],
        Tags: keyed,
      },
    ])
    expect(learnt(call, { Listeners: [{ ListenerArn: 'arn:listener' }] })).toEqual({
      ListenerArn: 'arn:listener',
    })
  })

  it('CreateRule, with each kind of condition where AWS wants it', () => {
    const call: Call = {
      type: 'CreateRule',
      listenerArn: 'arn:listener',
      priority: 10,
      conditions: [
        { field: 'host-header', values: ['shop.example.com'] },
        { field: 'path-pattern', values: ['/a/*', '/b/*'] },
        { field: 'http-header', headerName: 'x-delling-parked', values: ['secret'] },
      ],
      entries: [{ targetGroupArn: 'arn:tg1', weight: 100 }],
      tags,
    }
    expect(sent(call)).toEqual([
      'elb',
      'CreateRule',
      {
        ListenerArn: 'arn:listener',
        Priority: 10,
        Conditions: [
          { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
          { Field: 'path-pattern', PathPatternConfig: { Values: ['/a/*', '/b/*'] } },
          {
            Field: 'http-header',
            HttpHeaderConfig: { HttpHeaderName: 'x-delling-parked', Values: ['secret'] },
          },
        ],
        Actions: [
          {
            Type: 'forward',
            Order: 1,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: 'arn:tg1', Weight: 100 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
        Tags: keyed,
      },
    ])
    expect(learnt(call, { Rules: [{ RuleArn: 'arn:rule' }] })).toEqual({ RuleArn: 'arn:rule' })
  })

  it('CreateTargetGroup', () => {
    expect(sent(createTargetGroup)).toEqual([
      'elb',
      'CreateTargetGroup',
      {
        Name: 'shop-main-0a1b2c3d-v001',
        Protocol: 'HTTP',
        ProtocolVersion: 'HTTP1',
        Port: 8080,
        VpcId: 'vpc-1',
        TargetType: 'instance',
        HealthCheckEnabled: true,
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: 'traffic-port',
        HealthCheckPath: '/healthz',
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 6,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200-299' },
        Tags: keyed,
      },
    ])
    expect(learnt(createTargetGroup, { TargetGroups: [{ TargetGroupArn: 'arn:tg' }] })).toEqual({
      TargetGroupArn: 'arn:tg',
    })
  })

  it('CreateLaunchTemplate, with its user data encoded and its tags on instances and volumes', () => {
    const instanceTags = [{ Key: 'Name', Value: 'shop-main-v001' }]
    expect(sent(createLaunchTemplate)).toEqual([
      'ec2',
      'CreateLaunchTemplate',
      {
        LaunchTemplateName: 'shop-main-v001',
        ClientToken: 'op-1',
        LaunchTemplateData: {
          ImageId: 'ami-1',
          InstanceType: 't3.micro',
          SecurityGroupIds: ['sg-1'],
          UserData: 'IyEvYmluL3NoCmVjaG8gw7wK',
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
          TagSpecifications: [
            { ResourceType: 'instance', Tags: instanceTags },
            { ResourceType: 'volume', Tags: instanceTags },
          ],
        },
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: keyed }],
      },
    ])
    expect(learnt(createLaunchTemplate, { LaunchTemplate: { LaunchTemplateId: 'lt-1' } })).toEqual({
      LaunchTemplateId: 'lt-1',
    })
  })

  it.each([
    ['web', { Name: 'web' }],
    ['arn:aws:iam::1:instance-profile/web', { Arn: 'arn:aws:iam::1:instance-profile/web' }],
  ])('takes the instance profile %s by name or ARN', (instanceProfile, profile) => {
    const [, , input] = sent({ ...createLaunchTemplate, instanceProfile })
    expect(input).toMatchObject({ LaunchTemplateData: { IamInstanceProfile: profile } })
  })

  it('CreateAutoScalingGroup, at a fixed template version', () => {
    expect(
      sent({
        type: 'CreateAutoScalingGroup',
        name: 'shop-main-v001',
        launchTemplateId: 'lt-1',
        min: 3,
        max: 9,
        desired: 4,
        subnetIds: ['s-1', 's-2', 's-3'],
        targetGroupArn: 'arn:tg',
        healthCheckGraceSec: 300,
        tags,
      }),
    ).toEqual([
      'autoScaling',
      'CreateAutoScalingGroup',
      {
        AutoScalingGroupName: 'shop-main-v001',
        LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' },
        MinSize: 3,
        MaxSize: 9,
        DesiredCapacity: 4,
        VPCZoneIdentifier: 's-1,s-2,s-3',
        TargetGroupARNs: ['arn:tg'],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 300,
        DefaultInstanceWarmup: 0,
        TerminationPolicies: ['Default'],
        DeletionProtection: 'prevent-force-deletion',
        Tags: propagated,
      },
    ])
  })

  const group = 'shop-main-v001'
  const ofGroup = { ResourceId: group, ResourceType: 'auto-scaling-group' }
  it.each<[Exclude<Call, ModifyRule>, unknown[]]>([
    [
      { type: 'RaiseMinSize', group, min: 4, max: null },
      ['autoScaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: group, MinSize: 4 }],
    ],
    [
      { type: 'RaiseMinSize', group, min: 12, max: 12 },
      ['autoScaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: group, MinSize: 12, MaxSize: 12 }],
    ],
    [
      { type: 'RestoreSizes', group, min: 3, max: 9 },
      ['autoScaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: group, MinSize: 3, MaxSize: 9 }],
    ],
    [
      { type: 'ShrinkToZero', group },
      [
        'autoScaling',
        'UpdateAutoScalingGroup',
        {
          AutoScalingGroupName: group,
          MinSize: 0,
          MaxSize: 0,
          DesiredCapacity: 0,
          DeletionProtection: 'none',
        },
      ],
    ],
    [
      { type: 'SuspendProcesses', group, processes: ['ScheduledActions'] },
      [
        'autoScaling',
        'SuspendProcesses',
        { AutoScalingGroupName: group, ScalingProcesses: ['ScheduledActions'] },
      ],
    ],
    [
      { type: 'ResumeProcesses', group, processes: ['AlarmNotification'] },
      [
        'autoScaling',
        'ResumeProcesses',
        { AutoScalingGroupName: group, ScalingProcesses: ['AlarmNotification'] },
      ],
    ],
    [
      { type: 'CreateOrUpdateTags', group, tags },
      ['autoScaling', 'CreateOrUpdateTags', { Tags: propagated.map((tag) => ({ ...ofGroup, ...tag })) }],
    ],
    [
      { type: 'DeleteGroupTags', group, keys: ['delling:owner'] },
      ['autoScaling', 'DeleteTags', { Tags: [{ ...ofGroup, Key: 'delling:owner' }] }],
    ],
    [
      { type: 'AddTags', arn: 'arn:rule', tags },
      ['elb', 'AddTags', { ResourceArns: ['arn:rule'], Tags: keyed }],
    ],
    [
      { type: 'RemoveTags', arn: 'arn:rule', keys: ['delling:owner'] },
      ['elb', 'RemoveTags', { ResourceArns: ['arn:rule'], TagKeys: ['delling:owner'] }],
    ],
    [
      { type: 'CreateTags', launchTemplateId: 'lt-1', tags },
      ['ec2', 'CreateTags', { Resources: ['lt-1'], Tags: keyed }],
    ],
    [
      { type: 'DeleteTags', launchTemplateId: 'lt-1', keys: ['delling:owner'] },
      ['ec2', 'DeleteTags', { Resources: ['lt-1'], Tags: [{ Key: 'delling:owner' }] }],
    ],
    [
      { type: 'ResumeProcesses', group, processes: [] },
      ['autoScaling', 'ResumeProcesses', { AutoScalingGroupName: group }],
    ],
    [
      { type: 'PutScalingPolicy', group, name: 'cpu', policy: ownPolicy(55) },
      [
        'autoScaling',
        'PutScalingPolicy',
        {
          AutoScalingGroupName: group,
          PolicyName: 'cpu',
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingConfiguration: {
            PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
            TargetValue: 55,
          },
        },
      ],
    ],
    [
      {
        type: 'PutMetricAlarm',
        group,
        name: 'shop-main-v002-busy',
        alarm: { MetricName: 'CPUUtilization', AlarmActions: ['arn:policy'] },
        tags: { 'delling:owner': 'test' },
      },
      [
        'cloudwatch',
        'PutMetricAlarm',
        {
          AlarmName: 'shop-main-v002-busy',
          MetricName: 'CPUUtilization',
          AlarmActions: ['arn:policy'],
          Tags: [{ Key: 'delling:owner', Value: 'test' }],
        },
      ],
    ],
    [
      { type: 'DeleteAlarms', group, names: ['a', 'b'] },
      ['cloudwatch', 'DeleteAlarms', { AlarmNames: ['a', 'b'] }],
    ],
    [
      {
        type: 'PutScheduledUpdateGroupAction',
        group,
        name: 'sale',
        action: { StartTime: '2040-11-25T06:00:00.000Z', DesiredCapacity: 5 },
      },
      [
        'autoScaling',
        'PutScheduledUpdateGroupAction',
        {
          AutoScalingGroupName: group,
          ScheduledActionName: 'sale',
          StartTime: new Date('2040-11-25T06:00:00Z'),
          DesiredCapacity: 5,
        },
      ],
    ],
    [
      { type: 'PutNotificationConfiguration', group, topic: 'arn:topic', types: ['autoscaling:TEST'] },
      [
        'autoScaling',
        'PutNotificationConfiguration',
        { AutoScalingGroupName: group, TopicARN: 'arn:topic', NotificationTypes: ['autoscaling:TEST'] },
      ],
    ],
    [
      { type: 'EnableMetricsCollection', group, metrics: ['GroupMaxSize'] },
      [
        'autoScaling',
        'EnableMetricsCollection',
        { AutoScalingGroupName: group, Metrics: ['GroupMaxSize'], Granularity: '1Minute' },
      ],
    ],
    [
      { type: 'PutWarmPool', group, pool: { MinSize: 2 } },
      ['autoScaling', 'PutWarmPool', { AutoScalingGroupName: group, MinSize: 2 }],
    ],
    [
      { type: 'DeleteWarmPool', group },
      ['autoScaling', 'DeleteWarmPool', { AutoScalingGroupName: group, ForceDelete: true }],
    ],
    [
      { type: 'DeleteAutoScalingGroup', group },
      ['autoScaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName: group }],
    ],
    [
      { type: 'DeleteListener', listenerArn: 'arn:listener' },
      ['elb', 'DeleteListener', { ListenerArn: 'arn:listener' }],
    ],
    [
      { type: 'DeleteLoadBalancer', loadBalancerArn: 'arn:lb' },
      ['elb', 'DeleteLoadBalancer', { LoadBalancerArn: 'arn:lb' }],
    ],
    [{ type: 'DeleteRule', ruleArn: 'arn:rule' }, ['elb', 'DeleteRule', { RuleArn: 'arn:rule' }]],
    [
      { type: 'DeleteTargetGroup', group, targetGroupArn: 'arn:tg' },
      ['elb', 'DeleteTargetGroup', { TargetGroupArn: 'arn:tg' }],
    ],
    [
      { type: 'DeleteLaunchTemplate', group, launchTemplateId: 'lt-1' },
      ['ec2', 'DeleteLaunchTemplate', { LaunchTemplateId: 'lt-1' }],
    ],
    [
      {
        type: 'ModifyTargetGroupAttributes',
        group,
        targetGroupArn: 'arn:tg',
        attributes: { 'slow_start.duration_seconds': '0' },
      },
      [
        'elb',
        'ModifyTargetGroupAttributes',
        { TargetGroupArn: 'arn:tg', Attributes: [{ Key: 'slow_start.duration_seconds', Value: '0' }] },
      ],
    ],
  ])('%j', (call, request) => {
    expect(sent(call)).toEqual(request)
  })
})

describe('what a reply does not hold is not learnt', () => {
  it('from an empty reply', () => {
    expect(learnt(createTargetGroup, {})).toEqual({})
  })
})
