import type { LocalCloud } from '../cloud.js'
import {
  type AlarmRecord,
  type AlarmState,
  type MetricAlarmRecord,
  type MonitoringRecords,
  note,
} from './alarm-record.js'
import { type Verdict, verdictOn } from './alarm-verdict.js'
import { compositeRule } from './composite-rule.js'
import { getMetricData } from './metric-data.js'
import type { MetricStore } from './metric-store.js'
import { statisticOf } from './statistic.js'

const EVALUATE_EVERY_MS = 60_000
const MIN_EVERY_MS = 250
/** How many more periods than it needs an alarm looks back for data, because data may come late. */
const SPARE_PERIODS = 2

type ActionListener = (alarmName: string, actionArn: string) => void

/** Evaluates all alarms once a (scaled) minute and tells who listens to their actions. */
export class AlarmLoop {
  private readonly listeners: ActionListener[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly cloud: LocalCloud,
    private readonly store: MetricStore,
    private readonly records: () => MonitoringRecords,
  ) {}

  start(): void {
    const everyMs = this.cloud.clock.scaled(EVALUATE_EVERY_MS, MIN_EVERY_MS)
    this.timer = setTimeout(() => {
      try {
        this.evaluateAll()
      } catch (error) {
        this.cloud.log('alarms not evaluated', { error: String(error) })
      }
      this.start()
    }, everyMs)
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  onAction(listener: ActionListener): void {
    this.listeners.push(listener)
  }

  /** Moves the alarm to a state, and acts: on a change all actions, while in ALARM those that scale, again and again. */
  enter(alarm: AlarmRecord, { state, reason }: Verdict): void {
    const changed = alarm.state !== state
    const now = this.cloud.clock.now().getTime()
    if (changed) {
      note(alarm, now, 'StateUpdate', `Alarm updated from ${alarm.state} to ${state}`)
      Object.assign(alarm, { state, stateSince: now })
    }
    if (changed || alarm.reason !== reason) {
      alarm.reason = reason
      if (changed) this.cloud.state.changed()
    }
    if (!alarm.actionsEnabled || (!changed && state !== 'ALARM')) return
    for (const arn of alarm.actions[state]) {
      if (!changed && !arn.includes(':autoscaling:')) continue
      if (changed) note(alarm, now, 'Action', `Successfully executed action ${arn}`)
      for (const listener of this.listeners) listener(alarm.name, arn)
    }
  }

  /** The newest value that the alarm has data for. */
  valueOf(alarmName: string): { value: number; threshold: number } | undefined {
    const alarm = this.records().alarms[alarmName]
    if (alarm?.kind !== 'metric') return undefined
    const value = this.periods(alarm).find((point) => point !== undefined)
    return value === undefined ? undefined : { value, threshold: alarm.threshold }
  }

  evaluateAll(): void {
    const alarms = Object.values(this.records().alarms)
    for (const alarm of alarms) {
      if (alarm.kind !== 'metric') continue
      const verdict = verdictOn(alarm, this.periods(alarm))
      if (verdict) this.enter(alarm, verdict)
    }
    const stateOf = (name: string): AlarmState | undefined => this.records().alarms[name]?.state
    for (const alarm of alarms) {
      if (alarm.kind !== 'composite') continue
      const holds = compositeRule(alarm.rule).holds(stateOf)
      this.enter(alarm, { state: holds ? 'ALARM' : 'OK', reason: `The rule is ${holds ? 'true' : 'false'}` })
    }
  }

  /**
   * The newest periods first. Below the real pace a period is as much shorter as AWS's delays are, and totals are
   * reckoned up to what the whole period would have brought.
   */
  private periods(alarm: MetricAlarmRecord): (number | undefined)[] {
    const { clock } = this.cloud
    const period = Math.max(1, Math.round(clock.scaled(alarm.periodSeconds * 1000) / 1000))
    const count = alarm.evaluationPeriods + SPARE_PERIODS
    const end = Math.floor(clock.now().getTime() / 1000 / period) * period
    const values = alarm.queries
      ? this.mathPeriods(alarm, end - count * period, end, period)
      : this.metricPeriods(alarm, end - count * period, end, period)
    return Array.from({ length: count }, (_, back) => values.get(end - (back + 1) * period))
  }

  private metricPeriods(
    alarm: MetricAlarmRecord,
    from: number,
    to: number,
    period: number,
  ): Map<number, number> {
    const series = this.store.find(alarm.namespace ?? '', alarm.metric ?? '', alarm.dimensions)
    const isTotal = alarm.statistic === 'Sum' || alarm.statistic === 'SampleCount'
    const factor = isTotal ? alarm.periodSeconds / period : 1
    const buckets = series?.periods(from, to, period) ?? new Map<number, never>()
    return new Map([...buckets].map(([at, bucket]) => [at, statisticOf(bucket, alarm.statistic) * factor]))
  }

  private mathPeriods(
    alarm: MetricAlarmRecord,
    from: number,
    to: number,
    period: number,
  ): Map<number, number> {
    const queries = (alarm.queries ?? []).map((query) => ({
      ...query,
      ...(query.MetricStat && { MetricStat: { ...query.MetricStat, Period: period } }),
      ...(query.Period && { Period: period }),
    }))
    const answer = getMetricData(this.store, {
      MetricDataQueries: queries,
      StartTime: new Date(from * 1000),
      EndTime: new Date(to * 1000),
    }) as { MetricDataResults: { Timestamps: Date[]; Values: number[] }[] }
    const [result] = answer.MetricDataResults
    return new Map(
      result?.Timestamps.map((at, position) => [at.getTime() / 1000, result.Values[position] ?? 0]),
    )
  }
}
