import type { Forgetting, Forgotten } from '../engine/ports-system.js'
import type { Store } from '../engine/ports.js'
import type { PeriodicWork } from './periodic-job.js'

/** Forgets what is over: every hour, on one replica. */
export function forgettingWork(store: Pick<Store, 'record'>, forgetting: Forgetting): PeriodicWork {
  return {
    name: 'forgetting',
    busy: 'What is over is being forgotten at this moment. Nothing more was done; look at the jobs in a few seconds.',
    async run(_lease, actor) {
      const counts = await forgetting.forget()
      const did = forgottenSentence(counts)
      if (actor)
        await store.record({
          events: [
            {
              stream: 'job:forgetting',
              actor,
              cluster: null,
              application: null,
              event: { type: 'Forgotten', sentence: did, data: counts },
            },
          ],
        })
      return { did, result: did }
    },
  }
}

/** `Forgot 3 sessions, 1 token.` */
function forgottenSentence(counts: Forgotten): string {
  const gone = Object.entries(counts).filter(([, count]) => count > 0)
  if (gone.length === 0) return 'Nothing was over.'
  return `Forgot ${gone.map(([what, count]) => `${count} ${count === 1 ? what.replace(/s$/, '') : what}`).join(', ')}.`
}
