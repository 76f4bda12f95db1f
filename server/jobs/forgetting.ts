import { forgetEveryMs } from '../domain/job.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { HeldLease } from '../engine/held-lease.js'
import type { Forgetting, Forgotten } from '../engine/ports-system.js'
import type { Store } from '../engine/ports.js'
import { recordedRun, type RunKeeper } from '../engine/recorded-run.js'
import type { JobLog } from './job-log.js'

/** How often it is asked whether the hour is over. */
const everyMs = 60_000
const scope = 'job:forgetting'

/** Forgets what is over: every hour, on one replica. */
export class ForgettingJob {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(
    private readonly parts: {
      readonly store: Pick<Store, 'claim' | 'release' | 'record'>
      readonly forgetting: Forgetting
      readonly keeper: RunKeeper
    },
    private readonly log: JobLog,
  ) {}

  start(): void {
    const wake = () => {
      this.running = this.running
        .then(() => this.tick())
        .catch((error: unknown) => this.log.fault('forgetting', error))
    }
    this.timer = setInterval(wake, everyMs)
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
      await this.alone(async () => void ((await this.isDue()) && (await this.run(null))))
    this.log.looked('forgetting', performance.now() - begunMs)
  }

  /** Because a person asked for it. Throws a Refusal while it runs anyway. */
  async runNow(actor: Actor): Promise<string> {
    const did = await this.alone(() => this.run(actor))
    if (did === null)
      throw new Refusal(
        'RunsAlready',
        'What is over is being forgotten at this moment. Nothing more was done; look at the jobs in a few seconds.',
        'conflict',
        { ways: [{ label: 'See the jobs', href: '/jobs', command: 'npx delling jobs' }] },
      )
    return did
  }

  private async isDue(): Promise<boolean> {
    const runs = await this.parts.keeper.runs.lastRuns(1)
    const last = runs.find(({ job }) => job === 'forgetting')
    return !last || last.agoMs >= forgetEveryMs || last.outcome === 'failed' || last.outcome === 'lost'
  }

  private async alone<T>(work: () => Promise<T>): Promise<T | null> {
    const lease = await HeldLease.claim(this.parts.store, scope, this.parts.keeper.replica)
    if (!lease) return null
    try {
      return await work()
    } finally {
      await lease.release()
    }
  }

  /** Says what it did. */
  private run(actor: Actor | null): Promise<string> {
    const { keeper, forgetting, store } = this.parts
    return recordedRun(keeper, 'forgetting', actor?.name ?? null, async () => {
      const counts = await forgetting.forget()
      const did = forgottenSentence(counts)
      if (actor)
        await store.record({
          events: [
            {
              stream: scope,
              actor,
              cluster: null,
              application: null,
              event: { type: 'Forgotten', sentence: did, data: counts },
            },
          ],
        })
      return { did, result: did }
    })
  }
}

/** `Forgot 3 sessions, 1 token.` */
function forgottenSentence(counts: Forgotten): string {
  const gone = Object.entries(counts).filter(([, count]) => count > 0)
  if (gone.length === 0) return 'Nothing was over.'
  return `Forgot ${gone.map(([what, count]) => `${count} ${count === 1 ? what.replace(/s$/, '') : what}`).join(', ')}.`
}
