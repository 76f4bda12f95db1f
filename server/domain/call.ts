import type { HealthCheck } from './cluster.js'
import type { GroupTag } from './carried.js'
import type { Fields } from './fields.js'
import type { RuleCondition, RuleEntry } from './observation.js'
import type { Tags } from './tags.js'

/**
 * One mutating AWS request as plain data: fixed names and numbers, no choice left to whoever sends it. The type names the
 * AWS operation it becomes; adapters translate it, the plan prints it.
 */
export type Call =
  | CreateLoadBalancer
  | CreateListener
  | CreateRule
  | DeleteRule
  | DeleteListener
  | DeleteLoadBalancer
  | ModifyRule
  | CreateTargetGroup
  | ModifyTargetGroupAttributes
  | DeleteTargetGroup
  | CreateLaunchTemplate
  | DeleteLaunchTemplate
  | CreateAutoScalingGroup
  | RaiseMinSize
  | RestoreSizes
  | ShrinkToZero
  | SuspendProcesses
  | ResumeProcesses
  | CarriedCall
  | DeleteAutoScalingGroup
  | TagCall
  | RunBuilder
  | TerminateBuilder
  | CreateImage
  | RequireImdsV2
  | DeregisterImage
  | DeleteSnapshot

/** What a group has beside itself: policies and their alarms, schedules, notifications, metrics, a warm pool. */
export type CarriedCall =
  | PutScalingPolicy
  | PutMetricAlarm
  | DeleteAlarms
  | PutScheduledUpdateGroupAction
  | PutNotificationConfiguration
  | EnableMetricsCollection
  | PutWarmPool
  | DeleteWarmPool

/** Our marks on what somebody else made, and off what is given back; AWS has a pair of them for each service. */
export type TagCall = CreateOrUpdateTags | DeleteGroupTags | AddTags | RemoveTags | CreateTags | DeleteTags

export interface CreateLoadBalancer {
  readonly type: 'CreateLoadBalancer'
  readonly name: string
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly tags: Tags
}

/** A listener whose default action answers 503 with a sentence: nobody lives there yet. */
export interface CreateListener {
  readonly type: 'CreateListener'
  readonly loadBalancerArn: string
  readonly port: number
  readonly tags: Tags
}

export interface CreateRule {
  readonly type: 'CreateRule'
  readonly listenerArn: string
  readonly priority: number
  readonly conditions: readonly RuleCondition[]
  readonly entries: readonly RuleEntry[]
  readonly tags: Tags
}

export interface DeleteRule {
  readonly type: 'DeleteRule'
  readonly ruleArn: string
}

/** Only of a listener that we made and that has no rule left. */
export interface DeleteListener {
  readonly type: 'DeleteListener'
  readonly listenerArn: string
}

/** Only of a load balancer that we made and that has no listener left. */
export interface DeleteLoadBalancer {
  readonly type: 'DeleteLoadBalancer'
  readonly loadBalancerArn: string
}

/**
 * Sets the whole list of a rule's target groups, and its conditions where given. `before` is the list decided from: the
 * adapter reads the rule again and sends nothing if it differs, because AWS has no compare-and-swap.
 */
export interface ModifyRule {
  readonly type: 'ModifyRule'
  readonly ruleArn: string
  readonly before: readonly RuleEntry[]
  readonly entries: readonly RuleEntry[]
  readonly conditions?: readonly RuleCondition[]
  readonly purpose:
    'join' | 'canary' | 'switch' | 'return' | 'delist' | 'relist' | 'restore' | 'park' | 'unpark'
}

export interface CreateTargetGroup {
  readonly type: 'CreateTargetGroup'
  readonly name: string
  readonly port: number
  readonly vpcId: string
  readonly healthCheck: HealthCheck
  readonly tags: Tags
  /** Taken from the previous group, in AWS's field names; absent: nothing. */
  readonly carried?: Fields
}

