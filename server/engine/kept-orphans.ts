import type { OrphansSeen } from './orphans.js'

/**
 * One look at orphans for all who ask: pages and the API, where it may be some seconds old. Whoever removes looks anew.
 */
export class KeptOrphans {
  private kept: { readonly seen: Promise<OrphansSeen>; readonly atMs: number } | null = null

  constructor(
    private readonly look: () => Promise<OrphansSeen>,
    private readonly restMs: number,
  ) {}

  /** Throws what the look throws, and looks again for who asks next. */
  seen(): Promise<OrphansSeen> {
    if (this.kept && performance.now() - this.kept.atMs < this.restMs) return this.kept.seen
    const seen = this.look()
    this.kept = { seen, atMs: performance.now() }
    seen.catch(() => this.forget())
    return seen
  }

  /** Something was removed: what was seen is not so any more. */
  forget(): void {
    this.kept = null
  }
}
