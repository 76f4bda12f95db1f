import type { JobName } from '../domain/job.js'
import type { Pulse } from '../domain/replica.js'

/** How work that goes on all the time went the last time, by job. */
export class Pulses {
  private readonly last = new Map<JobName, { endedMs: number; tookMs: number; fault: string | null }>()

  beat(job: JobName, tookMs: number): void {
    this.last.set(job, { endedMs: performance.now(), tookMs, fault: null })
  }

  fault(job: JobName, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    this.last.set(job, { endedMs: performance.now(), tookMs: 0, fault: text })
  }

  list(): readonly Pulse[] {
    return [...this.last].map(([job, { endedMs, tookMs, fault }]) => ({
      job,
      agoMs: Math.round(performance.now() - endedMs),
      tookMs: Math.round(tookMs),
      fault,
    }))
  }
}
