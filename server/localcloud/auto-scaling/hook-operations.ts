import type {
  CompleteLifecycleActionType,
  DeleteLifecycleHookType,
  DescribeLifecycleHooksType,
  LifecycleHook,
  LifecycleHookSpecification,
  PutLifecycleHookType,
  RecordLifecycleActionHeartbeatType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { GroupInstance, GroupRecord, HookRecord } from './group-record.js'
import type { InstanceLifecycle } from './instance-lifecycle.js'
import { groupOf, type Parts } from './parts.js'

export const hookTypes = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING']
const MAX_HOOKS = 50

export function hookOperations(parts: Parts, lifecycle: InstanceLifecycle): Record<string, Operation> {
  return {
    PutLifecycleHook: (input: PutLifecycleHookType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const before = group.hooks.find((hook) => hook.name === input.LifecycleHookName)
      const hook = hookFrom(input, before)
      if (before) group.hooks.splice(group.hooks.indexOf(before), 1, hook)
      else if (group.hooks.length >= MAX_HOOKS) {
        throw new AwsFault(
          'LimitExceeded',
          `You cannot have more than ${MAX_HOOKS} lifecycle hooks per group`,
        )
      } else group.hooks.push(hook)
      parts.changed(group)
      return {}
    },
    DescribeLifecycleHooks: (input: DescribeLifecycleHooksType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const names = input.LifecycleHookNames
      const chosen = group.hooks.filter((hook) => !names?.length || names.includes(hook.name))
      return { LifecycleHooks: chosen.map((hook) => hookView(group, hook)) }
    },
    DeleteLifecycleHook: (input: DeleteLifecycleHookType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const kept = group.hooks.filter((hook) => hook.name !== input.LifecycleHookName)
      if (kept.length === group.hooks.length) {
        throw new AwsFault(
          'ValidationError',
          `No Lifecycle Hook found with name: ${input.LifecycleHookName} for AutoScalingGroup: ${group.name}`,
        )
      }
      group.hooks = kept
      parts.changed(group)
      return {}
    },
    CompleteLifecycleAction: (input: CompleteLifecycleActionType) => {
      const [group, instance] = waitingFor(parts, input)
      const result = input.LifecycleActionResult ?? ''
      if (result !== 'CONTINUE' && result !== 'ABANDON') {
        throw new AwsFault(
          'ValidationError',
          `Lifecycle action result '${result}' must be CONTINUE or ABANDON`,
        )
      }
      instance.waiting!.result = result
      parts.changed(group)
      return {}
    },
    RecordLifecycleActionHeartbeat: (input: RecordLifecycleActionHeartbeatType) => {
      const [group, instance] = waitingFor(parts, input)
      const hook = group.hooks.find((candidate) => candidate.name === input.LifecycleHookName)
      if (hook) instance.waiting!.deadline = lifecycle.deadlineOf(hook)
      parts.changed(group)
      return {}
    },
  }
}

/** Throws ValidationError; what an existing hook has and the call leaves out stays. */
export function hookFrom(
  input: Partial<LifecycleHookSpecification>,
  before: HookRecord | undefined,
): HookRecord {
  const transition = input.LifecycleTransition ?? before?.transition ?? ''
  const heartbeatSeconds = input.HeartbeatTimeout ?? before?.heartbeatSeconds ?? 3600
  const defaultResult = input.DefaultResult ?? before?.defaultResult ?? 'ABANDON'
  if (!hookTypes.includes(transition)) {
    throw new AwsFault(
      'ValidationError',
      `Lifecycle transition '${transition}' must be one of ${hookTypes.join(', ')}`,
    )
  }
  if (heartbeatSeconds < 30 || heartbeatSeconds > 7200) {
    throw new AwsFault('ValidationError', 'The heartbeat timeout must be between 30 and 7200 seconds')
  }
  if (defaultResult !== 'CONTINUE' && defaultResult !== 'ABANDON') {
    throw new AwsFault('ValidationError', `Default result '${defaultResult}' must be CONTINUE or ABANDON`)
  }
  return {
    ...before,
    name: input.LifecycleHookName ?? '',
    transition,
    heartbeatSeconds,
    defaultResult,
    ...(input.NotificationTargetARN && { notificationTarget: input.NotificationTargetARN }),
    ...(input.NotificationMetadata && { notificationMetadata: input.NotificationMetadata }),
    ...(input.RoleARN && { role: input.RoleARN }),
  }
}

function hookView(group: GroupRecord, hook: HookRecord): LifecycleHook {
  return {
    LifecycleHookName: hook.name,
    AutoScalingGroupName: group.name,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatSeconds,
    GlobalTimeout: Math.min(172_800, hook.heartbeatSeconds * 100),
    DefaultResult: hook.defaultResult,
    NotificationTargetARN: hook.notificationTarget,
    NotificationMetadata: hook.notificationMetadata,
    RoleARN: hook.role,
  }
}

function waitingFor(
  parts: Parts,
  input: CompleteLifecycleActionType | RecordLifecycleActionHeartbeatType,
): [GroupRecord, GroupInstance] {
  const group = groupOf(parts, input.AutoScalingGroupName)
  if (!group.hooks.some((hook) => hook.name === input.LifecycleHookName)) {
    throw new AwsFault(
      'ValidationError',
      `No Lifecycle Hook found with name: ${input.LifecycleHookName} for AutoScalingGroup: ${group.name}`,
    )
  }
  if (!input.InstanceId && !input.LifecycleActionToken)
    throw new AwsFault(
      'ValidationError',
      'Either an instance ID or a lifecycle action token must be specified',
    )
  const instance = group.instances.find(
    ({ id, waiting }) =>
      waiting?.hook === input.LifecycleHookName &&
      (id === input.InstanceId ||
        (waiting?.token !== undefined && waiting.token === input.LifecycleActionToken)),
  )
  if (instance) return [group, instance]
  throw new AwsFault(
    'ValidationError',
    `No active Lifecycle Action found with instance ID ${input.InstanceId ?? input.LifecycleActionToken}`,
  )
}
