import type { CallFigures } from './call-figures.js'

/** A replica's last look at a cluster or bake. Ages instead of moments, because clocks of machines differ. */
export interface ScopeLook {
  /** `cluster:<name>` or `bake:<id>`. */
  readonly scope: string
  readonly agoMs: number
  readonly tookMs: number
  /** How soon after it the next one was due. */
  readonly everyMs: number
  /** This replica keeps the lease between its looks. */
  readonly held: boolean
  /** What went wrong with it; null for a good one. */
  readonly fault: string | null
}

/** Work that goes on all the time in every replica, as it went the last time. */
export interface Pulse {
  readonly job: string
  readonly agoMs: number
  readonly tookMs: number
  readonly fault: string | null
}

/** What looks may cost a replica of load balancing's reads: the account's budget, divided among the replicas that are alive. */
export interface LookShare {
  /** Among so many it was divided when it said so. */
  readonly replicas: number
  readonly calmPerMinute: number
  readonly pagesPerMinute: number
}

/** What a replica says of itself with each heartbeat. */
export interface ReplicaReport {
  readonly version: string
  readonly node: string
  readonly host: string
  readonly pid: number
  readonly uptimeMs: number
  readonly memory: {
    readonly rssBytes: number
    readonly heapUsedBytes: number
    readonly heapLimitBytes: number
  }
  /** How late the process was with what was due, in the slowest hundredth of the time since the last heartbeat. */
  readonly lateMs: number
  /** Connections to PostgreSQL: open and unused ones, who waits for one, and how many there may be. */
  readonly pool: {
    readonly open: number
    readonly idle: number
    readonly waiting: number
    readonly max: number
  }
  /** Who listens to its stream of events. */
  readonly streams: number
  /** Its AWS requests of the last minute. */
  readonly calls: readonly CallFigures[]
  readonly callsSinceStart: { readonly total: number; readonly throttled: number }
  readonly looks: readonly ScopeLook[]
  /** Absent: a version that divides nothing. */
  readonly lookShare?: LookShare
  readonly pulses: readonly Pulse[]
  /** What it leaves to replicas of a newer version, and why. */
  readonly leftAlone: readonly { readonly scope: string; readonly why: string }[]
}

/** How often a replica says that it is there, and after how long of silence it is taken to be dead. */
export const heartbeatEveryMs = 5000
export const silentAfterMs = 20_000

/** A replica as the database knows it; times are the database's. */
export interface Replica {
  readonly id: string
  readonly report: ReplicaReport
  readonly startedAt: Date
  readonly beatAt: Date
  readonly beatAgoMs: number
}

export function isAlive({ beatAgoMs }: Pick<Replica, 'beatAgoMs'>): boolean {
  return beatAgoMs < silentAfterMs
}

/**
 * The newest look of any replica that is alive at each scope, with how old it is by now, longest ago first. One that died has
 * not heard what ended since.
 */
export function newestLooks(replicas: readonly Replica[]): readonly (ScopeLook & { replica: string })[] {
  const newest = new Map<string, ScopeLook & { replica: string }>()
  for (const { id, beatAgoMs, report } of replicas.filter(isAlive))
    for (const look of report.looks) {
      const agoMs = look.agoMs + beatAgoMs
      if (agoMs < (newest.get(look.scope)?.agoMs ?? Infinity))
        newest.set(look.scope, { ...look, agoMs, replica: id })
    }
  return [...newest.values()].sort((a, b) => b.agoMs - a.agoMs)
}

/** `console-1, process 4711`. */
export function replicaName({ report: { host, pid } }: Pick<Replica, 'report'>): string {
  return `${host}, process ${pid}`
}
