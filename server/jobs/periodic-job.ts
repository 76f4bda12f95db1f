import { dueInMs, everyMsOf, restsMs, type JobName } from '../domain/job.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { HeldLease } from '../engine/held-lease.js'
import { Fenced, type Store } from '../engine/ports.js'
import { recordedRun, type RunKeeper, type RunResult } from '../engine/recorded-run.js'
import type { JobLog } from './job-log.js'

/** How often it is asked whether it is time, where the work says nothing else. */
const lookEveryMs = 60_000

/** Recurring work that takes one replica, of which each run is written down. How often it comes round is declared in `job.ts`. */
export interface PeriodicWork {
  readonly name: JobName
  readonly lookEveryMs?: number
  /** Whether there is something to do, where something else than the last run says it. */
  isDue?(): Promise<boolean>
  /** What somebody is told who asks for a run while there is one. */
  readonly busy: string
  /** Who asked for what there is to do; absent or null: it was its time. */
  askedBy?(): Promise<Actor | null>
  /** Does it. `actor`: who asked for it; null: it was its time. `stopping` is aborted when this process is to end. */
  run(lease: HeldLease, actor: Actor | null, stopping: AbortSignal): Promise<RunResult<string>>
}

/** Does periodic work when it is due, or because a person asks. */
export class PeriodicJob {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  /** A lease tells replicas from each other, not two askers in one of them. */
  private isBusy = false
  private readonly stopping = new AbortController()

  constructor(
    private readonly work: PeriodicWork,
    private readonly parts: { readonly store: Pick<Store, 'claim' | 'release'>; readonly keeper: RunKeeper },
    private readonly log: JobLog,
  ) {}

  start(): void {
    let isAwake = false
    const wake = () => {
      if (isAwake) return
      isAwake = true
      this.running = this.tick()
        .catch((error: unknown) => this.faulted(error))
        .finally(() => (isAwake = false))
    }
    this.timer = setInterval(wake, this.work.lookEveryMs ?? lookEveryMs)
    this.timer.unref()
    wake()
  }

  /** What is under way is told to end; what it leaves on record, whoever comes next goes on with. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.stopping.abort()
    await this.running
  }

  /** One look at the clock. */
  async tick(): Promise<void> {
    const begunMs = performance.now()
    if (await this.isDue())
      // Another replica may have come first.
      await this.alone(
        async (lease) =>
          void ((await this.isDue()) && (await this.run(lease, (await this.work.askedBy?.()) ?? null))),
      )
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
    if (this.work.isDue) return (await this.work.isDue()) && restsMs(await this.lastRun()) === 0
    const everyMs = everyMsOf(this.work.name)
    return everyMs !== null && dueInMs(await this.lastRun(), everyMs) === 0
  }

  private async lastRun() {
    const runs = await this.parts.keeper.runs.lastRuns(1)
    return runs.find(({ job }) => job === this.work.name)
  }

  /** Another replica holds the lease by now, and goes on. */
  private faulted(error: unknown): void {
    if (!(error instanceof Fenced)) this.log.fault(this.work.name, error)
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
      this.work.run(lease, actor, this.stopping.signal),
    )
  }
}
