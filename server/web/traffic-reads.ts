import type { Parts } from '../engine/parts.js'
import type { TrafficSeries } from '../engine/ports.js'

const sinceMs = 6 * 3_600_000

/**
 * Traffic figures for pages that are looked at again and again: one read for each target group in ten seconds, however
 * many people look. Null where CloudWatch has nothing or could not be read: a page goes without.
 */
export class TrafficReads {
  private readonly reads = new Map<string, { at: number; series: Promise<TrafficSeries | null> }>()

  constructor(
    private readonly parts: Parts,
    private readonly maxAgeMs = 10_000,
  ) {}

  of(loadBalancerArn: string | null, targetGroupArn: string | null): Promise<TrafficSeries | null> {
    if (!loadBalancerArn || !targetGroupArn) return Promise.resolve(null)
    const known = this.reads.get(targetGroupArn)
    const now = Date.now()
    if (known && now - known.at < this.maxAgeMs) return known.series
    const series = this.parts.account.traffic(loadBalancerArn, targetGroupArn, sinceMs).catch(() => null)
    this.reads.set(targetGroupArn, { at: now, series })
    if (this.reads.size > 500) this.reads.delete(this.reads.keys().next().value!)
    return series
  }
}
