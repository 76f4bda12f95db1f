import type {
  AttachInstancesQuery,
  DetachInstancesQuery,
  EnterStandbyQuery,
  ExitStandbyQuery,
  SetInstanceHealthQuery,
  SetInstanceProtectionQuery,
  TerminateInstanceInAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { activityView } from './activity-log.js'
import { setDesired } from './capacity.js'
import type { GroupInstance, GroupRecord, MemberState } from './group-record.js'
import type { InstanceLifecycle } from './instance-lifecycle.js'
import { memberFrom } from './launch.js'
import { groupOf, memberOf, memberOfGroup, type Parts, stamp } from './parts.js'

const MAX_PROTECTED_PER_CALL = 50
const MAX_MOVED_PER_CALL = 20

export function instanceOperations(parts: Parts, lifecycle: InstanceLifecycle): Record<string, Operation> {
  return {
    SetInstanceHealth: (input: SetInstanceHealthQuery) => setHealth(parts, input),
    SetInstanceProtection: (input: SetInstanceProtectionQuery) => setProtection(parts, input),
    TerminateInstanceInAutoScalingGroup: (input: TerminateInstanceInAutoScalingGroupType) =>
      terminate(parts, input),
    EnterStandby: (input: EnterStandbyQuery) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const members = serving(group, input.InstanceIds ?? [])
      if (input.ShouldDecrementDesiredCapacity) shrink(parts, group, members.length)
      return leaveService(parts, group, members, 'EnteringStandby', `Moving EC2 instance to Standby`)
    },
    ExitStandby: (input: ExitStandbyQuery) => exitStandby(parts, lifecycle, input),
    DetachInstances: (input: DetachInstancesQuery) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      checkNumber(input.InstanceIds)
      const members = serving(group, input.InstanceIds ?? [])
      if (input.ShouldDecrementDesiredCapacity) shrink(parts, group, members.length)
      return leaveService(parts, group, members, 'Detaching', `Detaching EC2 instance`)
    },
    AttachInstances: (input: AttachInstancesQuery) => attach(parts, lifecycle, input),
  }
}

function setHealth(parts: Parts, input: SetInstanceHealthQuery): object {
  const [group, instance] = memberOf(parts, input.InstanceId)
  const status = input.HealthStatus
  if (status !== 'Healthy' && status !== 'Unhealthy') {
    throw new AwsFault('ValidationError', `Health status '${status}' must be Healthy or Unhealthy`)
  }
  const age = Date.now() - (instance.inServiceAt ?? Date.now())
  const inGrace = age < parts.cloud.clock.scaled(group.graceSeconds * 1000)
  if (status === 'Unhealthy' && inGrace && (input.ShouldRespectGracePeriod ?? true)) return {}
  instance.health = status
  if (status === 'Unhealthy') instance.sickness = 'a user health-check'
  else delete instance.sickness
  parts.changed(group)
  return {}
}

function setProtection(parts: Parts, input: SetInstanceProtectionQuery): object {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const ids = input.InstanceIds ?? []
  if (ids.length > MAX_PROTECTED_PER_CALL) {
    throw new AwsFault(
      'LimitExceeded',
      `At most ${MAX_PROTECTED_PER_CALL} instances can be given in one call`,
    )
  }
  const members = ids.map((id) => memberOfGroup(group, id))
  for (const member of members) member.protected = input.ProtectedFromScaleIn ?? false
  parts.changed(group)
  return {}
}

function terminate(parts: Parts, input: TerminateInstanceInAutoScalingGroupType): object {
  const [group, instance] = memberOf(parts, input.InstanceId)
  if (instance.lifecycle.startsWith('Terminating')) {
    throw new AwsFault('ScalingActivityInProgress', `Instance ${instance.id} is already being terminated`)
  }
  if (input.ShouldDecrementDesiredCapacity) shrink(parts, group, 1)
  const cause = `At ${stamp(parts.cloud)} instance ${instance.id} was taken out of service in response to a user request.`
  parts.terminate(group, instance, cause)
  parts.changed(group)
  const activity = parts.log.find(instance.activityId)
  return activity ? { Activity: activityView(activity, true) } : {}
}

