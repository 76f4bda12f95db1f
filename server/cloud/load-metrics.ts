import {
  paginateGetMetricData,
  type CloudWatchClient,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch'

export interface MetricWanted {
  readonly metric: string
  readonly stat: 'Sum' | 'p95'
  readonly loadBalancerArn: string
  readonly targetGroupArn: string
}

interface MetricRange {
  readonly from: Date
  readonly to: Date
  /** AWS keeps a minute; only the local cloud answers shorter ones. */
  readonly periodSec: number
}

/** AWS's figures of a minute appear up to three minutes later; the local cloud's, of a second, at once. */
export function latenessMs(metricPeriodSec: number): number {
  return metricPeriodSec >= 60 ? 180_000 : 0
}

export type MetricPoints = readonly { readonly at: Date; readonly value: number }[]

/**
 * Points of several load-balancer metrics, in the order wanted, oldest first. Null for one that CloudWatch did not answer
 * completely: that is not the same as no points, which AWS writes for "nothing happened".
 */
export async function readLoadMetrics(
  client: CloudWatchClient,
  wanted: readonly MetricWanted[],
  { from, to, periodSec }: MetricRange,
  signal?: AbortSignal,
): Promise<readonly (MetricPoints | null)[]> {
  if (wanted.length === 0) return []
  const answers = wanted.map(() => ({ points: [] as { at: Date; value: number }[], complete: false }))
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: from,
      EndTime: to,
      ScanBy: 'TimestampAscending',
      MetricDataQueries: wanted.map((metric, index) => metricQuery(metric, `m${index}`, periodSec)),
    },
    signal ? { abortSignal: signal } : {},
  )
  for await (const page of pages)
    for (const result of page.MetricDataResults ?? []) {
      const answer = answers[Number(result.Id?.slice(1))]
      if (!answer) continue
      answer.complete = result.StatusCode === 'Complete'
      result.Timestamps?.forEach((at, index) =>
        answer.points.push({ at, value: result.Values?.[index] ?? 0 }),
      )
    }
  return answers.map(({ points, complete }) => (complete ? points : null))
}

function metricQuery(
  { metric, stat, loadBalancerArn, targetGroupArn }: MetricWanted,
  id: string,
  periodSec: number,
): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Stat: stat,
      Period: periodSec,
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: metric,
        Dimensions: [
          { Name: 'LoadBalancer', Value: loadBalancerDimension(loadBalancerArn) },
          { Name: 'TargetGroup', Value: targetGroupDimension(targetGroupArn) },
        ],
      },
    },
  }
}

/** `app/shop/0123` from the load balancer's ARN. */
function loadBalancerDimension(arn: string): string {
  return arn.split(':loadbalancer/')[1] ?? arn
}

/** `targetgroup/shop-v001/0123` from the target group's ARN. */
function targetGroupDimension(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}
