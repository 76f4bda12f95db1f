import type { Actor } from '../domain/operation.js'
import type { ReplicaReport } from '../domain/replica.js'
import type { JobRuns, SystemRecords } from '../engine/ports-system.js'
import type { Metrics } from './metrics.js'
import type { StreamReaders } from './stream-readers.js'

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
  /** Has what is over forgotten now, and says what that was. Throws a Refusal while that runs anyway. */
  readonly forgetNow: (actor: Actor) => Promise<string>
}
