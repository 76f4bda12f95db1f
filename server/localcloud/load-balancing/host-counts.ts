import type { LocalCloud } from '../cloud.js'
import { usersOf } from './forward-actions.js'
import { dimensionOf, type LoadBalancingRecords } from './records.js'
import type { TargetRegistry } from './target-registry.js'
import type { TrafficMeter } from './traffic-meter.js'

const NAMESPACE = 'AWS/ApplicationELB'

/** Hands CloudWatch the traffic every second, and host counts and the zeros of idle groups once a (scaled) minute. */
export class HostCountReporter {
  private timer: NodeJS.Timeout | undefined
  private nextCountAt = 0

  constructor(
    private readonly cloud: LocalCloud,
    private readonly records: () => LoadBalancingRecords,
    private readonly registry: TargetRegistry,
    private readonly meter: TrafficMeter,
    private readonly everyMs: number,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.report(), this.everyMs)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
    this.meter.flush(this.cloud.metrics, () => 1)
  }

  private report(): void {
    const healthy = new Map<string, number>()
    for (const group of this.registry.all())
      healthy.set(dimensionOf(group.record.arn), group.count('healthy'))
    this.meter.flush(this.cloud.metrics, (targetGroup) => healthy.get(targetGroup) ?? 1)
    const now = performance.now()
    if (now < this.nextCountAt) return
    this.nextCountAt = now + this.cloud.clock.scaled(60_000, this.everyMs) - this.everyMs / 2
    this.reportHosts()
  }

  private reportHosts(): void {
    const users = usersOf(this.records())
    const { metrics } = this.cloud
    for (const group of this.registry.all()) {
      const TargetGroup = dimensionOf(group.record.arn)
      for (const user of users.get(group.record.arn) ?? []) {
        const dimensions = { LoadBalancer: dimensionOf(user), TargetGroup }
        metrics.put(NAMESPACE, 'HealthyHostCount', dimensions, group.count('healthy'), 'Count')
        metrics.put(NAMESPACE, 'UnHealthyHostCount', dimensions, group.count('unhealthy'), 'Count')
        metrics.put(NAMESPACE, 'RequestCountPerTarget', dimensions, 0, 'Count')
        metrics.put(NAMESPACE, 'RequestCountPerTarget', { TargetGroup }, 0, 'Count')
      }
    }
  }
}
