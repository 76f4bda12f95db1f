import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  PutScalingPolicyCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import type {
  CreateAutoScalingGroup,
  DeleteAutoScalingGroup,
  PutScalingPolicy,
  RaiseMinSize,
  RestoreSizes,
  ResumeProcesses,
  ShrinkToZero,
  SuspendProcesses,
} from '../domain/call.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function createAutoScalingGroupRequest(call: CreateAutoScalingGroup): AwsRequest {
  return awsRequest(
    'autoScaling',
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: call.name,
      // A fixed version: `$Latest` is read anew at each launch, so an edit would change a warm group unseen.
      LaunchTemplate: { LaunchTemplateId: call.launchTemplateId, Version: '1' },
      MinSize: call.min,
      MaxSize: call.max,
      DesiredCapacity: call.desired,
      VPCZoneIdentifier: call.subnetIds.join(','),
      TargetGroupARNs: [call.targetGroupArn],
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: call.healthCheckGraceSec,
      DefaultInstanceWarmup: 0,
      TerminationPolicies: ['Default'],
      // Keeps anybody from deleting the group with its instances still serving.
      DeletionProtection: 'prevent-force-deletion',
      Tags: keyedTags(call.tags).map((tag) => ({ ...tag, PropagateAtLaunch: true })),
    }),
  )
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

export function putScalingPolicyRequest(call: PutScalingPolicy): AwsRequest {
  return awsRequest(
    'autoScaling',
    new PutScalingPolicyCommand({
      AutoScalingGroupName: call.group,
      PolicyName: call.name,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        TargetValue: call.targetPercent,
      },
    }),
    (reply) => ({ PolicyARN: reply.PolicyARN }),
  )
}

/** Without force: termination hooks run, and a group that still has instances is refused. */
export function deleteAutoScalingGroupRequest(call: DeleteAutoScalingGroup): AwsRequest {
  return awsRequest('autoScaling', new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: call.group }))
}
