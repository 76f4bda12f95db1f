import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

interface CommonAlarm {
  name: string
  arn: string
  description?: string
  actionsEnabled: boolean
  actions: Record<AlarmState, string[]>
  tags: Record<string, string>
  state: AlarmState
  reason: string
  /** Milliseconds since the epoch, on the cloud's clock. */
  stateSince: number
  configuredAt: number
  history: HistoryItem[]
}

interface HistoryItem {
  at: number
  type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  summary: string
}

export interface MetricAlarmRecord extends CommonAlarm {
  kind: 'metric'
  namespace?: string
  metric?: string
  dimensions: Record<string, string>
  statistic: string
  /** True when the statistic was given as ExtendedStatistic. */
  extended: boolean
  unit?: string
  periodSeconds: number
  /** Metric math instead of a single metric. */
  queries?: MetricDataQuery[]
  evaluationPeriods: number
  datapointsToAlarm: number
  /** It is described only where it was given. */
  datapointsGiven: boolean
  threshold: number
  comparison: string
  treatMissing: 'missing' | 'ignore' | 'breaching' | 'notBreaching'
  /** Target tracking made it: it acts only on full data, and only its policy may change it. */
  owned: boolean
}

export interface CompositeAlarmRecord extends CommonAlarm {
  kind: 'composite'
  rule: string
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord

export interface MonitoringRecords {
  /** Made with the account; ties the metrics' file to it. */
  stateId: string
  alarms: Record<string, AlarmRecord>
}

const KEPT_HISTORY = 100

export function note(alarm: AlarmRecord, at: number, type: HistoryItem['type'], summary: string): void {
  alarm.history.unshift({ at, type, summary })
  alarm.history.length = Math.min(alarm.history.length, KEPT_HISTORY)
}
