/** Carries one AWS operation out and answers what AWS answers, over the wire or in process. */
export type Ask = (service: string, action: string, input: object) => Promise<object>

/** The topic that a furnished group's alarm and instances are told of. */
export const topic = 'arn:aws:sns:us-east-1:123456789012:shop-on-call'

/** What tests hold against each other. */
export const furniture = {
  alarms: (group: string) => [`${group}-busy`, `${group}-orders-waiting`],
  instanceTag: { Key: 'cost-centre', Value: '4711' },
}

/**
 * Gives a group one of everything that a group can have beside what Delling makes: as somebody with the AWS console would,
 * none of it by Delling's own names.
 */
export async function furnish(ask: Ask, group: string): Promise<void> {
  const shown = (await ask('autoscaling', 'DescribeAutoScalingGroups', {
    AutoScalingGroupNames: [group],
  })) as { AutoScalingGroups: { LaunchTemplate: { LaunchTemplateId: string }; TargetGroupARNs: string[] }[] }
  const [found] = shown.AutoScalingGroups
  const templateId = found?.LaunchTemplate.LaunchTemplateId ?? ''
  const targetGroupArn = found?.TargetGroupARNs[0] ?? ''
  const of = (action: string, input: object) =>
    ask('autoscaling', action, { AutoScalingGroupName: group, ...input })
  await furnishTemplate(ask, templateId)
  await furnishGroup(of, ask, group, templateId)
  await ask('elasticloadbalancing', 'ModifyTargetGroupAttributes', {
    TargetGroupArn: targetGroupArn,
    Attributes: [{ Key: 'slow_start.duration_seconds', Value: '45' }],
  })
  await furnishPolicies(of, ask, group, targetGroupArn)
}

async function furnishTemplate(ask: Ask, templateId: string): Promise<void> {
  const { LaunchTemplateVersions } = (await ask('ec2', 'DescribeLaunchTemplateVersions', {
    LaunchTemplateId: templateId,
    Versions: ['1'],
  })) as { LaunchTemplateVersions: { LaunchTemplateData: { SecurityGroupIds: string[] } }[] }
  // AWS takes no security groups beside interfaces: they move into the first one.
  const { SecurityGroupIds: Groups, ...data } = LaunchTemplateVersions[0]!.LaunchTemplateData
  await ask('ec2', 'CreateLaunchTemplateVersion', {
    LaunchTemplateId: templateId,
    LaunchTemplateData: {
      ...data,
      Monitoring: { Enabled: true },
      EbsOptimized: true,
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: { VolumeSize: 40, VolumeType: 'gp3', SnapshotId: 'snap-0123456789abcdef0' },
        },
        {
          DeviceName: '/dev/sdf',
          Ebs: { VolumeSize: 200, VolumeType: 'gp3', Iops: 6000, DeleteOnTermination: true },
        },
      ],
      NetworkInterfaces: [
        { DeviceIndex: 0, AssociatePublicIpAddress: true, DeleteOnTermination: true, Groups },
      ],
      MetadataOptions: {
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 3,
        InstanceMetadataTags: 'enabled',
      },
      Placement: { Tenancy: 'dedicated' },
      CreditSpecification: { CpuCredits: 'unlimited' },
      MaintenanceOptions: { AutoRecovery: 'disabled' },
      InstanceInitiatedShutdownBehavior: 'terminate',
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [furniture.instanceTag] },
        { ResourceType: 'volume', Tags: [{ Key: 'backup', Value: 'daily' }] },
        { ResourceType: 'network-interface', Tags: [{ Key: 'zone', Value: 'dmz' }] },
      ],
    },
  })
}

type OfGroup = (action: string, input: object) => Promise<object>

