import type { AlarmHistoryItem, CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { AlarmRecord, CompositeAlarmRecord, MetricAlarmRecord } from './alarm-record.js'

/** The alarm as DescribeAlarms shows it. */
export function metricAlarmView(alarm: MetricAlarmRecord): MetricAlarm {
  return {
    ...commonView(alarm),
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(alarm.datapointsGiven && { DatapointsToAlarm: alarm.datapointsToAlarm }),
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison as MetricAlarm['ComparisonOperator'],
    TreatMissingData: alarm.treatMissing,
    ...(alarm.queries
      ? { Metrics: alarm.queries }
      : {
          Namespace: alarm.namespace,
          MetricName: alarm.metric,
          Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
          Period: alarm.periodSeconds,
          Unit: alarm.unit as MetricAlarm['Unit'],
          ...(alarm.extended
            ? { ExtendedStatistic: alarm.statistic }
            : { Statistic: alarm.statistic as MetricAlarm['Statistic'] }),
        }),
  }
}

export function compositeAlarmView(alarm: CompositeAlarmRecord): CompositeAlarm {
  return { ...commonView(alarm), AlarmRule: alarm.rule }
}

export function historyOf(alarm: AlarmRecord): AlarmHistoryItem[] {
  return alarm.history.map((item) => ({
    AlarmName: alarm.name,
    AlarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
    Timestamp: new Date(item.at),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: JSON.stringify({ version: '1.0', summary: item.summary }),
  }))
}

function commonView(alarm: AlarmRecord) {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: new Date(alarm.stateSince),
    StateTransitionedTimestamp: new Date(alarm.stateSince),
  }
}
