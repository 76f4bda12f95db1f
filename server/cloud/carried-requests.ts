import {
  DeleteWarmPoolCommand,
  EnableMetricsCollectionCommand,
  PutNotificationConfigurationCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  PutWarmPoolCommand,
} from '@aws-sdk/client-auto-scaling'
import { DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import type { CarriedCall } from '../domain/call.js'
import { sdkFields } from './plain-fields.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function carriedRequestFor(call: CarriedCall): AwsRequest {
  const AutoScalingGroupName = call.group
  switch (call.type) {
    case 'PutScalingPolicy':
      return awsRequest(
        'autoScaling',
        new PutScalingPolicyCommand({
          ...sdkFields(call.policy),
          AutoScalingGroupName,
          PolicyName: call.name,
        }),
        (reply) => ({ PolicyARN: reply.PolicyARN }),
      )
    case 'PutScheduledUpdateGroupAction':
      return awsRequest(
        'autoScaling',
        new PutScheduledUpdateGroupActionCommand({
          ...sdkFields(call.action),
          AutoScalingGroupName,
          ScheduledActionName: call.name,
        }),
      )
    case 'PutNotificationConfiguration':
      return awsRequest(
        'autoScaling',
        new PutNotificationConfigurationCommand({
          AutoScalingGroupName,
          TopicARN: call.topic,
          NotificationTypes: [...call.types],
        }),
      )
    case 'EnableMetricsCollection':
      return awsRequest(
        'autoScaling',
        new EnableMetricsCollectionCommand({
          AutoScalingGroupName,
          Metrics: [...call.metrics],
          Granularity: '1Minute',
        }),
      )
    case 'PutWarmPool':
      return awsRequest(
        'autoScaling',
        new PutWarmPoolCommand({ ...sdkFields(call.pool), AutoScalingGroupName }),
      )
    case 'DeleteWarmPool':
      return awsRequest('autoScaling', new DeleteWarmPoolCommand({ AutoScalingGroupName, ForceDelete: true }))
    case 'PutMetricAlarm':
      return awsRequest(
        'cloudwatch',
        new PutMetricAlarmCommand({
          ...sdkFields(call.alarm),
          // CloudWatch judges them from the first minute; what they call acts once the group may be resized.
          AlarmName: call.name,
          Tags: keyedTags(call.tags),
        }),
      )
    case 'DeleteAlarms':
      return awsRequest('cloudwatch', new DeleteAlarmsCommand({ AlarmNames: [...call.names] }))
  }
}
