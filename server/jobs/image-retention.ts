import { imagesWords, type ImageRetentionRun } from '../domain/image-retention-run.js'
import { retentionIsDue } from '../domain/retention-times.js'
import type { HeldLease } from '../engine/held-lease.js'
import type { Parts } from '../engine/parts.js'
import { advanceRetention, nightlyActor, startPolicyRun } from '../engine/retention-run.js'
import type { PeriodicWork } from './periodic-job.js'

/**
 * Begins the run of a night where the policy is on, and carries out whichever run has not ended, whoever asked for it: on one
 * replica, from its record, so that another one goes on where this one dies.
 */
export function imageRetentionWork(parts: Parts): PeriodicWork {
  const { retention, defaults, clock } = parts
  return {
    name: 'image-retention',
    // Somebody who asked for a run waits for it.
    lookEveryMs: 5000,
    busy: 'Images are being retired at this moment. Nothing more was done; look at the jobs in a few seconds.',
    async isDue() {
      if ((await retention.openRun()) !== null) return true
      const policy = await retention.policy()
      if (!policy.on) return false
      const last = await retention.lastNightlyRun()
      return retentionIsDue(defaults, policy, last?.at ?? null, clock.now())
    },
    async askedBy() {
      const open = await retention.openRun()
      return open && !open.nightly ? open.actor : null
    },
    async run(lease, _actor, stopping) {
      const run = (await retention.openRun()) ?? (await startPolicyRun(parts, nightlyActor, true))
      await carryOut(parts, lease, stopping)
      const did = runDid((await retention.run(run.id)) ?? run)
      return { did, resultId: run.id, result: did }
    },
  }
}

async function carryOut(parts: Parts, lease: HeldLease, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const lookAgainMs = await advanceRetention(parts, lease)
    if (lookAgainMs === null) return
    if (lookAgainMs > 0) await pause(lookAgainMs, stopping)
  }
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stopping.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stopping.addEventListener('abort', done)
  })
}

/** What a run did, as the list of jobs says it. */
function runDid({ state, endSentence, images, stayCount }: ImageRetentionRun): string {
  if (state === 'running') return 'This process stopped in order; the run goes on in another.'
  return `${endSentence ?? ''} ${imagesWords(images.length)} listed, ${stayCount} stay.`.trim()
}
