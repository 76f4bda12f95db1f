import type { MetricsApi } from '../cloud.js'

interface Counts {
  requests: number
  byClass: [two: number, three: number, four: number, five: number]
  connectionErrors: number
  failOpen: number
  /** Response time in seconds, rounded to about 2 %, → how many. */
  times: Map<number, number>
}

interface BalancerCounts {
  requests: number
  codes: Map<number, number>
}

const NAMESPACE = 'AWS/ApplicationELB'
const targetCodes = ['2XX', '3XX', '4XX', '5XX'] as const

/** Counts what the listeners do, and hands it to CloudWatch once a second. Keys are CloudWatch dimensions. */
export class TrafficMeter {
  private groups = new Map<string, Map<string, Counts>>()
  private balancers = new Map<string, BalancerCounts>()

  /** A target has answered. */
  answered(loadBalancer: string, targetGroup: string, status: number, seconds: number): void {
    const counts = this.of(loadBalancer, targetGroup)
    const position = Math.floor(status / 100) - 2
    if (position >= 0 && position < 4) counts.byClass[position as 0 | 1 | 2 | 3]++
    const rounded = Number(seconds.toPrecision(2))
    counts.times.set(rounded, (counts.times.get(rounded) ?? 0) + 1)
  }

  /** A request was given to a target of the group. */
  routed(loadBalancer: string, targetGroup: string, failOpen: boolean): void {
    const counts = this.of(loadBalancer, targetGroup)
    counts.requests++
    if (failOpen) counts.failOpen++
  }

  connectionError(loadBalancer: string, targetGroup: string): void {
    this.of(loadBalancer, targetGroup).connectionErrors++
  }

  received(loadBalancer: string): void {
    this.balancer(loadBalancer).requests++
  }

  /** The load balancer itself has answered with this code. */
  generated(loadBalancer: string, status: number): void {
    const { codes } = this.balancer(loadBalancer)
    codes.set(status, (codes.get(status) ?? 0) + 1)
  }

  /** Requests of the last second for each target group, then zero again. */
  flush(metrics: MetricsApi, targetsOf: (targetGroup: string) => number): void {
    const groups = this.groups
    const balancers = this.balancers
    this.groups = new Map()
    this.balancers = new Map()
    for (const [loadBalancer, byGroup] of groups) {
      for (const [targetGroup, counts] of byGroup) {
        this.putGroup(metrics, loadBalancer, targetGroup, counts, targetsOf(targetGroup))
      }
    }
    for (const [LoadBalancer, counts] of balancers) this.putBalancer(metrics, LoadBalancer, counts)
  }

  private putGroup(
    metrics: MetricsApi,
    LoadBalancer: string,
    TargetGroup: string,
    counts: Counts,
    targets: number,
  ) {
    const dimensions = { LoadBalancer, TargetGroup }
    const put = (name: string, value: number) => {
      if (value > 0) metrics.put(NAMESPACE, name, dimensions, value, 'Count')
    }
    put('RequestCount', counts.requests)
    targetCodes.forEach((code, position) =>
      put(`HTTPCode_Target_${code}_Count`, counts.byClass[position] ?? 0),
    )
    put('TargetConnectionErrorCount', counts.connectionErrors)
    put('UnhealthyRoutingRequestCount', counts.failOpen)
    const perTarget = counts.requests / Math.max(1, targets)
    metrics.put(NAMESPACE, 'RequestCountPerTarget', { TargetGroup }, perTarget, 'Count')
    metrics.put(NAMESPACE, 'RequestCountPerTarget', dimensions, perTarget, 'Count')
    if (counts.times.size > 0) {
      const [values, times] = [[...counts.times.keys()], [...counts.times.values()]]
      metrics.putValues(NAMESPACE, 'TargetResponseTime', dimensions, values, times, 'Seconds')
      metrics.putValues(NAMESPACE, 'TargetResponseTime', { LoadBalancer }, values, times, 'Seconds')
    }
  }

  private putBalancer(metrics: MetricsApi, LoadBalancer: string, counts: BalancerCounts): void {
    const put = (name: string, value: number) => {
      if (value > 0) metrics.put(NAMESPACE, name, { LoadBalancer }, value, 'Count')
    }
    put('RequestCount', counts.requests)
    let [four, five] = [0, 0]
    for (const [code, count] of counts.codes) {
      if (code >= 500) five += count
      else if (code >= 400) four += count
      if ([500, 502, 503, 504].includes(code)) put(`HTTPCode_ELB_${code}_Count`, count)
    }
    put('HTTPCode_ELB_4XX_Count', four)
    put('HTTPCode_ELB_5XX_Count', five)
  }

  private of(loadBalancer: string, targetGroup: string): Counts {
    let byGroup = this.groups.get(loadBalancer)
    if (!byGroup) this.groups.set(loadBalancer, (byGroup = new Map<string, Counts>()))
    let counts = byGroup.get(targetGroup)
    if (!counts) {
      counts = { requests: 0, byClass: [0, 0, 0, 0], connectionErrors: 0, failOpen: 0, times: new Map() }
      byGroup.set(targetGroup, counts)
    }
    return counts
  }

  private balancer(loadBalancer: string): BalancerCounts {
    let counts = this.balancers.get(loadBalancer)
    if (!counts) this.balancers.set(loadBalancer, (counts = { requests: 0, codes: new Map() }))
    return counts
  }
}
