import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAutoScaling } from '../../../server/localcloud/auto-scaling/service.js'
import { makeCloudWatch } from '../../../server/localcloud/cloudwatch/service.js'
import type { Service } from '../../../server/localcloud/cloud.js'
import { makeLoadBalancing } from '../../../server/localcloud/load-balancing/service.js'
import { serviceModel } from '../../../server/localcloud/protocol/models.js'
import { ask, type FakeCloud, fakeCloud, until } from './fake-cloud.js'
import { filledIn, refusalOf } from './refusal-of.js'

/** What rows name: `$member` in an input stands for the group's instance. */
const names: Record<string, string> = {}
let cloud: FakeCloud
let asg: Service

const many = (count: number, of: (at: number) => unknown) => Array.from({ length: count }, (_, at) => of(at))
const LaunchTemplate = { LaunchTemplateName: 'template', Version: '1' }
const group = {
  AutoScalingGroupName: 'new',
  MinSize: 0,
  MaxSize: 2,
  LaunchTemplate,
  VPCZoneIdentifier: 'subnet-a,subnet-b',
}
const shop = { AutoScalingGroupName: 'shop' }
const members = { ...shop, InstanceIds: ['$member'], ShouldDecrementDesiredCapacity: false }

beforeAll(async () => {
  await serviceModel('autoscaling')
  cloud = await fakeCloud()
  makeCloudWatch(cloud)
  const elb = makeLoadBalancing(cloud)
  asg = makeAutoScaling(cloud)
  await asg.start()
  const { TargetGroups } = await ask<{ TargetGroups: TargetGroup[] }>(elb, 'CreateTargetGroup', {
    Name: 'shop',
    Protocol: 'HTTP',
    Port: 80,
    VpcId: 'vpc-1',
  })
  names.group = TargetGroups[0]!.TargetGroupArn!
  await ask(asg, 'CreateAutoScalingGroup', { ...group, AutoScalingGroupName: 'shop', MinSize: 1, MaxSize: 2 })
  await ask(asg, 'CreateAutoScalingGroup', {
    ...group,
    AutoScalingGroupName: 'kept',
    DeletionProtection: 'prevent-all-deletion',
  })
  await ask(asg, 'PutScalingPolicy', {
    ...shop,
    PolicyName: 'simple',
    AdjustmentType: 'ChangeInCapacity',
    ScalingAdjustment: 1,
  })
  await ask(asg, 'PutScalingPolicy', {
    ...shop,
    PolicyName: 'step',
    PolicyType: 'StepScaling',
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  })
  await ask(asg, 'PutLifecycleHook', {
    ...shop,
    LifecycleHookName: 'hook',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  })
  const inService = () =>
    ask<{ AutoScalingGroups: { Instances: { InstanceId: string; LifecycleState: string }[] }[] }>(
      asg,
      'DescribeAutoScalingGroups',
      { AutoScalingGroupNames: ['shop'] },
    )
  await until('the group is in service', async () => {
    const { AutoScalingGroups } = await inService()
    const [member] = AutoScalingGroups[0]!.Instances
    names.member = member?.InstanceId ?? ''
    return member?.LifecycleState === 'InService'
  })
  names.loose = cloud.fake.launch({ subnetId: 'subnet-a', tags: {} }).instanceId
  names.far = cloud.fake.launch({ subnetId: 'subnet-c', tags: {} }).instanceId
  await until('the loose instances run', () => cloud.fake.running().length === 3)
}, 60_000)

afterAll(async () => {
  await asg.stop()
  for (const { instanceId } of cloud.fake.all.values()) cloud.fake.terminate(instanceId)
})

type Row = readonly [action: string, what: string, input: object, refusal: RegExp]

