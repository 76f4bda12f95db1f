import { isAlive, type Replica, type ReplicaReport } from '../../server/domain/replica.js'
import type { JobRun } from '../../server/domain/job.js'
import type { Actor } from '../../server/domain/operation.js'
import type { OrphanRemoval, OrphansSeen } from '../../server/engine/orphans.js'
import type {
  DatabaseState,
  HeldScope,
  JobRuns,
  OutboxState,
  SystemRecords,
  UnansweredCall,
} from '../../server/engine/ports-system.js'
import { Metrics } from '../../server/web/metrics.js'
import { StreamReaders } from '../../server/web/stream-readers.js'
import type { PeriodicName, SystemFace } from '../../server/web/system-face.js'

/** A report of a replica to which nothing happens. */
export function aReport(patch: Partial<ReplicaReport> = {}): ReplicaReport {
  return {
    version: '0.1.0',
    node: 'v20.19.0',
    host: 'console-1',
    pid: 4711,
    uptimeMs: 3_600_000,
    memory: { rssBytes: 180_000_000, heapUsedBytes: 90_000_000, heapLimitBytes: 4_000_000_000 },
    lateMs: 3,
    pool: { open: 4, idle: 3, waiting: 0, max: 12 },
    streams: 2,
    calls: [],
    callsSinceStart: { total: 4000, throttled: 0 },
    looks: [],
    pulses: [],
    leftAlone: [],
    ...patch,
  }
}

export function aReplica(patch: Partial<Replica> = {}): Replica {
  return {
    id: 'replica-1',
    report: aReport(),
    startedAt: new Date('2026-11-19T13:19:08Z'),
    beatAt: new Date('2026-11-19T14:19:06Z'),
    beatAgoMs: 2000,
    ...patch,
  }
}

export function aRun(patch: Partial<JobRun> = {}): JobRun {
  return {
    id: 'run-1',
    job: 'forgetting',
    replica: 'replica-1',
    by: null,
    startedAt: new Date('2026-11-19T14:00:00Z'),
    agoMs: 1_148_000,
    tookMs: 40,
    outcome: 'done',
    did: 'Nothing was over.',
    error: null,
    times: 1,
    resultId: null,
    ...patch,
  }
}

/** How all is, held in memory, to be filled by a test. */
export class MemorySystem implements SystemFace {
  all: Replica[] = [aReplica()]
  held: HeldScope[] = []
  unanswered: UnansweredCall[] = []
  messages: OutboxState = { waiting: 0, tried: 0, oldestWaitingMs: null, delivered: 12, givenUp: 0 }
  database: DatabaseState = {
    answerMs: 1.4,
    version: '18.1',
    sizeBytes: 12_400_000,
    connections: 9,
    maxConnections: 100,
    migration: '0016_system',
    migrations: 9,
  }
  jobRuns: JobRun[] = []
  forgotten = 'Nothing was over.'
  readonly replica = 'replica-1'
  readonly streams = new StreamReaders()
  readonly metrics = new Metrics()

  readonly records: SystemRecords = {
    beat: async () => this.all.filter(isAlive).length,
    leave: async () => undefined,
    replicas: async () => this.all,
    heldScopes: async () => this.held,
    unansweredCalls: async () => this.unanswered,
    outbox: async () => this.messages,
    databaseState: async () => this.database,
  }

  readonly runs: JobRuns = {
    begin: async ({ id, job, replica, by }) => {
      const run = aRun({ id, job, replica, by, agoMs: 0, tookMs: null, outcome: 'running', did: null })
      this.jobRuns.unshift(run)
    },
    end: async (id, end) => {
      const [did, error] = end.outcome === 'done' ? [end.did, null] : [null, end.error]
      const resultId = end.outcome === 'done' ? (end.resultId ?? null) : null
      this.jobRuns = this.jobRuns.map((run) =>
        run.id === id ? { ...run, outcome: end.outcome, tookMs: 5, did, error, resultId } : run,
      )
    },
    lastRuns: async (ofEach) => {
      const counts = new Map<string, number>()
      return this.jobRuns.filter(({ job }) => {
        const place = (counts.get(job) ?? 0) + 1
        counts.set(job, place)
        return place <= ofEach
      })
    },
  }

  report = () => this.all.find(isAlive)?.report ?? aReport()
  runNow = async (job: PeriodicName) =>
    job === 'image-marks' ? '2 images are in use, and marked.' : this.forgotten
  seenOrphans: OrphansSeen = { at: new Date('2026-11-19T14:19:08Z'), orphans: [], unread: null }
  removals: OrphanRemoval[] = []
  orphans = {
    look: async () => this.seenOrphans,
    remove: async (_actor: Actor, removal: OrphanRemoval) => {
      this.removals.push(removal)
      return this.seenOrphans.orphans
        .filter(({ thing }) => removal.ids.includes(thing.id))
        .map((orphan) => ({
          orphan,
          removed: true,
          sentence: `The ${orphan.thing.kind} ${orphan.thing.id} is removed.`,
        }))
    },
  }
}
