import type { Actor } from '../domain/operation.js'
import type { ReplicaReport } from '../domain/replica.js'
import type { OrphanEnd, OrphanRemoval, OrphansSeen } from '../engine/orphans.js'
import type { JobRuns, SystemRecords } from '../engine/ports-system.js'
import type { Metrics } from './metrics.js'
import type { StreamReaders } from './stream-readers.js'

/** Jobs that come round by the clock alone. */
export type PeriodicName = 'forgetting' | 'orphans' | 'image-marks'

/** What nobody accounts for, of all applications. */
export interface OrphanFace {
  look(): Promise<OrphansSeen>
  /** Throws a Refusal, and removes nothing, unless all of them may go. */
  remove(actor: Actor, removal: OrphanRemoval): Promise<readonly OrphanEnd[]>
}

/** How all is, and the jobs: what the console shows of itself. */
export interface SystemFace {
  readonly records: SystemRecords
  readonly runs: JobRuns
  /** As whom leases and runs know this replica. */
  readonly replica: string
  readonly streams: StreamReaders
  readonly metrics: Metrics
  /** What this replica would say of itself now. */
  readonly report: () => ReplicaReport
  /** Runs a job that comes round by the clock, and says what it did. Throws a Refusal while it runs anyway. */
  readonly runNow: (job: PeriodicName, actor: Actor) => Promise<string>
  readonly orphans: OrphanFace
}
