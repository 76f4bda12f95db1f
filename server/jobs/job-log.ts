import type { JobName } from '../domain/job.js'

/** What a job says to whoever logs and shows it. */
export interface JobLog {
  fault(job: JobName, error: unknown): void
  /** It has looked whether there was something to do, and done it. */
  looked(job: JobName, tookMs: number): void
}
