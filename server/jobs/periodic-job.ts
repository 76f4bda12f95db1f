import { dueInMs, type JobName } from '../domain/job.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { HeldLease } from '../engine/held-lease.js'
import type { Store } from '../engine/ports.js'
import { recordedRun, type RunKeeper, type RunResult } from '../engine/recorded-run.js'
import type { JobLog } from './job-log.js'

/** How often it is asked whether it is time. */
const lookEveryMs = 60_000

/** Recurring work that takes one replica, of which each run is written down. */
export interface PeriodicWork {
  readonly name: JobName
  /** From the beginning of one run to that of the next, where nothing fails. */
  readonly everyMs: number
  /** Whether it is time, where a clock says so instead of the last run. */
  isDue?(): Promise<boolean>
  /** What somebody is told who asks for a run while there is one. */
  readonly busy: string
  /** Does it. `actor`: who asked for it; null: it was its time. */
  run(lease: HeldLease, actor: Actor | null): Promise<RunResult<string>>
}

/** Does periodic work when it is due, or because a person asks. */
export class PeriodicJob {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  /** A lease tells replicas from each other, not two askers in one of them. */
  private isBusy = false

  constructor(
    private readonly work: PeriodicWork,
    private readonly parts: { readonly store: Pick<Store, 'claim' | 'release'>; readonly keeper: RunKeeper },
    private readonly log: JobLog,
  ) {}

  start(): void {
    const wake = () => {
      this.running = this.running
        .then(() => this.tick())
        .catch((error: unknown) => this.log.fault(this.work.name, error))
    }
    this.timer = setInterval(wake, lookEveryMs)
    this.timer.unref()
    wake()
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.running
  }

  /** One look at the clock. */
  async tick(): Promise<void> {
    const begunMs = performance.now()
    if (await this.isDue())
      // Another replica may have come first.
      await this.alone(async (lease) => void ((await this.isDue()) && (await this.run(lease, null))))
    this.log.looked(this.work.name, performance.now() - begunMs)
  }

  /** Because a person asked for it; says what it did. Throws a Refusal while it runs anyway. */
  runNow(actor: Actor): Promise<string> {
    return this.whileNobodyElse((lease) => this.run(lease, actor))
  }

  /** Something else that must not happen while it runs. Throws a Refusal while it does. */
  async whileNobodyElse<T>(work: (lease: HeldLease) => Promise<T>): Promise<T> {
    const did = await this.alone(async (lease) => ({ result: await work(lease) }))
    if (did) return did.result
    throw new Refusal('RunsAlready', this.work.busy, 'conflict', {
      ways: [{ label: 'See the jobs', href: '/jobs', command: 'npx delling jobs' }],
    })
  }

  private async isDue(): Promise<boolean> {
    if (this.work.isDue) return this.work.isDue()
    const runs = await this.parts.keeper.runs.lastRuns(1)
    const last = runs.find(({ job }) => job === this.work.name)
    return dueInMs(last, this.work.everyMs) === 0
  }

  private async alone<T>(work: (lease: HeldLease) => Promise<T>): Promise<T | null> {
    if (this.isBusy) return null
    this.isBusy = true
    try {
      const { store, keeper } = this.parts
      const lease = await HeldLease.claim(store, `job:${this.work.name}`, keeper.replica)
      if (!lease) return null
      try {
        return await work(lease)
      } finally {
        await lease.release()
      }
    } finally {
      this.isBusy = false
    }
  }

  private run(lease: HeldLease, actor: Actor | null): Promise<string> {
    return recordedRun(this.parts.keeper, this.work.name, actor?.name ?? null, () =>
      this.work.run(lease, actor),
    )
  }
}
