import type { Clock } from './clock.js'
import type { Knobs } from './knobs.js'
import type { StateFile } from './state-file.js'

/** One answer to one AWS operation: input and output are the SDK's own shapes. Throws AwsFault. */
export type Operation = (input: never, call: CallContext) => Promise<object> | object

/** What an operation may know of the request that carried it. */
export interface CallContext {
  readonly requestId: string
  /** Milliseconds since the epoch at which the caller signed. */
  readonly signedAt: number
}

/** One AWS service as the wire layer sees it. The name is the signing name: ec2, autoscaling, elasticloadbalancing … */
export interface Service {
  readonly name: string
  readonly operations: Readonly<Record<string, Operation>>
  /** Picks up what a stopped cloud left: boots instances, opens listeners, starts control loops. */
  start(): Promise<void>
  /** Stops loops and children in order; state stays on disk. */
  stop(): Promise<void>
}

export interface Subnet {
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  readonly cidrBlock: string
}

export type InstanceStateName =
  'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped'

/** What other services may know of an instance. */
export interface InstanceView {
  readonly instanceId: string
  readonly state: InstanceStateName
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  readonly instanceType: string
  readonly imageId: string
  readonly privateIpAddress: string
  readonly launchTime: Date
  readonly tags: Readonly<Record<string, string>>
  /** False once its process has died without being asked: what EC2's status checks would report as impaired. */
  readonly alive: boolean
  /** The loopback port that answers for any application port of this instance; undefined until it has one. */
  readonly port: number | undefined
  /** Processor time its processes have used since boot, for CloudWatch. */
  readonly cpuSeconds: number | undefined
}

export interface LaunchRequest {
  /** RunInstances parameters that a launch template version resolved to. */
  readonly launchTemplate: { readonly id?: string; readonly name?: string; readonly version: string }
  readonly subnetId: string
  readonly tags: Readonly<Record<string, string>>
  readonly instanceType?: string
}

/** EC2 as Auto Scaling and load balancing use it. */
export interface Ec2Api {
  subnet(subnetId: string): Subnet | undefined
  instance(instanceId: string): InstanceView | undefined
  /** All that are known, the terminated of the last while included. */
  instances(): InstanceView[]
  /** Throws AwsFault (`InvalidLaunchTemplateId.NotFound` …) where AWS's validation at CreateAutoScalingGroup would. */
  checkLaunchTemplate(ref: LaunchRequest['launchTemplate']): {
    id: string
    name: string
    version: string
    imageId: string
  }
  /** Throws AwsFault with the EC2 code that RunInstances would answer (capacity, missing image, bad group …). */
  launch(request: LaunchRequest): InstanceView
  /** `reason` is what StateTransitionReason shows. Idempotent. */
  terminate(instanceId: string, reason: string): void
  /** Kills the application of an instance and leaves its system running. */
  crashApplication(instanceId: string): void
  /** Called on every change of an instance's state or of `alive`. */
  onInstanceChange(listener: (instance: InstanceView) => void): void
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable'

/** Load balancing as Auto Scaling uses it. */
export interface ElbApi {
  targetGroupExists(targetGroupArn: string): boolean
  /** True while a listener or rule forwards to it, so that its targets are health-checked. */
  targetGroupInUse(targetGroupArn: string): boolean
  /** `app/<lb>/<id>/targetgroup/<tg>/<id>` for each load balancer that uses it: PutScalingPolicy's ResourceLabel. */
  resourceLabels(targetGroupArn: string): string[]
  register(targetGroupArn: string, instanceId: string): void
  /** Resolves when draining has ended (deregistration delay, scaled). */
  deregister(targetGroupArn: string, instanceId: string): Promise<void>
  targetState(targetGroupArn: string, instanceId: string): TargetState | undefined
}

/** CloudWatch as the other services write it. */
export interface MetricsApi {
  put(
    namespace: string,
    metric: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit: string,
  ): void
  /** Many values at once: `values[i]` was seen `counts[i]` times. Percentiles need it. */
  putValues(
    namespace: string,
    metric: string,
    dimensions: Readonly<Record<string, string>>,
    values: readonly number[],
    counts: readonly number[],
    unit: string,
  ): void
  /** Names of the alarms that call an action, in whatever state. */
  alarmsCalling(actionArn: string): string[]
  /** Called when an alarm changes state, with the ARNs of its actions for the new state. */
  onAlarmAction(listener: (alarmName: string, actionArn: string) => void): void
  /** What the alarm last judged: the newest value of its metric, and its threshold. */
  alarmValue(alarmName: string): { readonly value: number; readonly threshold: number } | undefined
  /** Target tracking makes and deletes its own alarms through these. */
  putOwnedAlarm(alarm: OwnedAlarm): void
  deleteOwnedAlarm(name: string): void
}

export interface OwnedAlarm {
  readonly name: string
  readonly namespace: string
  readonly metric: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly statistic: string
  readonly periodSeconds: number
  readonly evaluationPeriods: number
  readonly threshold: number
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold'
  readonly actionArn: string
}

/** The parts every service is made from. Services find each other here, after all have been made. */
export interface LocalCloud {
  readonly accountId: string
  readonly region: string
  readonly zones: readonly string[]
  readonly clock: Clock
  readonly knobs: Knobs
  readonly state: StateFile
  ec2: Ec2Api
  elb: ElbApi
  metrics: MetricsApi
  /** One line in the cloud's own log (JSON lines on stderr). */
  log(message: string, details?: object): void
}
