import { deadReplicaMs } from '../domain/job.js'
import { silentAfterMs, type Replica, type ReplicaReport } from '../domain/replica.js'
import { awsTimings } from '../domain/timings.js'
import type {
  DatabaseState,
  HeldScope,
  OutboxState,
  SystemRecords,
  UnansweredCall,
} from '../engine/ports-system.js'
import type { Database } from './database.js'

interface ReplicaRow {
  id: string
  report: ReplicaReport
  started_at: Date
  beat_at: Date
  beat_ago_ms: number
}

interface LeaseRow {
  scope: string
  holder: string
  since: Date | null
  held_ms: number | null
  until_ms: number
}

interface IntentRow {
  id: string
  api: string
  why: string
  object: string
  cluster: string | null
  operation_id: string | null
  ago_ms: number
}

/** A moment's distance from now by the database's clock, which is the one that all replicas share. */
const ago = (column: string) => `(extract(epoch from clock_timestamp() - ${column}) * 1000)::double precision`

/** How the whole is, in PostgreSQL: replicas with their heartbeats, leases, what was never answered, the outbox. */
export class PgSystem implements SystemRecords {
  constructor(private readonly database: Database) {}

  async beat(id: string, report: ReplicaReport): Promise<number> {
    const row = await this.database.first<{ others: number }>(
      `with said as (
         insert into replicas (id, report) values ($1, $2)
         on conflict (id) do update set report = excluded.report, beat_at = clock_timestamp()
       )
       select count(*)::int as others from replicas
       where id <> $1 and beat_at > clock_timestamp() - $3 * interval '1 millisecond'`,
      [id, JSON.stringify(report), silentAfterMs],
    )
    return 1 + (row?.others ?? 0)
  }

  async leave(id: string): Promise<void> {
    await this.database.rows(`delete from replicas where id = $1`, [id])
  }

  async replicas(): Promise<readonly Replica[]> {
    const rows = await this.database.rows<ReplicaRow>(
      `select id, report, started_at, beat_at, ${ago('beat_at')} as beat_ago_ms from replicas
       where beat_at > clock_timestamp() - $1 * interval '1 millisecond' order by started_at, id`,
      [deadReplicaMs],
    )
    return rows.map((row) => ({
      id: row.id,
      report: row.report,
      startedAt: row.started_at,
      beatAt: row.beat_at,
      beatAgoMs: Math.max(0, row.beat_ago_ms),
    }))
  }

  async heldScopes(): Promise<readonly HeldScope[]> {
    const rows = await this.database.rows<LeaseRow>(
      `select scope, holder, since, ${ago('since')} as held_ms, -${ago('until')} as until_ms
       from leases where until > clock_timestamp() order by scope`,
    )
    return rows.map(({ scope, holder, since, held_ms: heldMs, until_ms: untilMs }) => ({
      scope,
      holder,
      since,
      heldMs,
      untilMs,
    }))
  }

  /**
   * Those of clusters until they are settled. Of a bake, an image or an orphan the next look shows what such a request did, and
   * nobody settles it: it counts as long as it may still take effect.
   */
  async unansweredCalls(): Promise<readonly UnansweredCall[]> {
    const rows = await this.database.rows<IntentRow>(
      `select id, api, why, object, cluster, operation_id, ${ago('created_at')} as ago_ms from intents
       where (answered is null or answered = 'unclear')
         and (cluster is not null or created_at > clock_timestamp() - $1 * interval '1 millisecond')
       order by created_at, id`,
      [awsTimings.wireMs],
    )
    return rows.map(({ operation_id: operationId, ago_ms: agoMs, ...row }) => ({
      ...row,
      operationId,
      agoMs: Math.max(0, agoMs),
    }))
  }

  async outbox(): Promise<OutboxState> {
    const row = await this.database.first<{
      waiting: number
      tried: number
      oldest_ms: number | null
      delivered: number
      given_up: number
    }>(
      `select count(*) filter (where state = 'waiting')::int as waiting,
              count(*) filter (where state = 'waiting' and tries > 0)::int as tried,
              max(${ago('created_at')}) filter (where state = 'waiting') as oldest_ms,
              count(*) filter (where state = 'delivered')::int as delivered,
              count(*) filter (where state = 'givenUp')::int as given_up
       from deliveries where state = 'waiting' or ended_at > clock_timestamp() - interval '1 day'`,
    )
    return {
      waiting: row?.waiting ?? 0,
      tried: row?.tried ?? 0,
      oldestWaitingMs: row?.oldest_ms ?? null,
      delivered: row?.delivered ?? 0,
      givenUp: row?.given_up ?? 0,
    }
  }

  async databaseState(): Promise<DatabaseState> {
    const askedMs = performance.now()
    await this.database.rows(`select 1`)
    const answerMs = performance.now() - askedMs
    const row = await this.database.first<{
      version: string
      bytes: string
      connections: number
      most: number
      migration: string | null
      migrations: number
    }>(
      `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
              (select count(*)::int from pg_stat_activity where datname = current_database()) as connections,
              current_setting('max_connections')::int as most,
              (select name from migrations order by id desc limit 1) as migration,
              (select count(*)::int from migrations) as migrations`,
    )
    return {
      answerMs,
      version: row?.version ?? '',
      sizeBytes: Number(row?.bytes ?? 0),
      connections: row?.connections ?? 0,
      maxConnections: row?.most ?? 0,
      migration: row?.migration ?? '',
      migrations: row?.migrations ?? 0,
    }
  }
}
