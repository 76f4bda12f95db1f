import type {
  CreateAutoScalingGroupType,
  MetricGranularityType,
  PutScalingPolicyType,
  PutWarmPoolType,
} from '@aws-sdk/client-auto-scaling'

/** What Auto Scaling keeps on disk. Dates are milliseconds since the epoch. */
export interface AutoScalingRecords {
  groups: Record<string, GroupRecord>
  /** Newest first, also of groups that are gone. */
  activities: ActivityRecord[]
}

export interface GroupRecord {
  name: string
  arn: string
  createdAt: number
  min: number
  max: number
  desired: number
  cooldownSeconds: number
  /** As given, so `$Latest` and `$Default` are resolved at each launch. */
  launchTemplate?: TemplateRef
  subnetIds: string[]
  healthCheckType: string
  graceSeconds: number
  terminationPolicies: string[]
  protectNew: boolean
  deletionProtection: string
  warmupSeconds?: number
  /** Settings that are kept and shown, and change nothing here. */
  kept: KeptSettings
  tags: TagRecord[]
  /** Process name → reason. */
  suspended: Record<string, string>
  attachments: AttachmentRecord[]
  enabledMetrics: string[]
  hooks: HookRecord[]
  policies: PolicyRecord[]
  schedules: ScheduleRecord[]
  notifications: { topic: string; types: string[] }[]
  warmPool?: Omit<PutWarmPoolType, 'AutoScalingGroupName'>
  instances: GroupInstance[]
  /** Set by DeleteAutoScalingGroup; the group goes when its last instance has gone. */
  deleting: boolean
  /** Why the desired capacity is what it is, in AWS's words. */
  cause: string
  /** Machine time of the last change of capacity by a policy, for cooldowns. */
  scaledAt?: number
  /** A launch that is to even out the zones; until it serves, nothing is terminated for it. */
  balancing?: string
}

export type KeptSettings = Pick<
  CreateAutoScalingGroupType,
  | 'MixedInstancesPolicy'
  | 'PlacementGroup'
  | 'ServiceLinkedRoleARN'
  | 'MaxInstanceLifetime'
  | 'CapacityRebalance'
  | 'Context'
  | 'DesiredCapacityType'
  | 'InstanceMaintenancePolicy'
  | 'AvailabilityZoneDistribution'
  | 'AvailabilityZoneImpairmentPolicy'
  | 'CapacityReservationSpecification'
  | 'InstanceLifecyclePolicy'
>

export interface TemplateRef {
  id: string
  name: string
  version: string
}

export interface TagRecord {
  key: string
  value: string
  propagate: boolean
}

export interface AttachmentRecord {
  arn: string
  /** The two families of calls don't see each other's attachments. */
  family: 'target-groups' | 'traffic-sources'
  state: 'Adding' | 'Added' | 'InService' | 'Removing'
}

export interface HookRecord {
  name: string
  transition: string
  heartbeatSeconds: number
  defaultResult: string
  notificationTarget?: string
  notificationMetadata?: string
  role?: string
}

export type PolicySettings = Pick<
  PutScalingPolicyType,
  | 'AdjustmentType'
  | 'ScalingAdjustment'
  | 'StepAdjustments'
  | 'MinAdjustmentMagnitude'
  | 'Cooldown'
  | 'MetricAggregationType'
  | 'EstimatedInstanceWarmup'
  | 'TargetTrackingConfiguration'
>

export interface PolicyRecord extends PolicySettings {
  name: string
  arn: string
  type: 'SimpleScaling' | 'StepScaling' | 'TargetTrackingScaling'
  enabled: boolean
  /** Names of the alarms that target tracking keeps. */
  alarms: string[]
}

export interface ScheduleRecord {
  name: string
  arn: string
  startAt?: number
  endAt?: number
  recurrence?: string
  timeZone?: string
  min?: number
  max?: number
  desired?: number
  /** When it acts next, on the cloud's clock. */
  nextAt?: number
}

/** The lifecycle states that occur here, of the many that AWS knows. */
export type MemberState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'EnteringStandby'
  | 'Standby'
  | 'Detaching'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'

export interface GroupInstance {
  id: string
  zone: string
  type: string
  imageId: string
  lifecycle: MemberState
  health: 'Healthy' | 'Unhealthy'
  /** Why it is unhealthy, in the words of an activity's cause. */
  sickness?: string
  protected: boolean
  launchedAt: number
  /** Machine time, because grace and warm-up are scaled. */
  inServiceAt?: number
  /** A target group has seen it healthy since it booted. */
  wasHealthy: boolean
  template: TemplateRef
  activityId?: string
  /** The hook it waits in; the deadline is machine time. */
  waiting?: { hook: string; token: string; deadline: number; result?: string }
  /** Hooks of the present transition that it has passed. */
  passedHooks: string[]
}

export interface ActivityRecord {
  id: string
  groupName: string
  groupArn: string
  description: string
  cause: string
  startedAt: number
  endedAt?: number
  status: string
  message?: string
  progress: number
  details: string
}

export const metricGranularities: readonly MetricGranularityType[] = [{ Granularity: '1Minute' }]

/** Instances that count as capacity. */
export function isCapacity(instance: GroupInstance): boolean {
  return instance.lifecycle === 'InService' || instance.lifecycle.startsWith('Pending')
}
