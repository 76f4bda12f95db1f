import { Cron } from 'croner'
import { AwsFault } from '../fault.js'
import type { ScheduleRecord } from './group-record.js'

/** When the action acts next at or after `fromMs`; undefined when never again. Throws ValidationError for a bad cron. */
export function nextTime(schedule: ScheduleRecord, fromMs: number): number | undefined {
  const earliest = Math.max(fromMs, schedule.startAt ?? fromMs)
  const at = schedule.recurrence ? nextRun(schedule, schedule.recurrence, earliest) : schedule.startAt
  if (at === undefined || at < fromMs) return undefined
  return schedule.endAt !== undefined && at > schedule.endAt ? undefined : at
}

function nextRun(schedule: ScheduleRecord, recurrence: string, fromMs: number): number | undefined {
  if (schedule.timeZone !== undefined && !isTimeZone(schedule.timeZone))
    throw new AwsFault('ValidationError', `Given time zone: ${schedule.timeZone} is invalid`)
  try {
    const cron = new Cron(recurrence, {
      paused: true,
      timezone: schedule.timeZone ?? 'Etc/UTC',
      mode: '5-part',
    })
    // Croner answers strictly later moments; a second back makes `fromMs` itself one of them.
    return cron.nextRun(new Date(fromMs - 1000))?.getTime()
  } catch (error) {
    throw new AwsFault(
      'ValidationError',
      `Given recurrence string: ${recurrence} is invalid: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