const create = (what: string, change: object, refusal: RegExp): Row => [
  'CreateAutoScalingGroup',
  what,
  { ...group, ...change },
  refusal,
]
const update = (what: string, change: object, refusal: RegExp): Row => [
  'UpdateAutoScalingGroup',
  what,
  { ...shop, ...change },
  refusal,
]
const simple = (what: string, change: object, refusal: RegExp): Row => [
  'PutScalingPolicy',
  what,
  { ...shop, PolicyName: 'p', AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1, ...change },
  refusal,
]
const step = (what: string, change: object, refusal: RegExp): Row => [
  'PutScalingPolicy',
  what,
  {
    ...shop,
    PolicyName: 'p',
    PolicyType: 'StepScaling',
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    ...change,
  },
  refusal,
]
const tracking = (what: string, change: object, refusal: RegExp, rest: object = {}): Row => [
  'PutScalingPolicy',
  what,
  {
    ...shop,
    PolicyName: 'p',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      ...change,
    },
    ...rest,
  },
  refusal,
]
const schedule = (what: string, change: object, refusal: RegExp): Row => [
  'PutScheduledUpdateGroupAction',
  what,
  { ...shop, ScheduledActionName: 's', Recurrence: '0 22 * * *', DesiredCapacity: 1, ...change },
  refusal,
]
const hook = (what: string, change: object, refusal: RegExp): Row => [
  'PutLifecycleHook',
  what,
  { ...shop, LifecycleHookName: 'h', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING', ...change },
  refusal,
]

const notFound = /^ValidationError: AutoScalingGroup name not found - AutoScalingGroup: none not found$/
const unknownGroup = (action: string, rest: object = {}): Row => [
  action,
  'an unknown group',
  { AutoScalingGroupName: 'none', ...rest },
  notFound,
]

const rows: Row[] = [
  // Groups
  create(
    'a name that is taken',
    { AutoScalingGroupName: 'shop' },
    /^AlreadyExists: AutoScalingGroup by this name already exists - A group with the name shop already exists$/,
  ),
  create('a colon in its name', { AutoScalingGroupName: 'a:b' }, /^ValidationError: .*no colon$/),
  create(
    'a minimum above its maximum',
    { MinSize: 3 },
    /^ValidationError: Max bound, 2, must be greater than or equal to min bound, 3$/,
  ),
  create(
    'a desired capacity out of its limits',
    { DesiredCapacity: 3 },
    /^ValidationError: Desired capacity:3 must be between the specified min size:0 and max size:2$/,
  ),
  create('a negative size', { MinSize: -1 }, /^ValidationError: MinSize .*negative/),
  create(
    'no template',
    { LaunchTemplate: undefined },
    /^ValidationError: Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter\.$/,
  ),
  create(
    'two templates',
    { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: LaunchTemplate } } },
    /^ValidationError: Valid requests must contain either LaunchTemplate/,
  ),
  create(
    'a template by name and id',
    { LaunchTemplate: { ...LaunchTemplate, LaunchTemplateId: 'lt-1' } },
    /^ValidationError: Valid requests must contain either launchTemplateId or LaunchTemplateName$/,
  ),
  create(
    'an unknown template',
    { LaunchTemplate: { LaunchTemplateName: 'none' } },
    /^ValidationError: You must use a valid fully-formed launch template\. The specified launch template/,
  ),
  create(
    'an unknown subnet',
    { VPCZoneIdentifier: 'subnet-x' },
    /^ValidationError: The subnet ID 'subnet-x' does not exist$/,
  ),
  create(
    'no subnet',
    { VPCZoneIdentifier: undefined },
    /^ValidationError: At least one Availability Zone or VPC Subnet is required\.$/,
  ),
  create(
    'zones of other subnets',
    { AvailabilityZones: ['us-east-1c'] },
    /^ValidationError: The availability zones of the specified subnets and the Auto Scaling group do not match$/,
  ),
  create(
    'an unknown target group',
    { TargetGroupARNs: ['arn:none'] },
    /^ValidationError: Provided Target Groups may not be valid/,
  ),
  create(
    'an unknown health check',
    { HealthCheckType: 'DOCTOR' },
    /^ValidationError: Invalid Health Check type DOCTOR/,
  ),
  create(
    'an unknown termination policy',
    { TerminationPolicies: ['Luckiest'] },
    /^ValidationError: Invalid termination policy: Luckiest$/,
  ),
  create(
    'a negative grace period',
    { HealthCheckGracePeriod: -1 },
    /^ValidationError: HealthCheckGracePeriod cannot be less than zero$/,
  ),
  create(
    'a negative cooldown',
    { DefaultCooldown: -1 },
    /^ValidationError: DefaultCooldown cannot be less than zero$/,
  ),
  create(
    'instances that live an hour',
    { MaxInstanceLifetime: 3600 },
    /^ValidationError: Max instance lifetime must be 0 or between 86400 and 31536000/,
  ),
  create(
    'half a maintenance policy',
    { InstanceMaintenancePolicy: { MinHealthyPercentage: 90 } },
    /^ValidationError: .*both be specified/,
  ),
  create(
    'a maintenance policy that is too wide',
    { InstanceMaintenancePolicy: { MinHealthyPercentage: 50, MaxHealthyPercentage: 200 } },
    /^ValidationError: .*cannot be greater than 100$/,
  ),
  create(
    'a protection of its own',
    { DeletionProtection: 'please' },
    /^ValidationError: .*'deletionProtection' .*enum value set/,
  ),
  create(
    'a reserved tag',
    { Tags: [{ Key: 'aws:mine', Value: 'a' }] },
    /^ValidationError: Tag keys starting with aws: are reserved$/,
  ),
  create('51 tags', { Tags: many(51, (at) => ({ Key: `k${at}`, Value: '' })) }, /^LimitExceeded: /),
  update(
    'limits that cross',
    { MinSize: 3 },
    /^ValidationError: Max bound, 2, must be greater than or equal to min bound, 3$/,
  ),
  update(
    'a desired capacity above its maximum',
    { DesiredCapacity: 3 },
    /^ValidationError: Desired capacity:3 must be between/,
  ),
  update('a negative grace period', { HealthCheckGracePeriod: -1 }, /^ValidationError: /),
  unknownGroup('UpdateAutoScalingGroup'),
  [
    'SetDesiredCapacity',
    'more than the maximum',
    { ...shop, DesiredCapacity: 9 },
    /^ValidationError: New SetDesiredCapacity value 9 is above max value 2 for the AutoScalingGroup\.$/,
  ],
  [
    'SetDesiredCapacity',
    'less than the minimum',
    { ...shop, DesiredCapacity: 0 },
    /^ValidationError: New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup\.$/,
  ],
  [
    'SetDesiredCapacity',
    'less than nothing',
    { ...shop, DesiredCapacity: -1 },
    /^ValidationError: DesiredCapacity .*negative/,
  ],
  unknownGroup('SetDesiredCapacity', { DesiredCapacity: 1 }),
  [
    'DeleteAutoScalingGroup',
    'instances in it',
    shop,
    /^ResourceInUse: You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request\(s\) still in the group\.$/,
  ],
  [
    'DeleteAutoScalingGroup',
    'its protection',
    { AutoScalingGroupName: 'kept' },
    /^ValidationError: .*deletion protection/,
  ],
  [
    'DeleteAutoScalingGroup',
    'force and its protection',
    { AutoScalingGroupName: 'kept', ForceDelete: true },
    /^ValidationError: .*deletion protection/,
  ],
  unknownGroup('DeleteAutoScalingGroup'),
  [
    'DescribeAutoScalingGroups',
    '51 names',
    { AutoScalingGroupNames: many(51, (at) => `g${at}`) },
    /^ValidationError: The number of group names that may be passed in is limited to 50$/,
  ],
  [
    'DescribeAutoScalingGroups',
    '51 names and room for them: no fault',
    { AutoScalingGroupNames: many(51, (at) => `g${at}`), MaxRecords: 100 },
    /^done$/,
  ],
  [
    'DescribeAutoScalingGroups',
    'a page of 101',
    { MaxRecords: 101 },
    /^ValidationError: .*Value '101' at 'maxRecords' .*less than or equal to 100$/,
  ],
  ['DescribeAutoScalingGroups', 'a token that is rubbish', { NextToken: 'rubbish' }, /^InvalidNextToken: /],
  [
    'DescribeAutoScalingGroups',
    'an unknown filter',
    { Filters: [{ Name: 'colour', Values: ['red'] }] },
    /^ValidationError: Filter name 'colour' is not valid/,
  ],
  ['DescribeAutoScalingGroups', 'an unknown name: no fault', { AutoScalingGroupNames: ['none'] }, /^done$/],
  [
    'DescribeAutoScalingInstances',
    'a page of 51',
    { MaxRecords: 51 },
    /^ValidationError: .*less than or equal to 50$/,
  ],
  [
    'DescribeAutoScalingInstances',
    '51 ids',
    { InstanceIds: many(51, (at) => `i-${at}`) },
    /^ValidationError: .*limited to 50$/,
  ],
  // Processes
  [
    'SuspendProcesses',
    'an unknown process',
    { ...shop, ScalingProcesses: ['Launch', 'Dance'] },
    /^ValidationError: Invalid process\(es\): \[Dance\]/,
  ],
  [
    'ResumeProcesses',
    'an unknown process',
    { ...shop, ScalingProcesses: ['Dance'] },
    /^ValidationError: Invalid process/,
  ],
  unknownGroup('SuspendProcesses'),
  // Instances
  [
    'SetInstanceHealth',
    'another word',
    { InstanceId: '$member', HealthStatus: 'Poorly' },
    /^ValidationError: .*Healthy or Unhealthy$/,
  ],
  [
    'SetInstanceHealth',
    'an instance of no group',
    { InstanceId: 'i-0a', HealthStatus: 'Healthy' },
    /^ValidationError: Instance Id not found - No managed instance found for instance ID i-0a$/,
  ],
  [
    'SetInstanceProtection',
    'a foreign instance',
    { ...shop, InstanceIds: ['i-0a'], ProtectedFromScaleIn: true },
    /^ValidationError: The instance i-0a is not part of Auto Scaling group shop\.$/,
  ],
  [
    'SetInstanceProtection',
    '51 instances',
    { ...shop, InstanceIds: many(51, (at) => `i-${at}`), ProtectedFromScaleIn: true },
    /^LimitExceeded: /,
  ],
  [
    'TerminateInstanceInAutoScalingGroup',
    'fewer than the minimum',
    { InstanceId: '$member', ShouldDecrementDesiredCapacity: true },
    /^ValidationError: Currently, desiredSize equals minSize \(1\)/,
  ],
  [
    'TerminateInstanceInAutoScalingGroup',
    'an instance of no group',
    { InstanceId: 'i-0a', ShouldDecrementDesiredCapacity: false },
    /^ValidationError: Instance Id not found/,
  ],
  [
    'EnterStandby',
    'fewer than the minimum',
    { ...members, ShouldDecrementDesiredCapacity: true },
    /^ValidationError: .*min/,
  ],
  ['ExitStandby', 'one that serves', members, /^ValidationError: The instance i-\d+ is not in Standby/],
  [
    'DetachInstances',
    'none named',
    { ...members, InstanceIds: undefined },
    /^ValidationError: At least one instance ID/,
  ],
  [
    'DetachInstances',
    '21 of them',
    { ...members, InstanceIds: many(21, (at) => `i-${at}`) },
    /^ValidationError: At most 20/,
  ],
  [
    'AttachInstances',
    'one that is in the group',
    { ...shop, InstanceIds: ['$member'] },
    /^ValidationError: Instance i-\d+ is already part of an Auto Scaling group$/,
  ],
  [
    'AttachInstances',
    'one of another zone',
    { ...shop, InstanceIds: ['$far'] },
    /^ValidationError: Instance i-\d+ is not in an Availability Zone of group shop$/,
  ],
  [
    'AttachInstances',
    'one that does not exist',
    { ...shop, InstanceIds: ['i-0a'] },
    /^ValidationError: Invalid Instance ID/,
  ],
  [
    'AttachInstances',
    'more than the maximum',
    { ...shop, InstanceIds: ['$loose', '$loose'] },
    /^ValidationError: AutoScalingGroup shop has min-size=1, max-size=2, and desired-size=1\./,
  ],
  // Target groups
  [
    'AttachLoadBalancerTargetGroups',
    'an unknown one',
    { ...shop, TargetGroupARNs: ['arn:none'] },
    /^ValidationError: Provided Target Groups may not be valid/,
  ],
  [
    'AttachLoadBalancerTargetGroups',
    'eleven',
    { ...shop, TargetGroupARNs: many(11, () => '$group') },
    /^ValidationError: At most 10/,
  ],
  [
    'DetachLoadBalancerTargetGroups',
    'one that is not attached',
    { ...shop, TargetGroupARNs: ['$group'] },
    /^ValidationError: Trying to remove Target Groups that are not part of the group/,
  ],
  [
    'DetachTrafficSources',
    'one that is not attached',
    { ...shop, TrafficSources: [{ Identifier: '$group' }] },
    /^ValidationError: /,
  ],
  [
    'DescribeTrafficSources',
    'a page of 51',
    { ...shop, MaxRecords: 51 },
    /^ValidationError: .*less than or equal to 50$/,
  ],
  unknownGroup('AttachLoadBalancerTargetGroups', { TargetGroupARNs: ['$group'] }),
  // Hooks
  hook(
    'an unknown transition',
    { LifecycleTransition: 'autoscaling:EC2_INSTANCE_DANCING' },
    /^ValidationError: Lifecycle transition/,
  ),
  hook('no transition', { LifecycleTransition: undefined }, /^ValidationError: Lifecycle transition/),
  hook('29 seconds', { HeartbeatTimeout: 29 }, /^ValidationError: .*between 30 and 7200 seconds$/),
  hook('7201 seconds', { HeartbeatTimeout: 7201 }, /^ValidationError: .*between 30 and 7200 seconds$/),
  hook('another result', { DefaultResult: 'PERHAPS' }, /^ValidationError: .*CONTINUE or ABANDON$/),
  hook('a blank in its name', { LifecycleHookName: 'a b' }, /^ValidationError: .*regular expression pattern/),
  [
    'DeleteLifecycleHook',
    'an unknown hook',
    { ...shop, LifecycleHookName: 'none' },
    /^ValidationError: No Lifecycle Hook found with name: none/,
  ],
  [
    'CompleteLifecycleAction',
    'nobody waiting',
    { ...shop, LifecycleHookName: 'hook', InstanceId: '$member', LifecycleActionResult: 'CONTINUE' },
    /^ValidationError: No active Lifecycle Action found with instance ID i-\d+$/,
  ],
  [
    'CompleteLifecycleAction',
    'an unknown hook',
    { ...shop, LifecycleHookName: 'none', InstanceId: '$member', LifecycleActionResult: 'CONTINUE' },
    /^ValidationError: No Lifecycle Hook found/,
  ],
  [
    'CompleteLifecycleAction',
    'neither token nor instance',
    { ...shop, LifecycleHookName: 'hook', LifecycleActionResult: 'CONTINUE' },
    /^ValidationError: Either an instance ID/,
  ],
  [
    'CompleteLifecycleAction',
    'a short token',
    { ...shop, LifecycleHookName: 'hook', LifecycleActionToken: 'a', LifecycleActionResult: 'CONTINUE' },
    /^ValidationError: .*greater than or equal to 36$/,
  ],
  [
    'RecordLifecycleActionHeartbeat',
    'nobody waiting',
    { ...shop, LifecycleHookName: 'hook', InstanceId: '$member' },
    /^ValidationError: No active Lifecycle Action/,
  ],
  unknownGroup('DescribeLifecycleHooks'),
  // Scheduled actions
  schedule(
    'nothing to change',
    { DesiredCapacity: undefined },
    /^ValidationError: At least one of minSize, maxSize, or desiredCapacity must be specified$/,
  ),
  schedule('no time', { Recurrence: undefined }, /^ValidationError: Either a start time or a recurrence/),
  schedule(
    'a start in the past',
    { StartTime: new Date(0) },
    /^ValidationError: Given start time is in the past$/,
  ),
  schedule(
    'an end before its start',
    { StartTime: new Date('2999-01-02'), EndTime: new Date('2999-01-01') },
    /^ValidationError: The end time must be later/,
  ),
  schedule(
    'two starts',
    { StartTime: new Date('2999-01-02'), Time: new Date('2999-01-03') },
    /^ValidationError: Time and StartTime/,
  ),
  schedule(
    'a recurrence that is none',
    { Recurrence: 'every night' },
    /^ValidationError: Given recurrence string: every night is invalid/,
  ),
  schedule(
    'a recurrence with seconds',
    { Recurrence: '0 0 22 * * *' },
    /^ValidationError: Given recurrence string/,
  ),
  schedule(
    'an unknown time zone',
    { TimeZone: 'Asgard/Home' },
    /^ValidationError: Given time zone: Asgard\/Home is invalid$/,
  ),
  schedule(
    'a time zone without a recurrence',
    { Recurrence: undefined, StartTime: new Date('2999-01-02'), TimeZone: 'Europe/Berlin' },
    /^ValidationError: A time zone/,
  ),
  schedule(
    'limits that cross',
    { MinSize: 3, MaxSize: 2 },
    /^ValidationError: Max bound, 2, must be greater than or equal to min bound, 3$/,
  ),
  schedule(
    'a desired capacity above its maximum',
    { MaxSize: 2, DesiredCapacity: 3 },
    /^ValidationError: Desired capacity:3/,
  ),
  schedule('a negative size', { MinSize: -1 }, /^ValidationError: MinSize .*negative/),
  [
    'DeleteScheduledAction',
    'an unknown one',
    { ...shop, ScheduledActionName: 'none' },
    /^ValidationError: Scheduled action name not found/,
  ],
  ['DescribeScheduledActions', 'an unknown group: no fault', { AutoScalingGroupName: 'none' }, /^done$/],
  [
    'BatchPutScheduledUpdateGroupAction',
    '51 of them',
    { ...shop, ScheduledUpdateGroupActions: many(51, (at) => ({ ScheduledActionName: `s${at}` })) },
    /^ValidationError: At most 50/,
  ],
  unknownGroup('PutScheduledUpdateGroupAction', { ScheduledActionName: 's', DesiredCapacity: 1 }),
  // Policies
  simple(
    'an unknown type',
    { PolicyType: 'WishfulScaling' },
    /^ValidationError: Policies of type 'WishfulScaling'/,
  ),
  simple(
    'an unknown adjustment',
    { AdjustmentType: 'Upwards' },
    /^ValidationError: AdjustmentType must be one of/,
  ),
  simple(
    'no adjustment',
    { ScalingAdjustment: undefined },
    /^ValidationError: ScalingAdjustment is required/,
  ),
  simple(
    'steps',
    { StepAdjustments: [{ ScalingAdjustment: 1 }] },
    /^ValidationError: StepAdjustments cannot be specified for policies of type SimpleScaling$/,
  ),
  simple(
    'a target',
    { TargetTrackingConfiguration: { TargetValue: 1 } },
    /^ValidationError: TargetTrackingConfiguration cannot be specified/,
  ),
  simple(
    'a warm-up',
    { EstimatedInstanceWarmup: 60 },
    /^ValidationError: EstimatedInstanceWarmup cannot be specified/,
  ),
  simple('a negative cooldown', { Cooldown: -1 }, /^ValidationError: Cooldown cannot be less than zero$/),
  simple(
    'a magnitude of a plain change',
    { MinAdjustmentMagnitude: 2 },
    /^ValidationError: MinAdjustmentMagnitude can be specified for PercentChangeInCapacity only$/,
  ),
  simple(
    'an exact capacity below zero',
    { AdjustmentType: 'ExactCapacity', ScalingAdjustment: -1 },
    /^ValidationError: .*less than zero/,
  ),
  step('no steps', { StepAdjustments: [] }, /^ValidationError: StepAdjustments are required/),
  step(
    'a cooldown',
    { Cooldown: 60 },
    /^ValidationError: Cooldown cannot be specified for policies of type StepScaling$/,
  ),
  step(
    'steps that overlap',
    {
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
      ],
    },
    /^ValidationError: .*overlap$/,
  ),
  step(
    'steps with a gap',
    {
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
      ],
    },
    /^ValidationError: .*gap/,
  ),
  step(
    'a step upside down',
    { StepAdjustments: [{ MetricIntervalLowerBound: 5, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 }] },
    /^ValidationError: The upper bound/,
  ),
  step(
    'an unknown aggregation',
    { MetricAggregationType: 'Median' },
    /^ValidationError: MetricAggregationType must be one of/,
  ),
  tracking(
    'no metric',
    { PredefinedMetricSpecification: undefined },
    /^ValidationError: A predefined or a customized metric/,
  ),
  tracking(
    'two metrics',
    { CustomizedMetricSpecification: { Namespace: 'n', MetricName: 'm', Statistic: 'Sum' } },
    /^ValidationError: .*together$/,
  ),
  tracking(
    'a label of the wrong metric',
    {
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization', ResourceLabel: 'a' },
    },
    /^ValidationError: A resource label cannot/,
  ),
  tracking(
    'a label that is not attached',
    {
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: 'app/a/1/targetgroup/b/2',
      },
    },
    /^ValidationError: .*is not attached/,
  ),
  tracking('an adjustment', {}, /^ValidationError: AdjustmentType cannot be specified/, {
    AdjustmentType: 'ExactCapacity',
  }),
  [
    'DeletePolicy',
    'an unknown one',
    { ...shop, PolicyName: 'none' },
    /^ValidationError: PolicyName not found/,
  ],
  [
    'ExecutePolicy',
    'a step policy without a breach',
    { ...shop, PolicyName: 'step' },
    /^ValidationError: MetricValue and BreachThreshold are required/,
  ],
  [
    'ExecutePolicy',
    'an unknown one',
    { ...shop, PolicyName: 'none' },
    /^ValidationError: PolicyName not found/,
  ],
  ['DescribePolicies', 'an unknown group: no fault', { AutoScalingGroupName: 'none' }, /^done$/],
  unknownGroup('PutScalingPolicy', {
    PolicyName: 'p',
    AdjustmentType: 'ChangeInCapacity',
    ScalingAdjustment: 1,
  }),
  // Tags
  [
    'CreateOrUpdateTags',
    'a reserved key',
    { Tags: [{ ResourceId: 'shop', ResourceType: 'auto-scaling-group', Key: 'aws:mine' }] },
    /^ValidationError: .*reserved$/,
  ],
  [
    'CreateOrUpdateTags',
    'a key twice',
    { Tags: many(2, () => ({ ResourceId: 'shop', ResourceType: 'auto-scaling-group', Key: 'a' })) },
    /^ValidationError: Duplicate tag keys/,
  ],
  [
    'CreateOrUpdateTags',
    'another kind of resource',
    { Tags: [{ ResourceId: 'shop', ResourceType: 'instance', Key: 'a' }] },
    /^ValidationError: Resource type 'instance'/,
  ],
  [
    'CreateOrUpdateTags',
    'an unknown group',
    { Tags: [{ ResourceId: 'none', ResourceType: 'auto-scaling-group', Key: 'a' }] },
    notFound,
  ],
  [
    'DescribeTags',
    'an unknown filter',
    { Filters: [{ Name: 'constructor', Values: ['a'] }] },
    /^ValidationError: Filter type constructor is not correct\. Allowed Filter types are: auto-scaling-group key value propagate-at-launch$/,
  ],
  // Metrics, notifications, the rest
  [
    'EnableMetricsCollection',
    'an unknown metric',
    { ...shop, Granularity: '1Minute', Metrics: ['GroupMood'] },
    /^ValidationError: Metric 'GroupMood'/,
  ],
  [
    'EnableMetricsCollection',
    'another granularity',
    { ...shop, Granularity: '1Second' },
    /^ValidationError: Granularity/,
  ],
  [
    'PutNotificationConfiguration',
    'an unknown type',
    { ...shop, TopicARN: 'arn:aws:sns:us-east-1:1:t', NotificationTypes: ['autoscaling:DANCE'] },
    /^ValidationError: Notification type/,
  ],
  ['DeleteWarmPool', 'none there', shop, /^ValidationError: No warm pool found/],
  [
    'DescribeWarmPool',
    'a page of 51',
    { ...shop, MaxRecords: 51 },
    /^ValidationError: .*less than or equal to 50$/,
  ],
  ['DescribeScalingActivities', 'a token that is rubbish', { NextToken: 'rubbish' }, /^InvalidNextToken: /],
  [
    'StartInstanceRefresh',
    'what is not simulated',
    shop,
    /^ValidationError: Instance refresh is not supported by the local cloud$/,
  ],
]

describe('Auto Scaling answers', () => {
  it.each(rows)('%s with %s', async (action, _what, input, refusal) => {
    const records = () =>
      JSON.stringify((cloud.state.section('autoscaling', {}) as { groups?: object }).groups)
    const before = records()
    expect(await refusalOf(asg, action, filledIn(input, names))).toMatch(refusal)
    expect(records()).toBe(before)
  })

  it('SetDesiredCapacity in a cooldown with a refusal only where it is to be honoured', async () => {
    await ask(asg, 'ExecutePolicy', { ...shop, PolicyName: 'simple' })
    // At pace zero a cooldown is over at once: one of a year, divided by the real pace, is not.
    cloud.clock.pace = 'real'
    const set = (HonorCooldown: boolean) =>
      refusalOf(asg, 'SetDesiredCapacity', { ...shop, DesiredCapacity: 1, HonorCooldown })
    expect(await set(true)).toMatch(/^ScalingActivityInProgress: /)
    expect(await set(false)).toBe('done')
  })
})