async function furnishGroup(of: OfGroup, ask: Ask, group: string, templateId: string): Promise<void> {
  await of('UpdateAutoScalingGroup', {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: '2' },
        Overrides: [{ InstanceType: 't3.small', WeightedCapacity: '1' }, { InstanceType: 't3.medium' }],
      },
      InstancesDistribution: {
        OnDemandBaseCapacity: 3,
        OnDemandPercentageAboveBaseCapacity: 50,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    },
    CapacityRebalance: true,
    PlacementGroup: 'shop-spread',
    TerminationPolicies: ['OldestLaunchTemplate', 'OldestInstance'],
    MaxInstanceLifetime: 604_800,
    DefaultCooldown: 120,
    DefaultInstanceWarmup: 30,
    InstanceMaintenancePolicy: { MinHealthyPercentage: 90, MaxHealthyPercentage: 120 },
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
    AvailabilityZoneImpairmentPolicy: {
      ZonalShiftEnabled: false,
      ImpairedZoneHealthCheckBehavior: 'IgnoreUnhealthy',
    },
    CapacityReservationSpecification: { CapacityReservationPreference: 'default' },
    HealthCheckType: 'ELB,EBS',
  })
  const tag = (Key: string, Value: string, PropagateAtLaunch: boolean) => ({
    ResourceId: group,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch,
  })
  await ask('autoscaling', 'CreateOrUpdateTags', {
    Tags: [tag('team', 'sunrise', true), tag('runbook', `https://wiki.example.com/${group}`, false)],
  })
  for (const [LifecycleHookName, transition] of [
    ['warm-caches', 'LAUNCHING'],
    ['ship-logs', 'TERMINATING'],
  ])
    await of('PutLifecycleHook', {
      LifecycleHookName,
      LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
      HeartbeatTimeout: 30,
      DefaultResult: 'CONTINUE',
      NotificationMetadata: `of ${group}`,
    })
  await of('PutNotificationConfiguration', {
    TopicARN: topic,
    NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH_ERROR', 'autoscaling:EC2_INSTANCE_TERMINATE'],
  })
  await of('EnableMetricsCollection', {
    Metrics: ['GroupInServiceInstances', 'GroupDesiredCapacity'],
    Granularity: '1Minute',
  })
  await of('PutWarmPool', { MinSize: 2, PoolState: 'Stopped', InstanceReusePolicy: { ReuseOnScaleIn: true } })
  await of('SuspendProcesses', { ScalingProcesses: ['AZRebalance'] })
  await of('PutScheduledUpdateGroupAction', {
    ScheduledActionName: 'lunch',
    Recurrence: '30 11 * * MON-FRI',
    TimeZone: 'Europe/Berlin',
    MinSize: 3,
    MaxSize: 9,
  })
  await of('PutScheduledUpdateGroupAction', {
    ScheduledActionName: `${group}-sale`,
    StartTime: new Date('2040-11-25T06:00:00Z'),
    EndTime: new Date('2040-11-26T06:00:00Z'),
    DesiredCapacity: 5,
  })
}

async function furnishPolicies(of: OfGroup, ask: Ask, group: string, targetGroupArn: string): Promise<void> {
  const put = async (input: object) =>
    ((await of('PutScalingPolicy', input)) as { PolicyARN: string }).PolicyARN
  const step = await put({
    PolicyName: `${group}-grow`,
    PolicyType: 'StepScaling',
    AdjustmentType: 'ChangeInCapacity',
    MetricAggregationType: 'Average',
    EstimatedInstanceWarmup: 60,
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 20, ScalingAdjustment: 3 },
    ],
  })
  const simple = await put({
    PolicyName: 'orders',
    PolicyType: 'SimpleScaling',
    AdjustmentType: 'PercentChangeInCapacity',
    ScalingAdjustment: 20,
    MinAdjustmentMagnitude: 2,
    Cooldown: 90,
  })
  const { TargetGroups } = (await ask('elasticloadbalancing', 'DescribeTargetGroups', {
    TargetGroupArns: [targetGroupArn],
  })) as { TargetGroups: { LoadBalancerArns: string[] }[] }
  const balancerArn = TargetGroups[0]?.LoadBalancerArns[0] ?? ''
  const place = (arn: string) => arn.split(':').slice(5).join(':')
  await put({
    PolicyName: 'requests',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: `${place(balancerArn).replace('loadbalancer/', '')}/${place(targetGroupArn)}`,
      },
      TargetValue: 1000,
      DisableScaleIn: true,
    },
  })
  await put({
    PolicyName: 'queue',
    PolicyType: 'TargetTrackingScaling',
    Enabled: false,
    TargetTrackingConfiguration: {
      CustomizedMetricSpecification: {
        MetricName: 'Backlog',
        Namespace: 'Shop',
        Dimensions: [{ Name: 'Group', Value: group }],
        Statistic: 'Average',
      },
      TargetValue: 20,
    },
  })
  const alarm = {
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  }
  await ask('monitoring', 'PutMetricAlarm', {
    ...alarm,
    AlarmName: `${group}-busy`,
    AlarmDescription: `${group} is busy`,
    MetricName: 'CPUUtilization',
    Namespace: 'AWS/EC2',
    Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
    Threshold: 80,
    AlarmActions: [step, topic],
    OKActions: [topic],
  })
  await ask('monitoring', 'PutMetricAlarm', {
    ...alarm,
    AlarmName: 'orders-waiting',
    MetricName: 'RequestCountPerTarget',
    Namespace: 'AWS/ApplicationELB',
    Dimensions: [{ Name: 'TargetGroup', Value: place(targetGroupArn) }],
    Threshold: 5000,
    AlarmActions: [simple],
  })
}
