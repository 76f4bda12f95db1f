import type { JobRun } from './job.js'
import type { Replica } from './replica.js'

/** What is judged. */
export interface SystemFacts {
  readonly replicas: readonly Replica[]
  /** Clusters that should be looked at. */
  readonly clusters: readonly string[]
  readonly database: {
    readonly answerMs: number
    readonly version: string
    readonly migration: string
    readonly connections: number
    readonly maxConnections: number
  }
  readonly unanswered: readonly {
    readonly api: string
    readonly cluster: string | null
    readonly agoMs: number
  }[]
  readonly outbox: {
    readonly waiting: number
    readonly tried: number
    readonly oldestWaitingMs: number | null
    readonly delivered: number
    readonly givenUp: number
  }
  /** The newest first. */
  readonly runs: readonly JobRun[]
  /** How long an unanswered request may still take effect. */
  readonly wireMs: number
  /** What the cloud's delays are divided by; 1 on AWS. */
  readonly awsDivisor: number
}