function leaveService(
  parts: Parts,
  group: GroupRecord,
  members: readonly GroupInstance[],
  state: MemberState,
  description: string,
): object {
  const activities = members.map((instance) => {
    const cause = `At ${stamp(parts.cloud)} instance ${instance.id} was moved out of service in response to a user request.`
    const activity = parts.log.begin(group, `${description}: ${instance.id}`, cause, { zone: instance.zone })
    instance.activityId = activity.id
    instance.lifecycle = state
    return activityView(activity, true)
  })
  parts.changed(group)
  return { Activities: activities }
}

function exitStandby(parts: Parts, lifecycle: InstanceLifecycle, input: ExitStandbyQuery): object {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const members = (input.InstanceIds ?? []).map((id) => memberOfGroup(group, id))
  const outside = members.find((instance) => instance.lifecycle !== 'Standby')
  if (outside) {
    throw new AwsFault(
      'ValidationError',
      `The instance ${outside.id} is not in Standby. State is ${outside.lifecycle}`,
    )
  }
  grow(parts, group, members.length, 'a user request moved instances out of standby')
  const activities = members.map((instance) => {
    const cause = `At ${stamp(parts.cloud)} instance ${instance.id} was moved out of standby in response to a user request.`
    const activity = parts.log.begin(group, `Moving EC2 instance out of Standby: ${instance.id}`, cause, {
      zone: instance.zone,
    })
    instance.activityId = activity.id
    lifecycle.serve(group, instance)
    return activityView(activity, true)
  })
  parts.changed(group)
  return { Activities: activities }
}

function attach(parts: Parts, lifecycle: InstanceLifecycle, input: AttachInstancesQuery): object {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const { ec2 } = parts.cloud
  checkNumber(input.InstanceIds)
  const zones = new Set(group.subnetIds.map((id) => ec2.subnet(id)?.availabilityZone))
  const owners = Object.values(parts.records().groups)
  const views = (input.InstanceIds ?? []).map((id) => {
    const view = ec2.instance(id)
    if (view?.state !== 'running') {
      throw new AwsFault('ValidationError', `Invalid Instance ID: ${id} is not in the running state`)
    }
    if (owners.some((owner) => owner.instances.some((instance) => instance.id === id))) {
      throw new AwsFault('ValidationError', `Instance ${id} is already part of an Auto Scaling group`)
    }
    if (!zones.has(view.availabilityZone)) {
      throw new AwsFault(
        'ValidationError',
        `Instance ${id} is not in an Availability Zone of group ${group.name}`,
      )
    }
    return view
  })
  grow(parts, group, views.length, 'a user request attached instances')
  for (const view of views) {
    const template = group.launchTemplate ?? { id: '', name: '', version: '' }
    const instance = memberFrom(parts.cloud, group, view, template)
    const cause = `At ${stamp(parts.cloud)} an instance was attached in response to a user request.`
    instance.activityId = parts.log.begin(
      group,
      `Attaching an existing EC2 instance: ${view.instanceId}`,
      cause,
      {
        zone: view.availabilityZone,
        subnetId: view.subnetId,
      },
    ).id
    group.instances.push(instance)
    lifecycle.serve(group, instance)
  }
  parts.changed(group)
  return {}
}

function checkNumber(ids: readonly string[] | undefined): void {
  if (!ids?.length) throw new AwsFault('ValidationError', 'At least one instance ID must be specified')
  if (ids.length > MAX_MOVED_PER_CALL) {
    throw new AwsFault('ValidationError', `At most ${MAX_MOVED_PER_CALL} instances can be given in one call`)
  }
}

function serving(group: GroupRecord, ids: readonly string[]): GroupInstance[] {
  const members = ids.map((id) => memberOfGroup(group, id))
  const other = members.find((instance) => instance.lifecycle !== 'InService')
  if (!other) return members
  throw new AwsFault(
    'ValidationError',
    `The instance ${other.id} is not in InService. State is ${other.lifecycle}`,
  )
}

function shrink(parts: Parts, group: GroupRecord, by: number): void {
  if (group.desired - by < group.min) {
    throw new AwsFault(
      'ValidationError',
      `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate ` +
        "group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
    )
  }
  setDesired(parts, group, group.desired - by, 'a user request')
}

function grow(parts: Parts, group: GroupRecord, by: number, why: string): void {
  if (group.desired + by > group.max) {
    throw new AwsFault(
      'ValidationError',
      `AutoScalingGroup ${group.name} has min-size=${group.min}, max-size=${group.max}, and desired-size=${group.desired}. ` +
        `To add ${by} more instance(s), please update the AutoScalingGroup sizes appropriately.`,
    )
  }
  setDesired(parts, group, group.desired + by, why)
}
