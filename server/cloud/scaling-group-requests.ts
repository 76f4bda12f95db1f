import {
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
  type LaunchTemplateSpecification,
} from '@aws-sdk/client-auto-scaling'
import type {
  CreateAutoScalingGroup,
  CreateOrUpdateTags,
  DeleteAutoScalingGroup,
  DeleteGroupTags,
  RaiseMinSize,
  RestoreSizes,
  ResumeProcesses,
  ShrinkToZero,
  SuspendProcesses,
} from '../domain/call.js'
import { fieldsOf, type Fields } from '../domain/fields.js'
import { sdkFields } from './plain-fields.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function createAutoScalingGroupRequest(call: CreateAutoScalingGroup): AwsRequest {
  const { MixedInstancesPolicy, ...carried } = call.carried ?? {}
  // A fixed version: `$Latest` is read anew at each launch, so an edit would change a warm group unseen.
  const template = { LaunchTemplateId: call.launchTemplateId, Version: '1' }
  const own = new Set(Object.keys(call.tags))
  return awsRequest(
    'autoScaling',
    new CreateAutoScalingGroupCommand({
      HealthCheckType: 'ELB',
      DefaultInstanceWarmup: 0,
      TerminationPolicies: ['Default'],
      ...sdkFields(carried),
      AutoScalingGroupName: call.name,
      ...launchedFrom(template, fieldsOf(MixedInstancesPolicy)),
      MinSize: call.min,
      MaxSize: call.max,
      DesiredCapacity: call.desired,
      VPCZoneIdentifier: call.subnetIds.join(','),
      TargetGroupARNs: [call.targetGroupArn],
      HealthCheckGracePeriod: call.healthCheckGraceSec,
      // Keeps anybody from deleting the group with its instances still serving.
      DeletionProtection: 'prevent-force-deletion',
      Tags: [
        ...keyedTags(call.tags).map((tag) => ({ ...tag, PropagateAtLaunch: true })),
        ...(call.carriedTags ?? [])
          .filter(({ key }) => !own.has(key))
          .map(({ key, value, propagate }) => ({ Key: key, Value: value, PropagateAtLaunch: propagate })),
      ],
    }),
  )
}

/** One template, or the same with several instance types and purchase options. */
function launchedFrom(template: LaunchTemplateSpecification, mix: Fields) {
  if (Object.keys(mix).length === 0) return { LaunchTemplate: template }
  const { LaunchTemplate, ...distribution } = mix
  return {
    MixedInstancesPolicy: {
      ...sdkFields(distribution),
      LaunchTemplate: { ...sdkFields(fieldsOf(LaunchTemplate)), LaunchTemplateSpecification: template },
    },
  }
}

/** Sizes of both kinds. The desired capacity is never sent: AWS raises it to the new minimum, and nothing lowers it. */
export function updateSizesRequest(call: RaiseMinSize | RestoreSizes): AwsRequest {
  return awsRequest(
    'autoScaling',
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: call.group,
      MinSize: call.min,
      ...(call.max !== null && { MaxSize: call.max }),
    }),
  )
}

export function shrinkToZeroRequest(call: ShrinkToZero): AwsRequest {
  return awsRequest(
    'autoScaling',
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: call.group,
      MinSize: 0,
      MaxSize: 0,
      DesiredCapacity: 0,
      DeletionProtection: 'none',
    }),
  )
}

export function suspendProcessesRequest(call: SuspendProcesses): AwsRequest {
  return awsRequest(
    'autoScaling',
    new SuspendProcessesCommand({ AutoScalingGroupName: call.group, ScalingProcesses: [...call.processes] }),
  )
}

export function resumeProcessesRequest(call: ResumeProcesses): AwsRequest {
  return awsRequest(
    'autoScaling',
    new ResumeProcessesCommand({
      AutoScalingGroupName: call.group,
      ...(call.processes.length > 0 && { ScalingProcesses: [...call.processes] }),
    }),
  )
}

/** Without force: termination hooks run, and a group that still has instances is refused. */
export function deleteAutoScalingGroupRequest(call: DeleteAutoScalingGroup): AwsRequest {
  return awsRequest('autoScaling', new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: call.group }))
}

const groupTag = (group: string, key: string) => ({
  ResourceId: group,
  ResourceType: 'auto-scaling-group',
  Key: key,
})

export function createOrUpdateTagsRequest({ group, tags }: CreateOrUpdateTags): AwsRequest {
  // What it launches from now on is marked too, as it is with a group that we made.
  const marks = Object.entries(tags).map(([key, Value]) => ({
    ...groupTag(group, key),
    Value,
    PropagateAtLaunch: true,
  }))
  return awsRequest('autoScaling', new CreateOrUpdateTagsCommand({ Tags: marks }))
}

export function deleteGroupTagsRequest({ group, keys }: DeleteGroupTags): AwsRequest {
  return awsRequest('autoScaling', new DeleteTagsCommand({ Tags: keys.map((key) => groupTag(group, key)) }))
}