export interface ModifyTargetGroupAttributes {
  readonly type: 'ModifyTargetGroupAttributes'
  readonly group: string
  readonly targetGroupArn: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface DeleteTargetGroup {
  readonly type: 'DeleteTargetGroup'
  readonly group: string
  readonly targetGroupArn: string
}

export interface CreateLaunchTemplate {
  readonly type: 'CreateLaunchTemplate'
  readonly name: string
  /** Client token, so that a repeated request makes no second one. */
  readonly token: string
  readonly imageId: string
  readonly instanceType: string
  readonly securityGroupIds: readonly string[]
  readonly instanceProfile: string | null
  /** Plain text; the adapter encodes it. */
  readonly userData: string
  readonly tags: Tags
  readonly instanceTags: Tags
  /** Taken from the previous group, in AWS's field names; absent: nothing. */
  readonly carried?: Fields
}

export interface DeleteLaunchTemplate {
  readonly type: 'DeleteLaunchTemplate'
  readonly group: string
  readonly launchTemplateId: string
}

export interface CreateAutoScalingGroup {
  readonly type: 'CreateAutoScalingGroup'
  readonly name: string
  readonly launchTemplateId: string
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly subnetIds: readonly string[]
  readonly targetGroupArn: string
  readonly healthCheckGraceSec: number
  readonly tags: Tags
  /** Taken from the previous group, in AWS's field names; absent: nothing. */
  readonly carried?: Fields
  readonly carriedTags?: readonly GroupTag[]
}

/** Sets MinSize (and MaxSize only upwards). AWS raises the desired capacity to the new minimum by itself. */
export interface RaiseMinSize {
  readonly type: 'RaiseMinSize'
  readonly group: string
  readonly min: number
  readonly max: number | null
}

/** Puts MinSize (and MaxSize, where it had to be raised) back to what was recorded. Never touches the desired capacity. */
export interface RestoreSizes {
  readonly type: 'RestoreSizes'
  readonly group: string
  readonly min: number
  readonly max: number | null
}

/** 0/0/0 and deletion protection off: only for a group whose shrinking has been recorded. */
export interface ShrinkToZero {
  readonly type: 'ShrinkToZero'
  readonly group: string
}

export interface SuspendProcesses {
  readonly type: 'SuspendProcesses'
  readonly group: string
  readonly processes: readonly string[]
}

/** Resumes the named processes; an empty list resumes all. */
export interface ResumeProcesses {
  readonly type: 'ResumeProcesses'
  readonly group: string
  readonly processes: readonly string[]
}

export interface PutScalingPolicy {
  readonly type: 'PutScalingPolicy'
  readonly group: string
  readonly name: string
  /** In AWS's field names. */
  readonly policy: Fields
}

export interface PutMetricAlarm {
  readonly type: 'PutMetricAlarm'
  readonly group: string
  readonly name: string
  /** In AWS's field names. */
  readonly alarm: Fields
  readonly tags: Tags
}

/** Only alarms that were made for the group. */
export interface DeleteAlarms {
  readonly type: 'DeleteAlarms'
  readonly group: string
  readonly names: readonly string[]
}

export interface PutScheduledUpdateGroupAction {
  readonly type: 'PutScheduledUpdateGroupAction'
  readonly group: string
  readonly name: string
  /** In AWS's field names. */
  readonly action: Fields
}

export interface PutNotificationConfiguration {
  readonly type: 'PutNotificationConfiguration'
  readonly group: string
  readonly topic: string
  readonly types: readonly string[]
}

export interface EnableMetricsCollection {
  readonly type: 'EnableMetricsCollection'
  readonly group: string
  readonly metrics: readonly string[]
}

export interface PutWarmPool {
  readonly type: 'PutWarmPool'
  readonly group: string
  /** In AWS's field names. */
  readonly pool: Fields
}

/** Only of a group whose shrinking has been recorded. */
export interface DeleteWarmPool {
  readonly type: 'DeleteWarmPool'
  readonly group: string
}

export interface DeleteAutoScalingGroup {
  readonly type: 'DeleteAutoScalingGroup'
  readonly group: string
}

/** Of an Auto Scaling group; its running instances keep the tags that they have. */
export interface CreateOrUpdateTags {
  readonly type: 'CreateOrUpdateTags'
  readonly group: string
  readonly tags: Tags
}

/** Auto Scaling's DeleteTags. */
export interface DeleteGroupTags {
  readonly type: 'DeleteGroupTags'
  readonly group: string
  readonly keys: readonly string[]
}

/** Of a target group or a rule. */
export interface AddTags {
  readonly type: 'AddTags'
  readonly arn: string
  readonly tags: Tags
}

export interface RemoveTags {
  readonly type: 'RemoveTags'
  readonly arn: string
  readonly keys: readonly string[]
}

/** Of a launch template. */
export interface CreateTags {
  readonly type: 'CreateTags'
  readonly launchTemplateId: string
  readonly tags: Tags
}

export interface DeleteTags {
  readonly type: 'DeleteTags'
  readonly launchTemplateId: string
  readonly keys: readonly string[]
}

/** Launches the instance that a bake runs on. It stops by itself; the image is made from the stopped instance. */
export interface RunBuilder {
  readonly type: 'RunBuilder'
  readonly bakeId: string
  readonly token: string
  readonly imageId: string
  readonly instanceType: string
  readonly subnetId: string
  readonly securityGroupIds: readonly string[]
  readonly instanceProfile: string | null
  readonly userData: string
  readonly rootDeviceName: string | null
  readonly tags: Tags
}

export interface TerminateBuilder {
  readonly type: 'TerminateBuilder'
  readonly instanceId: string
}

export interface CreateImage {
  readonly type: 'CreateImage'
  readonly bakeId: string
  readonly instanceId: string
  readonly name: string
  readonly description: string
  readonly tags: Tags
}

export interface RequireImdsV2 {
  readonly type: 'RequireImdsV2'
  readonly imageId: string
}

export interface DeregisterImage {
  readonly type: 'DeregisterImage'
  readonly imageId: string
}

export interface DeleteSnapshot {
  readonly type: 'DeleteSnapshot'
  readonly snapshotId: string
}

/** One line of a plan: the AWS operation and what it is for. */
export interface PlannedCall {
  readonly api: string
  readonly what: string
  /** Where it stands in the night: an ordinary step, the wait on `dawn`, the switch on `day`, the pin on `night`. */
  readonly kind: 'call' | 'wait' | 'switch' | 'warm'
}
