import { checkLimits, clamp, setDesired } from './capacity.js'
import type { GroupRecord, ScheduleRecord } from './group-record.js'
import type { Parts } from './parts.js'
import { nextTime } from './schedule-time.js'

/** Carries out the scheduled actions that are due. While ScheduledActions is suspended they are skipped, not put off. */
export function fireSchedules(parts: Parts, group: GroupRecord): void {
  const now = parts.cloud.clock.now().getTime()
  for (const schedule of [...group.schedules]) {
    if (schedule.nextAt === undefined || now < schedule.nextAt) continue
    const next = schedule.recurrence ? nextTime(schedule, now + 1000) : undefined
    if (next === undefined) {
      delete schedule.nextAt
      group.schedules.splice(group.schedules.indexOf(schedule), 1)
    } else schedule.nextAt = next
    if (!('ScheduledActions' in group.suspended) && !group.deleting) carryOut(parts, group, schedule)
    parts.cloud.state.changed()
  }
}

function carryOut(parts: Parts, group: GroupRecord, schedule: ScheduleRecord): void {
  const [min, max] = [schedule.min ?? group.min, schedule.max ?? group.max]
  const desired = clamp({ min, max }, schedule.desired ?? group.desired)
  try {
    checkLimits(min, max, desired)
  } catch (error) {
    parts.cloud.log('scheduled action cannot be carried out', { action: schedule.name, error: String(error) })
    return
  }
  Object.assign(group, { min, max })
  setDesired(parts, group, desired, `the scheduled action ${schedule.name} executed,`)
  parts.changed(group)
}
