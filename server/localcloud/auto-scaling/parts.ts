import type { LocalCloud } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ActivityLog } from './activity-log.js'
import type { AutoScalingRecords, GroupInstance, GroupRecord } from './group-record.js'

/** What the operations work on. */
export interface Parts {
  readonly cloud: LocalCloud
  readonly records: () => AutoScalingRecords
  readonly log: ActivityLog
  /** Must be called after each change of a group: saves it and lets the control loop look at it soon. */
  changed(group: GroupRecord): void
  /** Starts draining, hooks and termination; the instance leaves the group when it is gone. */
  terminate(group: GroupRecord, instance: GroupInstance, cause: string): void
}

export function groupOf(parts: Parts, name: string | undefined): GroupRecord {
  const { groups } = parts.records()
  // A group may be asked for by a name that every object has.
  const group = Object.hasOwn(groups, name ?? '') ? groups[name ?? ''] : undefined
  if (!group) {
    throw new AwsFault(
      'ValidationError',
      `AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`,
    )
  }
  return group
}

/** Throws for an instance that is in no group. */
export function memberOf(parts: Parts, instanceId: string | undefined): [GroupRecord, GroupInstance] {
  for (const group of Object.values(parts.records().groups)) {
    const instance = group.instances.find((candidate) => candidate.id === instanceId)
    if (instance) return [group, instance]
  }
  throw new AwsFault(
    'ValidationError',
    `Instance Id not found - No managed instance found for instance ID ${instanceId}`,
  )
}

export function memberOfGroup(group: GroupRecord, instanceId: string): GroupInstance {
  const instance = group.instances.find((candidate) => candidate.id === instanceId)
  if (!instance) {
    throw new AwsFault(
      'ValidationError',
      `The instance ${instanceId} is not part of Auto Scaling group ${group.name}.`,
    )
  }
  return instance
}

/** A moment as activities write it. */
export function stamp(cloud: LocalCloud): string {
  return cloud.clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
}
