import { jobs, type Job, type RunOnRequest } from '../domain/job.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { found } from './api/not-found.js'
import type { Deps } from './deps.js'

/** The job of that name. Throws a refusal where there is none. */
export function jobNamed(name: string): Job {
  return found(jobs.find((job) => job.name === name) ?? null, 'job', name)
}

/** What a run that somebody asks for does. Throws a refusal for a job that nobody can have run: it goes on all the time. */
export function requestOf(job: Job): RunOnRequest {
  if (job.onRequest) return job.onRequest
  throw new Refusal(
    'NotRunnable',
    `${job.title} goes on all the time, ${job.rhythm}: there is no run of it to begin. Nothing was changed.`,
    'conflict',
    { ways: [{ label: 'See the jobs', href: '/jobs', command: 'npx delling jobs' }] },
  )
}

/** Runs a job because a person asks for it; says what it did. */
export async function runJob(
  { engine, system }: Pick<Deps, 'engine' | 'system'>,
  job: Job,
  actor: Actor,
): Promise<{ job: string; sentence: string; resultId: string | null }> {
  requestOf(job)
  if (job.name === 'cleanup') {
    const { runId, operations } = await engine.runCleanup(actor)
    const sentence =
      operations.length === 0
        ? 'Nothing is due: nothing goes.'
        : `${operations.length} ${operations.length === 1 ? 'group goes' : 'groups go'}; each is looked at again just before.`
    return { job: job.name, sentence, resultId: runId }
  }
  if (job.name === 'image-retention') {
    const { id, state, images, endSentence } = await engine.startPolicyRun(actor, false)
    const sentence =
      state === 'running'
        ? `${images.length} ${images.length === 1 ? 'image goes' : 'images go'}; each is looked at again just before.`
        : (endSentence ?? 'Nothing goes.')
    return { job: job.name, sentence, resultId: id }
  }
  if (job.name !== 'forgetting' && job.name !== 'orphans' && job.name !== 'image-marks')
    throw new Error(`Nobody runs ${job.name}.`)
  return { job: job.name, sentence: await system.runNow(job.name, actor), resultId: null }
}
