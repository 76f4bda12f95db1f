import type { JobName } from '../domain/job.js'
import type { JobRuns } from './ports-system.js'

/** Where runs are written down, and for which replica. */
export interface RunKeeper {
  readonly runs: JobRuns
  readonly replica: string
  readonly newId: () => string
}

/** What a run has to say at its end. */
export interface RunResult<T> {
  readonly did: string
  /** What it is known as elsewhere. */
  readonly resultId?: string
  readonly result: T
}

/** Does a run of a job and writes down that it began and how it ended. Throws what the work throws. */
export async function recordedRun<T>(
  { runs, replica, newId }: RunKeeper,
  job: JobName,
  by: string | null,
  work: () => Promise<RunResult<T>>,
): Promise<T> {
  const id = newId()
  await runs.begin({ id, job, replica, by })
  try {
    const { did, resultId, result } = await work()
    await runs.end(id, { outcome: 'done', did, ...(resultId !== undefined && { resultId }) })
    return result
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    // What went wrong matters more than that it could not be written down.
    await runs.end(id, { outcome: 'failed', error: text }).catch(() => undefined)
    throw error
  }
}
