/**
 * How many reads of AWS may be spent on looking, as a bucket that fills at a steady rate. What moves traffic never asks it:
 * only looks that can wait do, so that an account of any size, and any number of viewers, leaves AWS's own limit to deeds.
 */
export class LookBudget {
  private reads: number
  private filledAt: number

  /** @param sharers among how many it is divided now: the account is one, however many replicas look at it */
  constructor(
    private readonly rate: { readonly reads: number; readonly perMs: number; readonly most: number },
    private readonly nowMs: () => number = () => performance.now(),
    private readonly sharers: () => number = () => 1,
  ) {
    this.reads = this.most
    this.filledAt = nowMs()
  }

  /** How many flow in within so long. */
  readsIn(ms: number): number {
    return ((this.rate.reads / this.sharers()) * ms) / this.rate.perMs
  }

  /** How long so many take to flow in. */
  msFor(reads: number): number {
    return (reads / this.readsIn(this.rate.perMs)) * this.rate.perMs
  }

  /**
   * Takes so many reads, or none where there are too few. More than ever fit are given to whoever finds it full.
   *
   * @param leaving what share of a full one has to be left: who can wait longest leaves most
   */
  take(reads: number, leaving = 0): boolean {
    if (this.missing(reads, leaving) > 0) return false
    this.reads -= reads
    return true
  }

  /**
   * Notes reads that could not wait: those that can, wait until they have flowed in again, which is never for longer than a
   * full one takes.
   */
  owe(reads: number): void {
    this.fill()
    this.reads = Math.max(-this.most, this.reads - reads)
  }

  /** How long until so many are there, if nobody takes any meanwhile. */
  msUntil(reads: number, leaving = 0): number {
    return Math.max(0, Math.ceil(this.msFor(this.missing(reads, leaving))))
  }

  private get most(): number {
    return this.rate.most / this.sharers()
  }

  private missing(reads: number, leaving: number): number {
    this.fill()
    return Math.min(this.most, reads + leaving * this.most) - this.reads
  }

  private fill(): void {
    const now = this.nowMs()
    this.reads = Math.min(this.most, this.reads + this.readsIn(now - this.filledAt))
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
