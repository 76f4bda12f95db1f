import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { AnswerCount } from '../domain/error-evidence.js'
import { latenessMs, readLoadMetrics, type MetricPoints, type MetricWanted } from './load-metrics.js'

export interface AnswersWanted {
  readonly group: string
  readonly loadBalancerArn: string
  readonly targetGroupArn: string
  readonly since: Date
}

/** More periods than this are read as fewer, longer ones. */
const maxPeriods = 180

/**
 * What each group answered since its moment, by period, in one call. Null where CloudWatch did not answer completely, while
 * an answer without points means that nothing was asked. The period in which a moment lies, the one that is still going on,
 * and those that may not have been told yet are left out of both, so that both are judged by the same periods.
 */
export async function readAnswerCounts(
  client: CloudWatchClient,
  wanted: readonly AnswersWanted[],
  now: Date,
  periodSec: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly AnswerCount[] | null>> {
  const earliest = Math.min(...wanted.map(({ since }) => since.getTime()))
  const periodMs = periodMsFor(now.getTime() - earliest, periodSec)
  const from = Math.ceil(earliest / periodMs) * periodMs
  const to = Math.floor((now.getTime() - latenessMs(periodSec)) / periodMs) * periodMs
  if (to <= from) return new Map(wanted.map(({ group }) => [group, []]))
  const range = { from: new Date(from), to: new Date(to), periodSec: periodMs / 1000 }
  const metrics = wanted.flatMap(({ loadBalancerArn, targetGroupArn }): MetricWanted[] =>
    ['RequestCount', 'HTTPCode_Target_5XX_Count'].map((metric) => ({
      metric,
      stat: 'Sum',
      loadBalancerArn,
      targetGroupArn,
    })),
  )
  const series = await readLoadMetrics(client, metrics, range, signal).catch(() => {
    // A metric that can't be read is an answer, not a failed observation; giving up is neither.
    signal.throwIfAborted()
    return []
  })
  return new Map(
    wanted.map(({ group }, index) => {
      const [requests, errors] = [series[2 * index], series[2 * index + 1]]
      return [group, requests && errors ? countsOf(requests, errors) : null]
    }),
  )
}

function countsOf(requests: MetricPoints, errors: MetricPoints): readonly AnswerCount[] {
  const failed = new Map(errors.map(({ at, value }) => [at.getTime(), value]))
  return requests.map(({ at, value }) => ({ at, requests: value, errors: failed.get(at.getTime()) ?? 0 }))
}

/** A multiple of the metric's own period. */
function periodMsFor(spanMs: number, periodSec: number): number {
  const periods = spanMs / (periodSec * 1000)
  return periodSec * 1000 * Math.max(1, Math.ceil(periods / maxPeriods))
}
