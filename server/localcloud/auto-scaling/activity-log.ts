import { randomUUID } from 'node:crypto'
import type { Activity } from '@aws-sdk/client-auto-scaling'
import type { LocalCloud } from '../cloud.js'
import type { ActivityRecord, AutoScalingRecords, GroupRecord } from './group-record.js'

const KEPT = 2000

/** The scaling activities, newest first. */
export class ActivityLog {
  constructor(
    private readonly cloud: LocalCloud,
    private readonly records: () => AutoScalingRecords,
  ) {}

  begin(
    group: GroupRecord,
    description: string,
    cause: string,
    place: { subnetId?: string; zone: string },
  ): ActivityRecord {
    const details = {
      ...(place.subnetId && { 'Subnet ID': place.subnetId }),
      'Availability Zone': place.zone,
    }
    const activity: ActivityRecord = {
      id: randomUUID(),
      groupName: group.name,
      groupArn: group.arn,
      description,
      cause,
      startedAt: this.cloud.clock.now().getTime(),
      status: 'InProgress',
      progress: 0,
      details: JSON.stringify(details),
    }
    const { activities } = this.records()
    activities.unshift(activity)
    activities.length = Math.min(activities.length, KEPT)
    return activity
  }

  find(id: string | undefined): ActivityRecord | undefined {
    return this.records().activities.find((activity) => activity.id === id)
  }

  progress(id: string | undefined, status: string, progress: number): void {
    const activity = this.find(id)
    if (activity && activity.endedAt === undefined) Object.assign(activity, { status, progress })
  }

  end(id: string | undefined, status: 'Successful' | 'Failed' | 'Cancelled', message?: string): void {
    const activity = this.find(id)
    if (!activity || activity.endedAt !== undefined) return
    Object.assign(activity, { status, progress: 100, endedAt: this.cloud.clock.now().getTime(), message })
    if (status !== 'Successful' && message) activity.description += `.  Status Reason: ${message}`
  }

  /** True while something of the group is under way. */
  busy(group: GroupRecord): boolean {
    return this.records().activities.some(
      (activity) => activity.groupArn === group.arn && activity.endedAt === undefined,
    )
  }
}

export function activityView(activity: ActivityRecord, exists: boolean): Activity {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.groupName,
    AutoScalingGroupARN: activity.groupArn,
    ...(!exists && { AutoScalingGroupState: 'Deleted' }),
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    ...(activity.endedAt !== undefined && { EndTime: new Date(activity.endedAt) }),
    StatusCode: activity.status as Activity['StatusCode'],
    StatusMessage: activity.message,
    Progress: activity.progress,
    Details: activity.details,
  }
}
