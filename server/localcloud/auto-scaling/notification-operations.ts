import type {
  DeleteNotificationConfigurationType,
  DescribeNotificationConfigurationsType,
  PutNotificationConfigurationType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import { groupOf, type Parts } from './parts.js'

export const notificationTypes = [
  'autoscaling:EC2_INSTANCE_LAUNCH',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
  'autoscaling:EC2_INSTANCE_TERMINATE',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
  'autoscaling:TEST_NOTIFICATION',
]

/** Kept and shown; there is no SNS here that could send them. */
export function notificationOperations(parts: Parts): Record<string, Operation> {
  return {
    PutNotificationConfiguration: (input: PutNotificationConfigurationType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const types = input.NotificationTypes ?? []
      const unknown = types.find((type) => !notificationTypes.includes(type))
      if (unknown) throw new AwsFault('ValidationError', `Notification type '${unknown}' is not valid`)
      const topic = input.TopicARN ?? ''
      group.notifications = group.notifications.filter((notification) => notification.topic !== topic)
      group.notifications.push({ topic, types: [...types] })
      parts.changed(group)
      return {}
    },
    DescribeNotificationConfigurations: (input: DescribeNotificationConfigurationsType) => {
      const names = input.AutoScalingGroupNames
      const all = Object.values(parts.records().groups)
        .filter((group) => !names?.length || names.includes(group.name))
        .flatMap((group) =>
          group.notifications.flatMap(({ topic, types }) =>
            types.map((NotificationType) => ({
              AutoScalingGroupName: group.name,
              TopicARN: topic,
              NotificationType,
            })),
          ),
        )
      const { page, next } = tokenPage(all, input, { defaultSize: 50, maxSize: 100 })
      return { NotificationConfigurations: page, NextToken: next }
    },
    DeleteNotificationConfiguration: (input: DeleteNotificationConfigurationType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      group.notifications = group.notifications.filter(({ topic }) => topic !== input.TopicARN)
      parts.changed(group)
      return {}
    },
  }
}
