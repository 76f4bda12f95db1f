import type { DescribeScalingActivitiesType } from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import { activityView } from './activity-log.js'
import type { Parts } from './parts.js'

export function activityOperations(parts: Parts): Record<string, Operation> {
  return {
    DescribeScalingActivities: (input: DescribeScalingActivitiesType) => {
      const { activities, groups } = parts.records()
      const name = input.AutoScalingGroupName
      const living = new Set(Object.values(groups).map((group) => group.arn))
      const chosen = activities.filter((activity) => {
        if (input.ActivityIds?.length && !input.ActivityIds.includes(activity.id)) return false
        if (name && activity.groupName !== name && activity.groupArn !== name) return false
        return input.IncludeDeletedGroups || living.has(activity.groupArn)
      })
      if (name && chosen.length === 0 && !groups[name]) {
        throw new AwsFault(
          'ValidationError',
          `AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`,
        )
      }
      const { page, next } = tokenPage(chosen, input, { defaultSize: 100, maxSize: 100 })
      return {
        Activities: page.map((activity) => activityView(activity, living.has(activity.groupArn))),
        NextToken: next,
      }
    },
  }
}
