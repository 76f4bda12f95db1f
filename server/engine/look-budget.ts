/**
 * How many reads of AWS may be spent on looking, as a bucket that fills at a steady rate. What moves traffic never asks it:
 * only looks that can wait do, so that an account of any size, and any number of viewers, leaves AWS's own limit to deeds.
 */
export class LookBudget {
  private reads: number
  private filledAt: number

  constructor(
    private readonly rate: { readonly reads: number; readonly perMs: number; readonly most: number },
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.reads = rate.most
    this.filledAt = nowMs()
  }

  /** Takes so many reads, or none where there are too few. More than ever fit are given to whoever finds it full. */
  take(reads: number): boolean {
    this.fill()
    if (this.reads < Math.min(reads, this.rate.most)) return false
    this.reads -= reads
    return true
  }

  /** How long until so many are there, if nobody takes any meanwhile. */
  msUntil(reads: number): number {
    this.fill()
    const missing = Math.min(reads, this.rate.most) - this.reads
    return Math.max(0, Math.ceil((missing / this.rate.reads) * this.rate.perMs))
  }

  private fill(): void {
    const now = this.nowMs()
    const filled = this.reads + ((now - this.filledAt) / this.rate.perMs) * this.rate.reads
    this.reads = Math.min(this.rate.most, filled)
    this.filledAt = now
  }
}

/**
 * What a look at a cluster costs of load balancing's reads, the scarcest of AWS's: balancer, listeners and rules, and for
 * each group the health of its targets. Groups themselves are read by the dozen.
 */
export function readsOfLook(groups: number): number {
  return 3 + groups
}
