import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { TrafficSeries } from '../engine/ports.js'
import { latenessMs, readLoadMetrics, type MetricPoints, type MetricWanted } from './load-metrics.js'

const maxPoints = 180

/**
 * Requests, errors and slowness of a target group over the last `spanMs`. Periods without requests are points of 0. The
 * period that is still going on is left out, and so are the last ones that AWS may not have told of yet: both would look
 * like a drop. Throws when CloudWatch did not answer completely, because then nothing is known.
 */
export async function readTraffic(
  client: CloudWatchClient,
  { loadBalancerArn, targetGroupArn }: { loadBalancerArn: string; targetGroupArn: string },
  { now, spanMs, metricPeriodSec }: { now: Date; spanMs: number; metricPeriodSec: number },
): Promise<TrafficSeries> {
  const periodSec = periodFor(spanMs, metricPeriodSec)
  const periodMs = periodSec * 1000
  const to = new Date(Math.floor(now.getTime() / periodMs) * periodMs)
  const from = new Date(to.getTime() - Math.max(1, Math.ceil(spanMs / periodMs)) * periodMs)
  const metric = (name: string, stat: MetricWanted['stat']): MetricWanted => ({
    metric: name,
    stat,
    loadBalancerArn,
    targetGroupArn,
  })
  const [requests, errors, p95] = await readLoadMetrics(
    client,
    [
      metric('RequestCount', 'Sum'),
      metric('HTTPCode_Target_5XX_Count', 'Sum'),
      metric('TargetResponseTime', 'p95'),
    ],
    { from, to, periodSec },
  )
  if (!requests || !errors || !p95)
    throw new Error(`CloudWatch did not tell all about the requests of ${targetGroupArn}.`)
  const [requestsAt, errorsAt, p95At] = [byTime(requests), byTime(errors), byTime(p95)]
  const lateMs = latenessMs(metricPeriodSec)
  const times = Array.from(
    { length: (to.getTime() - from.getTime()) / periodMs },
    (_, index) => from.getTime() + index * periodMs,
  ).filter((time) => time + periodMs + lateMs <= now.getTime() || requestsAt.has(time))
  return {
    periodSec,
    points: times.map((time) => {
      const seconds = p95At.get(time)
      return {
        at: new Date(time),
        requests: requestsAt.get(time) ?? 0,
        errors: errorsAt.get(time) ?? 0,
        p95Ms: seconds === undefined ? null : seconds * 1000,
      }
    }),
  }
}

/** A multiple of the metric's own period that keeps a picture within what can be seen. */
function periodFor(spanMs: number, metricPeriodSec: number): number {
  const periods = spanMs / 1000 / metricPeriodSec
  return metricPeriodSec * Math.max(1, Math.ceil(periods / maxPoints))
}

function byTime(points: MetricPoints): ReadonlyMap<number, number> {
  return new Map(points.map(({ at, value }) => [at.getTime(), value]))
}
