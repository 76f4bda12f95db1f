import { randomUUID } from 'node:crypto'
import type {
  BatchDeleteScheduledActionType,
  BatchPutScheduledUpdateGroupActionType,
  DeleteScheduledActionType,
  DescribeScheduledActionsType,
  FailedScheduledUpdateGroupActionRequest,
  PutScheduledUpdateGroupActionType,
  ScheduledUpdateGroupAction,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import { checkedSize, checkLimits } from './capacity.js'
import type { GroupRecord, ScheduleRecord } from './group-record.js'
import { groupOf, type Parts } from './parts.js'
import { nextTime } from './schedule-time.js'

const MAX_SCHEDULES = 125
const MAX_BATCH = 50

type Asked = Omit<PutScheduledUpdateGroupActionType, 'AutoScalingGroupName'>

export function scheduleOperations(parts: Parts): Record<string, Operation> {
  return {
    PutScheduledUpdateGroupAction: (input: PutScheduledUpdateGroupActionType) => {
      put(parts, groupOf(parts, input.AutoScalingGroupName), input)
      return {}
    },
    BatchPutScheduledUpdateGroupAction: (input: BatchPutScheduledUpdateGroupActionType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      checkBatch(input.ScheduledUpdateGroupActions)
      const failed = each(input.ScheduledUpdateGroupActions ?? [], (asked) => put(parts, group, asked))
      return { FailedScheduledUpdateGroupActions: failed }
    },
    DescribeScheduledActions: (input: DescribeScheduledActionsType) => describe(parts, input),
    DeleteScheduledAction: (input: DeleteScheduledActionType) => {
      remove(parts, groupOf(parts, input.AutoScalingGroupName), input.ScheduledActionName)
      return {}
    },
    BatchDeleteScheduledAction: (input: BatchDeleteScheduledActionType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      checkBatch(input.ScheduledActionNames)
      const names = (input.ScheduledActionNames ?? []).map((ScheduledActionName) => ({ ScheduledActionName }))
      const failed = each(names, (asked) => remove(parts, group, asked.ScheduledActionName))
      return { FailedScheduledActions: failed }
    },
  }
}

/** Does it for each and reports which failed, as the batch calls do. */
function each<T extends { ScheduledActionName: string | undefined }>(
  asked: readonly T[],
  act: (one: T) => void,
): FailedScheduledUpdateGroupActionRequest[] {
  return asked.flatMap((one) => {
    try {
      act(one)
      return []
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error
      return [
        { ScheduledActionName: one.ScheduledActionName, ErrorCode: error.code, ErrorMessage: error.message },
      ]
    }
  })
}

function checkBatch(list: readonly unknown[] | undefined): void {
  if ((list?.length ?? 0) > MAX_BATCH)
    throw new AwsFault('ValidationError', `At most ${MAX_BATCH} scheduled actions can be given in one call`)
}

/** What an action asks for, as far as it can be judged by itself. Throws ValidationError. */
function checkAsked(asked: Asked, now: number): void {
  const start = (asked.StartTime ?? asked.Time)?.getTime()
  const end = asked.EndTime?.getTime()
  if (asked.MinSize === undefined && asked.MaxSize === undefined && asked.DesiredCapacity === undefined) {
    throw new AwsFault(
      'ValidationError',
      'At least one of minSize, maxSize, or desiredCapacity must be specified',
    )
  }
  if (start === undefined && !asked.Recurrence) {
    throw new AwsFault('ValidationError', 'Either a start time or a recurrence must be specified')
  }
  if (start !== undefined && start < now)
    throw new AwsFault('ValidationError', 'Given start time is in the past')
  if (end !== undefined && end <= (start ?? now)) {
    throw new AwsFault('ValidationError', 'The end time must be later than the start time')
  }
  if (asked.StartTime && asked.Time && asked.StartTime.getTime() !== asked.Time.getTime()) {
    throw new AwsFault(
      'ValidationError',
      'Time and StartTime cannot be specified together with different values',
    )
  }
  if (asked.TimeZone && !asked.Recurrence)
    throw new AwsFault('ValidationError', 'A time zone can be specified for a recurrence only')
  const sizes = { MinSize: asked.MinSize, MaxSize: asked.MaxSize, DesiredCapacity: asked.DesiredCapacity }
  for (const [name, value] of Object.entries(sizes)) if (value !== undefined) checkedSize(name, value)
  const min = asked.MinSize ?? 0
  const desired = asked.DesiredCapacity ?? min
  checkLimits(min, asked.MaxSize ?? Math.max(min, desired), desired)
}

function put(parts: Parts, group: GroupRecord, asked: Asked): void {
  const name = asked.ScheduledActionName ?? ''
  const now = parts.cloud.clock.now().getTime()
  checkAsked(asked, now)
  const start = (asked.StartTime ?? asked.Time)?.getTime()
  const end = asked.EndTime?.getTime()
  const before = group.schedules.find((schedule) => schedule.name === name)
  if (!before && group.schedules.length >= MAX_SCHEDULES) {
    throw new AwsFault(
      'LimitExceeded',
      `You cannot have more than ${MAX_SCHEDULES} scheduled actions per group`,
    )
  }
  const { region, accountId } = parts.cloud
  const schedule: ScheduleRecord = {
    name,
    arn:
      before?.arn ??
      `arn:aws:autoscaling:${region}:${accountId}:scheduledUpdateGroupAction:${randomUUID()}` +
        `:autoScalingGroupName/${group.name}:scheduledActionName/${name}`,
    ...(start !== undefined && { startAt: start }),
    ...(end !== undefined && { endAt: end }),
    ...(asked.Recurrence && { recurrence: asked.Recurrence }),
    ...(asked.TimeZone && { timeZone: asked.TimeZone }),
    ...(asked.MinSize !== undefined && { min: asked.MinSize }),
    ...(asked.MaxSize !== undefined && { max: asked.MaxSize }),
    ...(asked.DesiredCapacity !== undefined && { desired: asked.DesiredCapacity }),
  }
  const next = nextTime(schedule, now)
  if (next !== undefined) schedule.nextAt = next
  if (before) group.schedules.splice(group.schedules.indexOf(before), 1, schedule)
  else group.schedules.push(schedule)
  parts.changed(group)
}

function remove(parts: Parts, group: GroupRecord, name: string | undefined): void {
  const at = group.schedules.findIndex((schedule) => schedule.name === name)
  if (at < 0) throw new AwsFault('ValidationError', `Scheduled action name not found - ${name}`)
  group.schedules.splice(at, 1)
  parts.changed(group)
}

function describe(parts: Parts, input: DescribeScheduledActionsType) {
  const { AutoScalingGroupName: group } = input
  const chosen = Object.values(parts.records().groups)
    .filter(({ name, arn }) => group === undefined || name === group || arn === group)
    .flatMap((group) => group.schedules.map((schedule) => [group, schedule] as const))
    .filter(([, schedule]) => {
      const names = input.ScheduledActionNames
      const at = schedule.nextAt ?? 0
      return (
        (!names?.length || names.includes(schedule.name)) &&
        (!input.StartTime || at >= input.StartTime.getTime()) &&
        (!input.EndTime || at <= input.EndTime.getTime())
      )
    })
  const { page, next } = tokenPage(chosen, input, { defaultSize: 50, maxSize: 100 })
  return {
    ScheduledUpdateGroupActions: page.map(([group, schedule]) => view(group, schedule)),
    NextToken: next,
  }
}

/** The start time shown is the next time it acts, as AWS shows it. */
function view(group: GroupRecord, schedule: ScheduleRecord): ScheduledUpdateGroupAction {
  const date = (at: number | undefined) => (at === undefined ? undefined : new Date(at))
  return {
    AutoScalingGroupName: group.name,
    ScheduledActionName: schedule.name,
    ScheduledActionARN: schedule.arn,
    Time: date(schedule.nextAt),
    StartTime: date(schedule.nextAt),
    EndTime: date(schedule.endAt),
    Recurrence: schedule.recurrence,
    TimeZone: schedule.timeZone,
    MinSize: schedule.min,
    MaxSize: schedule.max,
    DesiredCapacity: schedule.desired,
  }
}
