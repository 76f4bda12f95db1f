import { setTimeout as rest } from 'node:timers/promises'
import type { LookShare } from '../domain/replica.js'
import type { Timings } from '../domain/timings.js'
import { LookBudget } from './look-budget.js'
import type { AccountLeave, TargetsSeen } from './ports-account.js'

/** Load balancing takes so many reads at once. */
const burst = 40
/** A look at the whole account leaves so much of what pages may cost to pages about one cluster. */
const leftToPages = 0.5

/**
 * What looks may cost this replica: its share of what all of them may cost the account. And what they have shown already of
 * what a look at the account would ask again.
 */
export class Looks implements AccountLeave {
  /** For looks at clusters in which nothing runs. */
  readonly calm: LookBudget
  /** For looks that pages ask for, of a cluster or of the whole account. */
  readonly pages: LookBudget
  private replicas = 1
  private readonly targets = new Map<string, TargetsSeen & { readonly nowMs: number }>()

  constructor({ calmReads, pageReads, stewardMs: perMs }: LooksTimings) {
    const sharers = () => this.replicas
    const budget = (reads: number, most: number) => new LookBudget({ reads, perMs, most }, undefined, sharers)
    this.calm = budget(calmReads, Math.min(calmReads, burst))
    this.pages = budget(pageReads, pageReads)
  }

  /** So many replicas are alive, this one among them. */
  shareAmong(replicas: number): void {
    this.replicas = Math.max(1, replicas)
  }

  /** What of the budget is this replica's. */
  get share(): LookShare {
    const aMinute = (budget: LookBudget) => Math.round(budget.readsIn(60_000))
    return {
      replicas: this.replicas,
      calmPerMinute: aMinute(this.calm),
      pagesPerMinute: aMinute(this.pages),
    }
  }

  leaveForAccount(): Promise<void> {
    return this.leave(leftToPages)
  }

  leaveForOne(): Promise<void> {
    return this.leave(0)
  }

  takeForAccount(requests: number): boolean {
    return this.pages.take(requests, leftToPages)
  }

  oweForAccount(requests: number): void {
    this.pages.owe(requests)
  }

  sawTargets(targetGroupArn: string, seen: TargetsSeen): void {
    this.targets.set(targetGroupArn, { ...seen, nowMs: performance.now() })
  }

  targetsSeen(targetGroupArn: string, maxAgeMs: number): TargetsSeen | null {
    const seen = this.targets.get(targetGroupArn)
    return seen && performance.now() - seen.nowMs <= maxAgeMs ? seen : null
  }

  keepTargetsOf(targetGroupArns: ReadonlySet<string>): void {
    for (const arn of this.targets.keys()) if (!targetGroupArns.has(arn)) this.targets.delete(arn)
  }

  private async leave(leaving: number): Promise<void> {
    while (!this.pages.take(1, leaving)) await rest(Math.max(1, this.pages.msUntil(1, leaving)))
  }
}

type LooksTimings = Pick<Timings, 'calmReads' | 'pageReads' | 'stewardMs'>
