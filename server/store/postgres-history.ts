import type { Application } from '../domain/application.js'
import type { Bake, Image, ListedBake } from '../domain/bake.js'
import { cleanupStream, type RunLine } from '../domain/cleanup-run.js'
import type { Cluster } from '../domain/cluster.js'
import type { ClusterState } from '../domain/cluster-state.js'
import type { InstalledPackage } from '../domain/image-packages.js'
import { isKnownRestraint } from '../domain/newer-records.js'
import type { Obligation } from '../domain/obligation.js'
import type { Operation, OperationEvent, Stamped } from '../domain/operation.js'
import { remembering } from '../domain/remembering.js'
import type { Restraint } from '../domain/restraint.js'
import type { ServerGroup } from '../domain/server-group.js'
import type {
  ApplicationFilter,
  BakeName,
  History,
  IntentAnswer,
  IntentFilter,
  IntentRow,
  LogFilter,
  LogLine,
  LogRow,
  OperationFilter,
  OperationName,
  RunFilter,
} from '../engine/ports.js'
import type { Database } from './database.js'
import { withDates } from './dates-in-json.js'
import { ImagesReader } from './images-reader.js'
import {
  bakeOf,
  imageOf,
  isUuid,
  listedBakeOf,
  operationOf,
  readClusterState,
  type DataRow,
} from './read-rows.js'
import { StatesReader } from './read-states.js'

interface EventLine {
  seq: string
  at: Date
  stream: string
  cluster: string | null
  application: string | null
  actor: LogRow['actor']
  type: string
  sentence: string
}

interface EventRow extends EventLine {
  data: Record<string, unknown>
}

interface RunRow extends Omit<RunLine, 'seq' | 'now' | 'stays'> {
  seq: string
  now: string
  judged: number
}

interface IntentRecord {
  id: string
  at: Date
  api: string
  why: string
  operation_id: string | null
  cluster: string | null
  answered: IntentAnswer | null
  answered_at: Date | null
  request_id: string | null
  message: string | null
}

/** The very same list for the very same states. */
const clustersOf = remembering(
  (states: readonly ClusterState[]): readonly Cluster[] => states.map(({ cluster }) => cluster),
  1,
)

/** The read models of pages, API and jobs: one query each. */
export class PostgresHistory implements History {
  private readonly states: StatesReader
  private readonly imagesThere: ImagesReader

  constructor(private readonly database: Database) {
    this.states = new StatesReader(database)
    this.imagesThere = new ImagesReader(database)
  }

  seesForeign(): boolean {
    return true
  }

  async applications(): Promise<readonly Application[]> {
    const rows = await this.database.rows<DataRow>(`select data from applications order by name`)
    return rows.map((row) => withDates<Application>(row.data))
  }

  async application(name: string): Promise<Application | null> {
    const row = await this.database.first<DataRow>(`select data from applications where name = $1`, [name])
    return row ? withDates<Application>(row.data) : null
  }

  async clusters(): Promise<readonly Cluster[]> {
    return clustersOf(await this.states.read())
  }

  clusterState(name: string): Promise<ClusterState | null> {
    return this.database.snapshot((sql) => readClusterState(this.database, sql, name))
  }

  clusterStates(): Promise<readonly ClusterState[]> {
    return this.states.read()
  }

  async serverGroup(name: string): Promise<ServerGroup | null> {
    const row = await this.database.first<DataRow>(`select data from server_groups where name = $1`, [name])
    return row ? withDates<ServerGroup>(row.data) : null
  }

