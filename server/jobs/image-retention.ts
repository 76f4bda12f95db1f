import type { Actor } from '../domain/operation.js'
import { imagesWords, type ImageRetentionRun } from '../domain/image-retention-run.js'
import { retentionIsDue } from '../domain/retention-times.js'
import { HeldLease } from '../engine/held-lease.js'
import type { Parts } from '../engine/parts.js'
import { Fenced } from '../engine/ports.js'
import { recordedRun, type RunKeeper } from '../engine/recorded-run.js'
import { advanceRetention, nightlyActor, startPolicyRun } from '../engine/retention-run.js'
import type { JobLog } from './job-log.js'

/** How often it is looked whether a morning has come, or somebody asked for a run. */
const everyMs = 5000
const scope = 'job:image-retention'
/** A night whose run could not be made is tried again after so long: each try reads the whole account. */
const againMs = 300_000

/**
 * Begins the run of a night where the policy is on, and carries out whichever run has not ended, whoever asked for it: on one
 * replica, from its record, so that another one goes on where this one dies.
 */
export class ImageRetentionJob {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  private readonly stopping = new AbortController()
  private notBeforeMs = 0

  constructor(
    private readonly parts: Parts,
    private readonly keeper: RunKeeper,
    private readonly log: JobLog,
  ) {}

  start(intervalMs = everyMs): void {
    let busy = false
    this.timer = setInterval(() => {
      if (busy) return
      busy = true
      this.running = this.tick()
        .catch((error: unknown) => {
          if (!(error instanceof Fenced)) this.log.fault('image-retention', error)
        })
        .finally(() => (busy = false))
    }, intervalMs)
    this.timer.unref()
  }

  /** A run that is under way stays on record, and whoever comes next goes on with it. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.stopping.abort()
    await this.running
  }

  /** One look: carries out what has not ended, to its end. */
  async tick(): Promise<void> {
    const begunMs = performance.now()
    if (await this.hasWork()) {
      const lease = await HeldLease.claim(this.parts.store, scope, this.keeper.replica)
      try {
        // Another replica may have come first.
        if (lease && (await this.hasWork())) await this.work(lease)
      } finally {
        await lease?.release()
      }
    }
    this.log.looked('image-retention', performance.now() - begunMs)
  }

  private async hasWork(): Promise<boolean> {
    return (await this.parts.retention.openRun()) !== null || (await this.isDue())
  }

  private async isDue(): Promise<boolean> {
    const { retention, defaults, clock } = this.parts
    const policy = await retention.policy()
    if (!policy.on || performance.now() < this.notBeforeMs) return false
    const last = await retention.lastNightlyRun()
    return retentionIsDue(defaults, policy, last?.at ?? null, clock.now())
  }

  private async work(lease: HeldLease): Promise<void> {
    const open = await this.parts.retention.openRun()
    const by: Actor | null = open && !open.nightly ? open.actor : null
    await recordedRun(this.keeper, 'image-retention', by?.name ?? null, async () => {
      const run = open ?? (await this.begin())
      await this.carryOut(lease)
      const after = await this.parts.retention.run(run.id)
      return { did: runDid(after ?? run), resultId: run.id, result: null }
    })
  }

  private async begin(): Promise<ImageRetentionRun> {
    this.notBeforeMs = performance.now() + againMs
    const run = await startPolicyRun(this.parts, nightlyActor, true)
    this.notBeforeMs = 0
    return run
  }

  private async carryOut(lease: HeldLease): Promise<void> {
    for (;;) {
      if (this.stopping.signal.aborted) return
      const lookAgainMs = await advanceRetention(this.parts, lease)
      if (lookAgainMs === null) return
      if (lookAgainMs > 0) await this.pause(lookAgainMs)
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.stopping.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.stopping.signal.addEventListener('abort', done)
    })
  }
}

/** What a run did, as the list of jobs says it. */
function runDid({ state, endSentence, images, stayCount }: ImageRetentionRun): string {
  if (state === 'running') return 'This process stopped in order; the run goes on in another.'
  return `${endSentence ?? ''} ${imagesWords(images.length)} listed, ${stayCount} stay.`.trim()
}
