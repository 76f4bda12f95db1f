import type { BudgetUse } from '../domain/call-budget.js'
import type { CallFigures } from '../domain/call-figures.js'
import { newestLooks, type Replica, type ScopeLook } from '../domain/replica.js'
import type { HealthFinding } from '../domain/health-finding.js'
import { callsOf } from '../domain/health-of-calls.js'
import { healthOf } from '../domain/system-health.js'
import type { Timings } from '../domain/timings.js'
import type {
  DatabaseState,
  HeldScope,
  JobRuns,
  OutboxState,
  SystemRecords,
  UnansweredCall,
} from './ports-system.js'
import type { History } from './ports.js'

/** How all is, as far as its reader may see. */
export interface SystemView {
  /** What is bad first. */
  readonly findings: readonly HealthFinding[]
  readonly replicas: readonly Replica[]
  readonly calls: { readonly figures: readonly CallFigures[]; readonly budget: readonly BudgetUse[] }
  /** Longest ago first. */
  readonly looks: readonly (ScopeLook & { readonly replica: string })[]
  readonly held: readonly HeldScope[]
  readonly database: DatabaseState
  /** What the cloud's delays are divided by; 1 on AWS. */
  readonly awsDivisor: number
  readonly unanswered: readonly UnansweredCall[]
  readonly outbox: OutboxState
}

/** What it is read from; as its reader sees it, where there is one. */
export interface SystemParts {
  readonly records: SystemRecords
  readonly runs: JobRuns
  readonly history: Pick<History, 'clusters'>
  readonly timings: Pick<Timings, 'wireMs' | 'awsDivisor'>
}

export async function systemView({ records, runs, history, timings }: SystemParts): Promise<SystemView> {
  const [replicas, held, database, unanswered, outbox, last, clusters] = await Promise.all([
    records.replicas(),
    records.heldScopes(),
    records.databaseState(),
    records.unansweredCalls(),
    records.outbox(),
    runs.lastRuns(1),
    history.clusters(),
  ])
  const { awsDivisor } = timings
  const findings = healthOf({
    replicas,
    clusters: clusters.map(({ name }) => name),
    database,
    unanswered,
    outbox,
    runs: last,
    wireMs: timings.wireMs,
    awsDivisor,
  })
  const looks = newestLooks(replicas)
  return {
    findings,
    replicas,
    calls: callsOf(replicas, awsDivisor),
    awsDivisor,
    looks,
    held,
    database,
    unanswered,
    outbox,
  }
}