  async groupsNamed(part: string, limit: number): Promise<readonly ServerGroup[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from server_groups where strpos(name, $1) > 0 order by (role in ('destroyed', 'givenBack')), push desc, name limit $2`,
      [part.toLowerCase(), limit],
    )
    return rows.map((row) => withDates<ServerGroup>(row.data))
  }

  async destroyedGroups(cluster: string, limit: number): Promise<readonly ServerGroup[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from server_groups where cluster = $1 and role = 'destroyed' order by push desc limit $2`,
      [cluster, limit],
    )
    return rows.map((row) => withDates<ServerGroup>(row.data))
  }

  async operation(id: string): Promise<Operation | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<DataRow>(`select data, wait from operations where id = $1`, [id])
    return row ? operationOf(row) : null
  }

  async operations(filter: OperationFilter): Promise<readonly Operation[]> {
    const rows = await this.database.rows<DataRow>(
      `select data, wait from operations
       where ($1::text is null or cluster = $1) and ($2::boolean is null or ended <> $2) and ($3::text[] is null or kind = any ($3))
         and ($5::uuid is null or (created_at, id) < (select last.created_at, last.id from operations last where last.id = $5::uuid))
       order by created_at desc, id desc limit $4`,
      [
        filter.cluster ?? null,
        filter.active ?? null,
        filter.kinds ?? null,
        filter.limit,
        filter.after ?? null,
      ],
    )
    return rows.map(operationOf)
  }

  async operationsAmong(ids: readonly string[], without?: 'succeeded'): Promise<readonly Operation[]> {
    if (ids.length === 0) return []
    const rows = await this.database.rows<DataRow>(
      `select data, wait from operations where id = any ($1::uuid[]) and phase is distinct from $2`,
      [ids.filter(isUuid), without ?? null],
    )
    return rows.map(operationOf)
  }

  operationNames(limit: number): Promise<readonly OperationName[]> {
    return this.database.rows<OperationName>(
      `select id, kind, cluster, data ->> 'to' as "to", phase from operations order by created_at desc, id desc limit $1`,
      [limit],
    )
  }

  async operationEvents(id: string): Promise<readonly Stamped<OperationEvent>[]> {
    const rows = await this.database.rows<EventRow>(`select * from events where stream = $1 order by seq`, [
      `operation:${id}`,
    ])
    return rows.map((row) => ({
      seq: Number(row.seq),
      at: row.at,
      actor: row.actor,
      sentence: row.sentence,
      event: withDates<OperationEvent>(row.data),
    }))
  }

  async intents(filter: IntentFilter): Promise<readonly IntentRow[]> {
    const rows = await this.database.rows<IntentRecord>(
      `select * from intents
       where ($1::text is null or operation_id = $1) and ($3::text is null or cluster = $3)
         and ($4::uuid is null or (created_at, id) < (select last.created_at, last.id from intents last where last.id = $4::uuid))
       order by created_at desc, id desc limit $2`,
      [filter.operationId ?? null, filter.limit, filter.cluster ?? null, filter.after ?? null],
    )
    return rows.map(intentRowOf)
  }

  async intent(id: string): Promise<IntentRow | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<IntentRecord>(`select * from intents where id = $1`, [id])
    return row ? intentRowOf(row) : null
  }

  async log(filter: LogFilter): Promise<readonly LogRow[]> {
    return (await this.events<EventRow>(filter, '*')).map(logRowOf)
  }

  async logLines(filter: LogFilter): Promise<readonly LogLine[]> {
    const rows = await this.events<EventLine>(
      filter,
      'seq, at, stream, cluster, application, actor, type, sentence',
    )
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }))
  }

  private events<Row extends EventLine>(filter: LogFilter, columns: string): Promise<Row[]> {
    return this.database.rows<Row>(
      `select ${columns} from events
       where ($1::text is null or cluster = $1) and ($2::text is null or application = $2)
         and ($3::text is null or stream = $3) and ($4::bigint is null or seq < $4)
         and ($6::text is null or type = $6) and ($7::text is null or actor ->> 'name' = $7)
         and ($8::timestamptz is null or at >= $8) and ($9::timestamptz is null or at < $9)
       order by seq desc limit $5`,
      [
        filter.cluster ?? null,
        filter.application ?? null,
        filter.stream ?? null,
        filter.beforeSeq ?? null,
        filter.limit,
        filter.type ?? null,
        filter.by ?? null,
        filter.from ?? null,
        filter.to ?? null,
      ],
    )
  }

  async cleanupRuns({ limit, beforeSeq }: RunFilter): Promise<readonly RunLine[]> {
    const rows = await this.database.rows<RunRow>(
      `select seq, at as "startedAt", actor ->> 'name' as by, run ->> 'runId' as "runId", run ->> 'now' as now, run -> 'operations' as operations,
              jsonb_path_query_array(run, '$.groups[*] ? (@.verdict == "goes").group') as goes, jsonb_array_length(run -> 'groups') as judged
       from (select seq, at, actor, data -> 'data' as run from events
             where stream = $1 and ($2::bigint is null or seq < $2) order by seq desc limit $3) as newest
       order by seq desc`,
      [cleanupStream, beforeSeq ?? null, limit],
    )
    return rows.map(({ seq, now, judged, ...row }) => ({
      ...row,
      seq: Number(seq),
      now: new Date(now),
      stays: judged - row.goes.length,
    }))
  }

  async cleanupRun(runId: string): Promise<LogRow | null> {
    const row = await this.database.first<EventRow>(
      `select * from events where stream = '${cleanupStream}' and data -> 'data' ->> 'runId' = $1`,
      [runId],
    )
    return row && logRowOf(row)
  }

  async eventsAfter(seq: number, limit: number): Promise<readonly LogRow[]> {
    const rows = await this.database.rows<EventRow>(
      `select * from events where seq > $1 order by seq limit $2`,
      [seq, limit],
    )
    return rows.map(logRowOf)
  }

  async lastSeq(): Promise<number> {
    const row = await this.database.first<{ seq: string | null }>(`select max(seq) as seq from events`)
    return Number(row?.seq ?? 0)
  }

  async bake(id: string): Promise<Bake | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<DataRow>(`select data, wait, log from bakes where id = $1`, [id])
    return row ? bakeOf(row) : null
  }

  async bakes(filter: ApplicationFilter): Promise<readonly ListedBake[]> {
    const rows = await this.database.rows<DataRow>(
      `select data, wait from bakes
       where ($1::text is null or application = $1)
         and ($3::uuid is null or (created_at, id) < (select last.created_at, last.id from bakes last where last.id = $3::uuid))
       order by created_at desc, id desc limit $2`,
      [filter.application ?? null, filter.limit, filter.after ?? null],
    )
    return rows.map(listedBakeOf)
  }

  bakeNames(limit: number): Promise<readonly BakeName[]> {
    return this.database.rows<BakeName>(
      `select id, phase, application, data -> 'request' ->> 'version' as version
       from bakes order by created_at desc, id desc limit $1`,
      [limit],
    )
  }

  async image(nameOrId: string): Promise<Image | null> {
    const row = await this.database.first<DataRow>(
      `select data from images where image_id = $1 or name = $1 order by retired, created_at desc limit 1`,
      [nameOrId],
    )
    return row ? imageOf(row) : null
  }

  async images(filter: ApplicationFilter): Promise<readonly Image[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from images
       where not retired and ($1::text is null or application = $1)
         and ($3::text is null or (created_at, image_id) < (select last.created_at, last.image_id from images last where last.image_id = $3))
       order by created_at desc, image_id desc limit $2`,
      [filter.application ?? null, filter.limit, filter.after ?? null],
    )
    return rows.map(imageOf)
  }

  async imagesOn(baseImageId: string): Promise<readonly Image[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from images where data ->> 'baseImageId' = $1 and not retired order by created_at desc`,
      [baseImageId],
    )
    return rows.map(imageOf)
  }

  everyImage(): Promise<readonly Image[]> {
    return this.imagesThere.read()
  }

  async imageByKey(contentKey: string): Promise<Image | null> {
    const row = await this.database.first<DataRow>(
      `select data from images where content_key = $1 order by retired, created_at desc limit 1`,
      [contentKey],
    )
    return row ? imageOf(row) : null
  }

  async bakePackages(bakeId: string): Promise<readonly InstalledPackage[] | null> {
    if (!isUuid(bakeId)) return null
    const row = await this.database.first<DataRow>(`select data from bake_packages where bake_id = $1`, [
      bakeId,
    ])
    return row ? (row.data as readonly InstalledPackage[]) : null
  }

  async imageCounts(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.rows<{ application: string; images: string }>(
      `select application, count(*) as images from images where not retired group by application`,
    )
    return new Map(rows.map(({ application, images }) => [application, Number(images)]))
  }

  async obligations(): Promise<readonly Obligation[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from obligations where open order by created_at`,
    )
    return rows.map((row) => withDates<Obligation>(row.data))
  }

  async restraint(id: string): Promise<Restraint | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<DataRow>(`select data from restraints where id = $1`, [id])
    return row ? withDates<Restraint>(row.data) : null
  }

  async restraints(limit: number): Promise<readonly Restraint[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from restraints order by created_at desc, id desc limit $1`,
      [limit],
    )
    return rows.map((row) => withDates<Restraint>(row.data)).filter(({ kind }) => isKnownRestraint(kind))
  }
}

function logRowOf(row: EventRow): LogRow {
  return { ...row, seq: Number(row.seq), data: withDates<Record<string, unknown>>(row.data) }
}

function intentRowOf(row: IntentRecord): IntentRow {
  return {
    id: row.id,
    at: row.at,
    api: row.api,
    why: row.why,
    operationId: row.operation_id,
    cluster: row.cluster,
    answered: row.answered,
    answeredAt: row.answered_at,
    requestId: row.request_id,
    message: row.message,
  }
}
