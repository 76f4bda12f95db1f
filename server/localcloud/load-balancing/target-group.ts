import type { TargetGroupRecord } from './records.js'
import type { Target } from './target.js'

/** A target group at work: chooses the target of each request. */
export class TargetGroup {
  readonly targets: Target[] = []
  private cursor = 0
  private routable: Target[] | undefined
  private open = false

  constructor(readonly record: TargetGroupRecord) {}

  /** Must be called on every change of the targets or of their health. */
  changed(): void {
    this.routable = undefined
  }

  find(id: string, port?: number): Target | undefined {
    return this.targets.find(
      (target) => target.id === id && (port === undefined || target.registeredPort === port),
    )
  }

  /** True while too few targets are healthy and requests go to all of them (AWS: fail-open). */
  get failsOpen(): boolean {
    this.candidates()
    return this.open
  }

  count(state: Target['state']): number {
    return this.targets.reduce((count, target) => count + (target.state === state ? 1 : 0), 0)
  }

  /** The next target that is not in `tried`; undefined when there is none. */
  pick(tried: ReadonlySet<Target>): Target | undefined {
    const candidates = this.candidates()
    if (candidates.length === 0) return undefined
    const algorithm = this.record.attributes['load_balancing.algorithm.type']
    if (algorithm === 'least_outstanding_requests') return leastBusy(candidates, tried)
    for (let step = 0; step < candidates.length; step++) {
      this.cursor = (this.cursor + 1) % candidates.length
      const candidate = candidates[this.cursor]
      if (candidate && !tried.has(candidate)) return candidate
    }
    return undefined
  }

  private candidates(): Target[] {
    if (this.routable) return this.routable
    const inUse = this.targets.filter((target) => target.state !== 'unused' && target.state !== 'draining')
    const healthy = inUse.filter((target) => target.state === 'healthy' || target.state === 'unavailable')
    this.open = inUse.length > 0 && healthy.length < this.needed(inUse.length)
    this.routable = this.open ? inUse : healthy
    return this.routable
  }

  private needed(registered: number): number {
    const prefix = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
    const count = Number(this.record.attributes[`${prefix}.count`] ?? 1)
    const percentage = this.record.attributes[`${prefix}.percentage`] ?? 'off'
    const share = percentage === 'off' ? 0 : Math.ceil((registered * Number(percentage)) / 100)
    return Math.max(count, share)
  }
}

function leastBusy(candidates: readonly Target[], tried: ReadonlySet<Target>): Target | undefined {
  let best: Target | undefined
  for (const candidate of candidates) {
    if (!tried.has(candidate) && (!best || candidate.inFlight < best.inFlight)) best = candidate
  }
  return best
}
