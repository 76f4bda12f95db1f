import type {
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  DisableAlarmActionsInput,
  ListTagsForResourceInput,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch'
import type { LocalCloud, Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import type { AlarmLoop } from './alarm-loop.js'
import { type AlarmRecord, type MonitoringRecords, note } from './alarm-record.js'
import { compositeAlarmFrom, metricAlarmFrom } from './alarm-settings.js'
import { compositeAlarmView, historyOf, metricAlarmView } from './alarm-view.js'
import { withTags } from './alarm-tags.js'
import { compositeRule } from './composite-rule.js'
import { dimensionsFrom } from './metric-operations.js'

interface AlarmParts {
  readonly cloud: LocalCloud
  readonly records: () => MonitoringRecords
  readonly loop: AlarmLoop
}

export function alarmOperations(parts: AlarmParts): Record<string, Operation> {
  return {
    PutMetricAlarm: (input: PutMetricAlarmInput) => {
      const before = alarmOf(parts, input.AlarmName ?? '')
      if (before?.kind === 'metric' && before.owned) {
        throw new AwsFault('ValidationError', 'Alarms of a target tracking policy cannot be edited.')
      }
      return keep(parts, metricAlarmFrom(parts.cloud, input, before))
    },
    PutCompositeAlarm: (input: PutCompositeAlarmInput) =>
      keep(parts, compositeAlarmFrom(parts.cloud, input, parts.records().alarms)),
    DescribeAlarms: (input: DescribeAlarmsInput) => describe(parts, input),
    DescribeAlarmsForMetric: (input: DescribeAlarmsForMetricInput) => describeForMetric(parts, input),
    DescribeAlarmHistory: (input: DescribeAlarmHistoryInput) => describeHistory(parts, input),
    DeleteAlarms: (input: DeleteAlarmsInput) => {
      const names = input.AlarmNames ?? []
      const doomed = names.map((name) => named(parts, name))
      checkDeletable(parts, doomed)
      for (const name of names) delete parts.records().alarms[name]
      parts.cloud.state.changed()
      return {}
    },
    SetAlarmState: (input: SetAlarmStateInput) => {
      const alarm = named(parts, input.AlarmName)
      const state = input.StateValue
      if (!state) throw new AwsFault('MissingParameter', 'The parameter StateValue is required.')
      if (input.StateReasonData !== undefined && !isJson(input.StateReasonData))
        throw new AwsFault('InvalidFormat', 'StateReasonData is not valid JSON.')
      parts.loop.enter(alarm, { state, reason: input.StateReason ?? '' })
      return {}
    },
    EnableAlarmActions: (input: DisableAlarmActionsInput) => switchActions(parts, input, true),
    DisableAlarmActions: (input: DisableAlarmActionsInput) => switchActions(parts, input, false),
    TagResource: (input: TagResourceInput) => {
      const alarm = byArn(parts, input.ResourceARN)
      alarm.tags = withTags(alarm.tags, input.Tags)
      parts.cloud.state.changed()
      return {}
    },
    UntagResource: (input: UntagResourceInput) => {
      const alarm = byArn(parts, input.ResourceARN)
      for (const key of input.TagKeys ?? []) delete alarm.tags[key]
      parts.cloud.state.changed()
      return {}
    },
    ListTagsForResource: (input: ListTagsForResourceInput) => ({
      Tags: Object.entries(byArn(parts, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  }
}

function keep(parts: AlarmParts, alarm: AlarmRecord): object {
  const now = parts.cloud.clock.now().getTime()
  note(
    alarm,
    now,
    'ConfigurationUpdate',
    `Alarm "${alarm.name}" ${alarm.history.length > 0 ? 'updated' : 'created'}`,
  )
  parts.records().alarms[alarm.name] = alarm
  parts.cloud.state.changed()
  return {}
}

function describe(parts: AlarmParts, input: DescribeAlarmsInput) {
  if (input.AlarmNames?.length && input.AlarmNamePrefix) {
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.',
    )
  }
  const types = input.AlarmTypes ?? ['MetricAlarm']
  const chosen = Object.values(parts.records().alarms).filter((alarm) => {
    if (!types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm')) return false
    if (input.AlarmNames?.length && !input.AlarmNames.includes(alarm.name)) return false
    if (input.AlarmNamePrefix && !alarm.name.startsWith(input.AlarmNamePrefix)) return false
    if (input.StateValue && alarm.state !== input.StateValue) return false
    const { ActionPrefix: prefix } = input
    return (
      !prefix ||
      Object.values(alarm.actions)
        .flat()
        .some((arn) => arn.startsWith(prefix))
    )
  })
  const { page, next } = tokenPage(chosen, input, { defaultSize: 50, maxSize: 100 })
  return {
    MetricAlarms: page.filter((alarm) => alarm.kind === 'metric').map(metricAlarmView),
    CompositeAlarms: page.filter((alarm) => alarm.kind === 'composite').map(compositeAlarmView),
    NextToken: next,
  }
}

function describeForMetric(parts: AlarmParts, input: DescribeAlarmsForMetricInput) {
  const wanted = JSON.stringify(Object.entries(dimensionsFrom(input.Dimensions)).sort())
  const chosen = Object.values(parts.records().alarms)
    .filter((alarm) => alarm.kind === 'metric')
    .filter((alarm) => {
      if (alarm.namespace !== input.Namespace || alarm.metric !== input.MetricName) return false
      if (input.Period && alarm.periodSeconds !== input.Period) return false
      const statistic = input.Statistic ?? input.ExtendedStatistic
      if (statistic && alarm.statistic !== statistic) return false
      return JSON.stringify(Object.entries(alarm.dimensions).sort()) === wanted
    })
  return { MetricAlarms: chosen.map(metricAlarmView) }
}

function describeHistory(parts: AlarmParts, input: DescribeAlarmHistoryInput) {
  const types = input.AlarmTypes ?? ['MetricAlarm']
  const items = Object.values(parts.records().alarms)
    .filter((alarm) => types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'))
    .filter((alarm) => !input.AlarmName || alarm.name === input.AlarmName)
    .flatMap(historyOf)
    .filter((item) => !input.HistoryItemType || item.HistoryItemType === input.HistoryItemType)
    .filter((item) => !input.StartDate || item.Timestamp! >= input.StartDate)
    .filter((item) => !input.EndDate || item.Timestamp! <= input.EndDate)
    .sort((a, b) => b.Timestamp!.getTime() - a.Timestamp!.getTime())
  if (input.ScanBy === 'TimestampAscending') items.reverse()
  const { page, next } = tokenPage(items, input, { defaultSize: 50, maxSize: 100 })
  return { AlarmHistoryItems: page, NextToken: next }
}

/** A composite alarm keeps those that it looks at, and goes with no other composite alarm in one call. */
function checkDeletable(parts: AlarmParts, doomed: readonly AlarmRecord[]): void {
  if (doomed.filter((alarm) => alarm.kind === 'composite').length > 1)
    throw new AwsFault('ValidationError', 'At most one composite alarm can be deleted in one call.')
  for (const alarm of Object.values(parts.records().alarms)) {
    if (alarm.kind !== 'composite' || doomed.includes(alarm)) continue
    const { children } = compositeRule(alarm.rule)
    const kept = doomed.find(({ name }) => children.includes(name))
    if (kept) {
      throw new AwsFault(
        'ValidationError',
        `Alarm '${kept.name}' cannot be deleted: the composite alarm '${alarm.name}' depends on it.`,
      )
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function switchActions(parts: AlarmParts, input: DisableAlarmActionsInput, enabled: boolean): object {
  for (const name of input.AlarmNames ?? []) {
    const alarm = alarmOf(parts, name)
    if (alarm) alarm.actionsEnabled = enabled
  }
  parts.cloud.state.changed()
  return {}
}

function named(parts: AlarmParts, name: string | undefined): AlarmRecord {
  const alarm = alarmOf(parts, name ?? '')
  if (!alarm) throw new AwsFault('ResourceNotFound', `Alarm '${name}' does not exist`, 404)
  return alarm
}

function alarmOf(parts: AlarmParts, name: string): AlarmRecord | undefined {
  const { alarms } = parts.records()
  return Object.hasOwn(alarms, name) ? alarms[name] : undefined
}

function byArn(parts: AlarmParts, arn: string | undefined): AlarmRecord {
  const alarm = Object.values(parts.records().alarms).find((candidate) => candidate.arn === arn)
  if (!alarm) throw new AwsFault('ResourceNotFoundException', `Resource '${arn}' does not exist`, 404)
  return alarm
}
