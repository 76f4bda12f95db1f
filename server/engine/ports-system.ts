import type { JobName, JobRun } from '../domain/job.js'
import type { Replica, ReplicaReport } from '../domain/replica.js'

/** A lease that somebody holds now; times are the database's. */
export interface HeldScope {
  /** `cluster:<name>`, `bake:<id>` or `job:<name>`. */
  readonly scope: string
  /** The id of a replica. */
  readonly holder: string
  /** Null: since before this was written down. */
  readonly since: Date | null
  readonly heldMs: number | null
  /** It is renewed every second; unrenewed another replica may have it from then on. */
  readonly untilMs: number
}

/** A request to AWS of which nobody knows whether it took effect. */
export interface UnansweredCall {
  readonly id: string
  readonly api: string
  readonly why: string
  readonly object: string
  readonly cluster: string | null
  readonly operationId: string | null
  readonly agoMs: number
}

/** What waits to be told to people. */
export interface OutboxState {
  readonly waiting: number
  /** Of those, how many were tried and not taken. */
  readonly tried: number
  readonly oldestWaitingMs: number | null
  /** In the last day. */
  readonly delivered: number
  readonly givenUp: number
}

export interface DatabaseState {
  /** How long it took to answer a query that does nothing. */
  readonly answerMs: number
  readonly version: string
  readonly sizeBytes: number
  /** Connections of everybody to this database, and how many the server takes in all. */
  readonly connections: number
  readonly maxConnections: number
  /** The last change of the schema, and how many there were. */
  readonly migration: string
  readonly migrations: number
}

/** What the replicas tell each other of themselves, and what else the database knows of how all is. */
export interface SystemRecords {
  /** Says that a replica is there, and how it is. */
  /** Resolves to how many replicas are alive, this one among them. */
  beat(id: string, report: ReplicaReport): Promise<number>
  /** It stops in order, and is not missed. */
  leave(id: string): Promise<void>
  /** Those that are there, and those that died within the last day; longest there first. */
  replicas(): Promise<readonly Replica[]>
  heldScopes(): Promise<readonly HeldScope[]>
  /** Oldest first. */
  unansweredCalls(): Promise<readonly UnansweredCall[]>
  outbox(): Promise<OutboxState>
  databaseState(): Promise<DatabaseState>
}

/** How a run ended. */
export type JobEnd =
  | { readonly outcome: 'done'; readonly did: string; readonly resultId?: string }
  | { readonly outcome: 'failed'; readonly error: string }

/** Runs of recurring work, for whoever runs it and whoever asks. */
export interface JobRuns {
  begin(run: { id: string; job: JobName; replica: string; by: string | null }): Promise<void>
  /** A failure that is the same as that of the run before takes its place. */
  end(id: string, end: JobEnd): Promise<void>
  /** The last so many of each job, newest first. */
  lastRuns(ofEach: number): Promise<readonly JobRun[]>
}

/** What was forgotten, by what it was. */
export type Forgotten = Readonly<Record<string, number>>

/** Deletes what is over and that nobody asks for any more. */
export interface Forgetting {
  forget(): Promise<Forgotten>
}
