import type { AlarmState, MetricAlarmRecord } from './alarm-record.js'

export interface Verdict {
  readonly state: AlarmState
  readonly reason: string
}

type Rule = Pick<
  MetricAlarmRecord,
  'comparison' | 'threshold' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissing' | 'owned'
>

/**
 * The state that an alarm takes on these periods, newest first, `undefined` where there was no data. More periods than
 * the alarm needs may be given: as in CloudWatch the newest that have data count. Undefined: the state stays.
 */
export function verdictOn(alarm: Rule, periods: readonly (number | undefined)[]): Verdict | undefined {
  const points = periods.filter((value) => value !== undefined).slice(0, alarm.evaluationPeriods)
  const missing = alarm.evaluationPeriods - points.length
  const breaching = points.filter((value) => breaches(alarm, value)).length
  if (points.length === 0) return verdictWithoutData(alarm)
  if (missing > 0 && alarm.owned && breaching === points.length) return undefined
  const counted = breaching + (alarm.treatMissing === 'breaching' ? missing : 0)
  const needed =
    alarm.treatMissing === 'missing'
      ? Math.min(alarm.datapointsToAlarm, points.length)
      : alarm.datapointsToAlarm
  if (counted >= needed) return { state: 'ALARM', reason: reasonOf(alarm, points, breaching, 'ALARM') }
  if (alarm.treatMissing === 'ignore' && counted + missing >= needed) return undefined
  return { state: 'OK', reason: reasonOf(alarm, points, breaching, 'OK') }
}

function verdictWithoutData(alarm: Rule): Verdict | undefined {
  const number = alarm.evaluationPeriods
  const [periods, missing] =
    number === 1
      ? ['1 period', '1 missing datapoint was']
      : [`${number} periods`, `${number} missing datapoints were`]
  const count = `no datapoints were received for ${periods}`
  switch (alarm.treatMissing) {
    case 'ignore':
      return undefined
    case 'breaching':
      return { state: 'ALARM', reason: `Threshold Crossed: ${count} and ${missing} treated as [Breaching].` }
    case 'notBreaching':
      return { state: 'OK', reason: `Threshold Crossed: ${count} and ${missing} treated as [NonBreaching].` }
    case 'missing':
      return { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${count}.` }
  }
}

export const comparisons: Record<
  string,
  { words: string; holds: (value: number, threshold: number) => boolean }
> = {
  GreaterThanThreshold: { words: 'greater than', holds: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    holds: (value, threshold) => value >= threshold,
  },
  LessThanThreshold: { words: 'less than', holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: 'less than or equal to',
    holds: (value, threshold) => value <= threshold,
  },
}

function breaches(alarm: Rule, value: number): boolean {
  return comparisons[alarm.comparison]?.holds(value, alarm.threshold) ?? false
}

function reasonOf(alarm: Rule, points: readonly number[], breaching: number, state: AlarmState): string {
  const shown = points.map(decimal).join(', ')
  const words = comparisons[alarm.comparison]?.words ?? alarm.comparison
  const [count, not] = state === 'ALARM' ? [breaching, ''] : [points.length - breaching, 'not ']
  const which = points.length === 1 ? '1 datapoint' : `${count} out of the last ${points.length} datapoints`
  return (
    `Threshold Crossed: ${which} [${shown}] ` +
    `${count === 1 ? 'was' : 'were'} ${not}${words} the threshold (${decimal(alarm.threshold)}).`
  )
}

/** As CloudWatch writes numbers: `10.0`. */
function decimal(value: number): string {
  const short = Number(value.toPrecision(6))
  return Number.isInteger(short) ? short.toFixed(1) : String(short)
}
