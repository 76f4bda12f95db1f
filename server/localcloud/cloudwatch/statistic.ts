import { AwsFault } from '../fault.js'
import type { Bucket } from './series.js'

/** The statistic of a bucket: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99.9`. */
export function statisticOf(bucket: Bucket, statistic: string): number {
  switch (statistic) {
    case 'Sum':
      return bucket.sum
    case 'Average':
      return bucket.count === 0 ? 0 : bucket.sum / bucket.count
    case 'Minimum':
      return bucket.min
    case 'Maximum':
      return bucket.max
    case 'SampleCount':
      return bucket.count
    default:
      return percentile(bucket, percentOf(statistic))
  }
}

/** Throws InvalidParameterValue for a statistic that the local cloud does not know. */
export function checkStatistic(statistic: string): string {
  if (!['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'].includes(statistic)) percentOf(statistic)
  return statistic
}

function percentOf(statistic: string): number {
  const match = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(statistic)
  if (!match) {
    throw new AwsFault(
      'InvalidParameterValue',
      `The value '${statistic}' for parameter Stat is not supported.`,
    )
  }
  return Number(match[1])
}

/** Values are rounded to two digits where they differ, so a percentile is right to about 5 %. */
function percentile(bucket: Bucket, percent: number): number {
  if (!bucket.values) return bucket.max
  const rank = (percent / 100) * bucket.count
  let seen = 0
  for (const [value, count] of [...bucket.values].sort(([a], [b]) => a - b)) {
    seen += count
    if (seen >= rank) return Math.min(bucket.max, Math.max(bucket.min, value))
  }
  return bucket.max
}
