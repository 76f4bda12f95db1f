import { decimal, integer, list, oneOf, text, type Limits } from './limit.js'

const deletionProtection = oneOf('none', 'prevent-force-deletion', 'prevent-all-deletion')

/** Auto Scaling's inputs, as its public service model limits them. */
export const autoScalingLimits: Limits = {
  AcceleratorCountRequest: {
    Min: integer(0),
    Max: integer(0),
  },
  AcceleratorTotalMemoryMiBRequest: {
    Min: integer(0),
    Max: integer(0),
  },
  AlarmSpecification: {
    Alarms: list(0, Infinity, text(1, 255)),
  },
  AttachInstancesQuery: {
    InstanceIds: list(0, Infinity, text(1, 19)),
    AutoScalingGroupName: text(1, 255),
  },
  AttachLoadBalancerTargetGroupsType: {
    AutoScalingGroupName: text(1, 255),
    TargetGroupARNs: list(0, Infinity, text(1, 511)),
  },
  AttachTrafficSourcesType: {
    AutoScalingGroupName: text(1, 255),
  },
  AutoScalingGroupNamesType: {
    AutoScalingGroupNames: list(0, Infinity, text(1, 255)),
    NextToken: text(),
    MaxRecords: integer(),
  },
  AvailabilityZoneDistribution: {
    CapacityDistributionStrategy: oneOf(
      'balanced-only',
      'balanced-best-effort',
      'reservations-then-balanced',
    ),
  },
  AvailabilityZoneImpairmentPolicy: {
    ImpairedZoneHealthCheckBehavior: oneOf('ReplaceUnhealthy', 'IgnoreUnhealthy'),
  },
  BaselineEbsBandwidthMbpsRequest: {
    Min: integer(0),
    Max: integer(0),
  },
  BatchDeleteScheduledActionType: {
    AutoScalingGroupName: text(1, 255),
    ScheduledActionNames: list(0, Infinity, text(1, 255)),
  },
  BatchPutScheduledUpdateGroupActionType: {
    AutoScalingGroupName: text(1, 255),
  },
  CancelInstanceRefreshType: {
    AutoScalingGroupName: text(1, 255),
  },
  CapacityReservationSpecification: {
    CapacityReservationPreference: oneOf(
      'capacity-reservations-only',
      'capacity-reservations-first',
      'none',
      'default',
    ),
  },
  CapacityReservationTarget: {
    CapacityReservationIds: list(0, Infinity, text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`)),
    CapacityReservationResourceGroupArns: list(0, Infinity, text(1, 1600)),
  },
  CompleteLifecycleActionType: {
    LifecycleHookName: text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`),
    AutoScalingGroupName: text(1, 1600),
    LifecycleActionToken: text(36, 36),
    InstanceId: text(1, 19),
  },
  CreateAutoScalingGroupType: {
    AutoScalingGroupName: text(1, 255),
    LaunchConfigurationName: text(1, 255),
    InstanceId: text(1, 19),
    MinSize: integer(),
    MaxSize: integer(),
    DesiredCapacity: integer(),
    DefaultCooldown: integer(),
    AvailabilityZones: list(0, Infinity, text(1, 255)),
    AvailabilityZoneIds: list(0, Infinity, text(1, 255)),
    LoadBalancerNames: list(0, Infinity, text(1, 255)),
    TargetGroupARNs: list(0, Infinity, text(1, 511)),
    HealthCheckType: text(1, 32),
    HealthCheckGracePeriod: integer(),
    PlacementGroup: text(1, 255),
    VPCZoneIdentifier: text(1, 5000),
    TerminationPolicies: list(0, Infinity, text(1, 1600)),
    DeletionProtection: deletionProtection,
    ServiceLinkedRoleARN: text(1, 1600),
    MaxInstanceLifetime: integer(),
    DesiredCapacityType: text(1, 255),
    DefaultInstanceWarmup: integer(),
  },
  CustomizedMetricSpecification: {
    Statistic: oneOf('Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum'),
    Period: integer(1),
  },
  DeleteAutoScalingGroupType: {
    AutoScalingGroupName: text(1, 255),
  },
  DeleteLifecycleHookType: {
    LifecycleHookName: text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`),
    AutoScalingGroupName: text(1, 255),
  },
  DeleteNotificationConfigurationType: {
    AutoScalingGroupName: text(1, 255),
    TopicARN: text(1, 255),
  },
  DeletePolicyType: {
    AutoScalingGroupName: text(1, 255),
    PolicyName: text(1, 1600),
  },
  DeleteScheduledActionType: {
    AutoScalingGroupName: text(1, 255),
    ScheduledActionName: text(1, 255),
  },
  DeleteWarmPoolType: {
    AutoScalingGroupName: text(1, 255),
  },
  DescribeAutoScalingInstancesType: {
    InstanceIds: list(0, Infinity, text(1, 19)),
    MaxRecords: integer(),
    NextToken: text(),
  },
  DescribeInstanceRefreshesType: {
    AutoScalingGroupName: text(1, 255),
    InstanceRefreshIds: list(0, Infinity, text(1, 255)),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeLifecycleHooksType: {
    AutoScalingGroupName: text(1, 255),
    LifecycleHookNames: list(0, 50, text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`)),
  },
  DescribeLoadBalancerTargetGroupsRequest: {
    AutoScalingGroupName: text(1, 255),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeLoadBalancersRequest: {
    AutoScalingGroupName: text(1, 255),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeNotificationConfigurationsType: {
    AutoScalingGroupNames: list(0, Infinity, text(1, 255)),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribePoliciesType: {
    AutoScalingGroupName: text(1, 255),
    PolicyNames: list(0, Infinity, text(1, 1600)),
    PolicyTypes: list(0, Infinity, text(1, 64)),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeScalingActivitiesType: {
    ActivityIds: list(0, Infinity, text()),
    AutoScalingGroupName: text(1, 255),
    MaxRecords: integer(),
    NextToken: text(),
  },
  DescribeScheduledActionsType: {
    AutoScalingGroupName: text(1, 255),
    ScheduledActionNames: list(0, Infinity, text(1, 255)),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeTagsType: {
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeTrafficSourcesRequest: {
    AutoScalingGroupName: text(1, 255),
    TrafficSourceType: text(1, 255),
    NextToken: text(),
    MaxRecords: integer(),
  },
  DescribeWarmPoolType: {
    AutoScalingGroupName: text(1, 255),
    MaxRecords: integer(),
    NextToken: text(),
  },
  DetachInstancesQuery: {
    InstanceIds: list(0, Infinity, text(1, 19)),
    AutoScalingGroupName: text(1, 255),
  },
  DetachLoadBalancerTargetGroupsType: {
    AutoScalingGroupName: text(1, 255),
    TargetGroupARNs: list(0, Infinity, text(1, 511)),
  },
  DetachTrafficSourcesType: {
    AutoScalingGroupName: text(1, 255),
  },
  DisableMetricsCollectionQuery: {
    AutoScalingGroupName: text(1, 255),
    Metrics: list(0, Infinity, text(1, 255)),
  },
  DistributionSegment: {
    TargetCapacityTypes: list(
      0,
      Infinity,
      oneOf(
        'on-demand-capacity-reservation',
        'capacity-block',
        'interruptible-capacity-reservation',
        'on-demand',
      ),
    ),
  },
  EnableMetricsCollectionQuery: {
    AutoScalingGroupName: text(1, 255),
    Metrics: list(0, Infinity, text(1, 255)),
    Granularity: text(1, 255),
  },
  EnterStandbyQuery: {
    InstanceIds: list(0, Infinity, text(1, 19)),
    AutoScalingGroupName: text(1, 255),
  },
  ExecutePolicyType: {
    AutoScalingGroupName: text(1, 255),
    PolicyName: text(1, 1600),
  },
  ExitStandbyQuery: {
    InstanceIds: list(0, Infinity, text(1, 19)),
    AutoScalingGroupName: text(1, 255),
  },
  Filter: {
    Name: text(),
    Values: list(0, Infinity, text()),
  },
  InstanceMaintenancePolicy: {
    MinHealthyPercentage: integer(-1, 100),
    MaxHealthyPercentage: integer(-1, 200),
  },
  InstanceRequirements: {
    CpuManufacturers: list(0, Infinity, oneOf('intel', 'amd', 'amazon-web-services', 'apple')),
    ExcludedInstanceTypes: list(0, 400, text(1, 30, String.raw`[a-zA-Z0-9\.\*\-]+`)),
    InstanceGenerations: list(0, Infinity, oneOf('current', 'previous')),
    SpotMaxPricePercentageOverLowestPrice: integer(0),
    MaxSpotPriceAsPercentageOfOptimalOnDemandPrice: integer(0),
    OnDemandMaxPricePercentageOverLowestPrice: integer(0),
    BareMetal: oneOf('included', 'excluded', 'required'),
    BurstablePerformance: oneOf('included', 'excluded', 'required'),
    LocalStorage: oneOf('included', 'excluded', 'required'),
    LocalStorageTypes: list(0, Infinity, oneOf('hdd', 'ssd')),
    AcceleratorTypes: list(0, Infinity, oneOf('gpu', 'fpga', 'inference')),
    AcceleratorManufacturers: list(0, Infinity, oneOf('nvidia', 'amd', 'amazon-web-services', 'xilinx')),
    AcceleratorNames: list(0, Infinity, oneOf('a100', 'v100', 'k80', 't4', 'm60', 'radeon-pro-v520', 'vu9p')),
    AllowedInstanceTypes: list(0, 400, text(1, 30, String.raw`[a-zA-Z0-9\.\*\-]+`)),
  },
  InstancesDistribution: {
    OnDemandAllocationStrategy: text(),
    OnDemandBaseCapacity: integer(),
    OnDemandPercentageAboveBaseCapacity: integer(),
    SpotAllocationStrategy: text(),
    SpotInstancePools: integer(),
    SpotMaxPrice: text(0, 255),
  },
  LaunchConfigurationNamesType: {
    LaunchConfigurationNames: list(0, Infinity, text(1, 255)),
    NextToken: text(),
    MaxRecords: integer(),
  },
  LaunchTemplateOverrides: {
    InstanceType: text(1, 255),
    WeightedCapacity: text(1, 32),
    ImageId: text(5, 21, String.raw`^ami-[a-z0-9]{1,17}$`),
  },
  LaunchTemplateSpecification: {
    LaunchTemplateId: text(1, 255),
    LaunchTemplateName: text(3, 128, String.raw`[a-zA-Z0-9\(\)\.\-/_]+`),
    Version: text(1, 255),
  },
  LifecycleHookSpecification: {
    LifecycleHookName: text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`),
    NotificationMetadata: text(1, 4000, String.raw`[\u0009\u000A\u000D\u0020-\u007e]+`),
    HeartbeatTimeout: integer(),
    NotificationTargetARN: text(0, 255),
    RoleARN: text(1, 255),
  },
  MemoryGiBPerVCpuRequest: {
    Min: decimal(0),
    Max: decimal(0),
  },
  MemoryMiBRequest: {
    Min: integer(0),
    Max: integer(0),
  },
  MetricDataQuery: {
    Id: text(1, 255),
    Expression: text(1, 1023),
    Label: text(0, 2047),
  },
  MetricStat: {
    Stat: text(1, 100),
  },
  NetworkBandwidthGbpsRequest: {
    Min: decimal(0),
    Max: decimal(0),
  },
  NetworkInterfaceCountRequest: {
    Min: integer(0),
    Max: integer(0),
  },
  Operator: {
    Principal: text(1, 128),
  },
  PredefinedMetricSpecification: {
    PredefinedMetricType: oneOf(
      'ASGAverageCPUUtilization',
      'ASGAverageNetworkIn',
      'ASGAverageNetworkOut',
      'ALBRequestCountPerTarget',
    ),
    ResourceLabel: text(1, 1023),
  },
  PredictiveScalingConfiguration: {
    Mode: oneOf('ForecastAndScale', 'ForecastOnly'),
    SchedulingBufferTime: integer(0),
    MaxCapacityBreachBehavior: oneOf('HonorMaxCapacity', 'IncreaseMaxCapacity'),
    MaxCapacityBuffer: integer(0, 100),
  },
  PredictiveScalingPredefinedLoadMetric: {
    PredefinedMetricType: oneOf(
      'ASGTotalCPUUtilization',
      'ASGTotalNetworkIn',
      'ASGTotalNetworkOut',
      'ALBTargetGroupRequestCount',
    ),
    ResourceLabel: text(1, 1023),
  },
  PredictiveScalingPredefinedMetricPair: {
    PredefinedMetricType: oneOf('ASGCPUUtilization', 'ASGNetworkIn', 'ASGNetworkOut', 'ALBRequestCount'),
    ResourceLabel: text(1, 1023),
  },
  PredictiveScalingPredefinedScalingMetric: {
    PredefinedMetricType: oneOf(
      'ASGAverageCPUUtilization',
      'ASGAverageNetworkIn',
      'ASGAverageNetworkOut',
      'ALBRequestCountPerTarget',
    ),
    ResourceLabel: text(1, 1023),
  },
  PutLifecycleHookType: {
    LifecycleHookName: text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`),
    AutoScalingGroupName: text(1, 255),
    RoleARN: text(1, 255),
    NotificationTargetARN: text(0, 255),
    NotificationMetadata: text(1, 4000, String.raw`[\u0009\u000A\u000D\u0020-\u007e]+`),
    HeartbeatTimeout: integer(),
  },
  PutNotificationConfigurationType: {
    AutoScalingGroupName: text(1, 255),
    TopicARN: text(1, 255),
    NotificationTypes: list(0, Infinity, text(1, 255)),
  },
  PutScalingPolicyType: {
    AutoScalingGroupName: text(1, 255),
    PolicyName: text(1, 255),
    PolicyType: text(1, 64),
    AdjustmentType: text(1, 255),
    MinAdjustmentStep: integer(),
    MinAdjustmentMagnitude: integer(),
    ScalingAdjustment: integer(),
    Cooldown: integer(),
    MetricAggregationType: text(1, 32),
    EstimatedInstanceWarmup: integer(),
  },
  PutScheduledUpdateGroupActionType: {
    AutoScalingGroupName: text(1, 255),
    ScheduledActionName: text(1, 255),
    Recurrence: text(1, 255),
    MinSize: integer(),
    MaxSize: integer(),
    DesiredCapacity: integer(),
    TimeZone: text(1, 255),
  },
  PutWarmPoolType: {
    AutoScalingGroupName: text(1, 255),
    MaxGroupPreparedCapacity: integer(-1),
    MinSize: integer(0),
    PoolState: oneOf('Stopped', 'Running', 'Hibernated'),
  },
  RecordLifecycleActionHeartbeatType: {
    LifecycleHookName: text(1, 255, String.raw`[A-Za-z0-9\-_\/]+`),
    AutoScalingGroupName: text(1, 1600),
    LifecycleActionToken: text(36, 36),
    InstanceId: text(1, 19),
  },
  RefreshPreferences: {
    MinHealthyPercentage: integer(0, 100),
    InstanceWarmup: integer(0),
    CheckpointPercentages: list(0, Infinity, integer(1, 100)),
    CheckpointDelay: integer(0, 172800),
    ScaleInProtectedInstances: oneOf('Refresh', 'Ignore', 'Wait'),
    StandbyInstances: oneOf('Terminate', 'Ignore', 'Wait'),
    MaxHealthyPercentage: integer(100, 200),
    BakeTime: integer(0, 172800),
  },
  RetentionTriggers: {
    TerminateHookAbandon: oneOf('retain', 'terminate'),
  },
  RollbackInstanceRefreshType: {
    AutoScalingGroupName: text(1, 255),
  },
  ScalingProcessQuery: {
    AutoScalingGroupName: text(1, 255),
    ScalingProcesses: list(0, Infinity, text(1, 255)),
  },
  ScheduledUpdateGroupActionRequest: {
    ScheduledActionName: text(1, 255),
    Recurrence: text(1, 255),
    MinSize: integer(),
    MaxSize: integer(),
    DesiredCapacity: integer(),
    TimeZone: text(1, 255),
  },
  SetDesiredCapacityType: {
    AutoScalingGroupName: text(1, 255),
    DesiredCapacity: integer(),
  },
  SetInstanceHealthQuery: {
    InstanceId: text(1, 19),
    HealthStatus: text(1, 32),
  },
  SetInstanceProtectionQuery: {
    InstanceIds: list(0, Infinity, text(1, 19)),
    AutoScalingGroupName: text(1, 255),
  },
  StartInstanceRefreshType: {
    AutoScalingGroupName: text(1, 255),
    Strategy: oneOf('Rolling', 'ReplaceRootVolume'),
  },
  StepAdjustment: {
    ScalingAdjustment: integer(),
  },
  Tag: {
    ResourceId: text(),
    ResourceType: text(),
    Key: text(1, 128),
    Value: text(0, 256),
  },
  TargetTrackingMetricDataQuery: {
    Id: text(1, 64),
    Expression: text(1, 2047),
    Label: text(0, 2047),
    Period: integer(1),
  },
  TargetTrackingMetricStat: {
    Stat: text(1, 100),
    Period: integer(1),
  },
  TerminateInstanceInAutoScalingGroupType: {
    InstanceId: text(1, 19),
    InstanceIds: list(1, 100, text(1, 19)),
    AutoScalingGroupName: text(1, 255),
  },
  TotalLocalStorageGBRequest: {
    Min: decimal(0),
    Max: decimal(0),
  },
  TrafficSourceIdentifier: {
    Identifier: text(1, 511),
    Type: text(1, 511),
  },
  UpdateAutoScalingGroupType: {
    AutoScalingGroupName: text(1, 255),
    LaunchConfigurationName: text(1, 255),
    MinSize: integer(),
    MaxSize: integer(),
    DesiredCapacity: integer(),
    DefaultCooldown: integer(),
    AvailabilityZones: list(0, Infinity, text(1, 255)),
    AvailabilityZoneIds: list(0, Infinity, text(1, 255)),
    HealthCheckType: text(1, 32),
    HealthCheckGracePeriod: integer(),
    PlacementGroup: text(0, 255),
    VPCZoneIdentifier: text(1, 5000),
    TerminationPolicies: list(0, Infinity, text(1, 1600)),
    ServiceLinkedRoleARN: text(1, 1600),
    MaxInstanceLifetime: integer(),
    DesiredCapacityType: text(1, 255),
    DefaultInstanceWarmup: integer(),
    DeletionProtection: deletionProtection,
  },
  VCpuCountRequest: {
    Min: integer(0),
    Max: integer(0),
  },
}
