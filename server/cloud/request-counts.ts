import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { readLoadMetrics, type MetricWanted } from './load-metrics.js'

export interface CountWanted {
  readonly group: string
  readonly loadBalancerArn: string
  readonly targetGroupArn: string
  readonly since: Date
}

/**
 * Requests of each group since its moment, in one call. Null where the metric could not be read: a missing answer proves
 * nothing, while an answer without points means that there was no request. The period in which a moment lies is left out,
 * because it also counts what came before it.
 */
export async function readRequestCounts(
  client: CloudWatchClient,
  wanted: readonly CountWanted[],
  now: Date,
  periodSec: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number | null>> {
  const starts = wanted.map(({ since }) => nextPeriod(since, periodSec))
  const from = new Date(Math.min(...starts.map((start) => start.getTime())))
  const to = new Date(nextPeriod(now, periodSec).getTime() + periodSec * 1000)
  const metrics = wanted.map(({ loadBalancerArn, targetGroupArn }): MetricWanted => ({
    metric: 'RequestCount',
    stat: 'Sum',
    loadBalancerArn,
    targetGroupArn,
  }))
  const series = await readOrNulls(
    () => readLoadMetrics(client, metrics, { from, to, periodSec }, signal),
    wanted.length,
    signal,
  )
  return new Map(
    wanted.map(({ group }, index) => {
      const start = starts[index] as Date
      const points = series[index]
      return [
        group,
        points ? points.filter(({ at }) => at >= start).reduce((sum, { value }) => sum + value, 0) : null,
      ]
    }),
  )
}

/** A metric that can't be read is an answer, not a failed observation; giving up is neither. */
async function readOrNulls<T>(
  read: () => Promise<readonly T[]>,
  count: number,
  signal: AbortSignal,
): Promise<readonly (T | null)[]> {
  try {
    return await read()
  } catch {
    signal.throwIfAborted()
    return Array.from({ length: count }, () => null)
  }
}

/** The first start of a period at or after the moment. */
function nextPeriod(moment: Date, periodSec: number): Date {
  const periodMs = periodSec * 1000
  return new Date(Math.ceil(moment.getTime() / periodMs) * periodMs)
}
