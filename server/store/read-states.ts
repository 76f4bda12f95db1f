import type { ClusterState } from '../domain/cluster-state.js'
import type { Obligation } from '../domain/obligation.js'
import type { ServerGroup } from '../domain/server-group.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'
import { clusterOf, operationOf, presentGroups, ticketOf, type DataRow, type TicketRow } from './read-rows.js'

type Of<Row> = Row & { readonly cluster: string }

/** The rows of a cluster's state: those that `readClusterState` reads. */
const stateRows = {
  clusters: `clusters where true`,
  groups: `server_groups where ${presentGroups}`,
  operations: `operations where not ended`,
  obligations: `obligations where open and cluster is not null`,
  tickets: `intents where cluster is not null and (answered is null or answered = 'unclear')`,
} as const

/**
 * Changes with every write of a row of a cluster: PostgreSQL gives each version of a row the number of the transaction that
 * wrote it, and a place. A server that took over from one that died may give the same ones again, and began at another time.
 */
const stamp = (kind: string, cluster: string, rows: string) =>
  `select ${cluster} as cluster, '${kind}' || xmin::text || ctid::text as stamp from ${rows}`
const stampsOfAll = `select cluster, md5(pg_postmaster_start_time()::text || string_agg(stamp, ' ' order by stamp)) as stamp from (
  ${stamp('c', 'name', stateRows.clusters)}
  union all ${stamp('g', 'cluster', stateRows.groups)}
  union all ${stamp('o', 'cluster', stateRows.operations)}
  union all ${stamp('b', 'cluster', stateRows.obligations)}
  union all ${stamp('t', 'cluster', stateRows.tickets)}
) as written group by cluster order by cluster collate "C"`

interface Kept {
  readonly stamp: string
  /** Null: rows name it, and there is no such cluster. */
  readonly state: ClusterState | null
}

/**
 * Every cluster as `readClusterState` reads one, by name. Each call sees the database as it is, but what was not written since
 * the call before is not read again: one query says what was, five read it. While nothing is, the very same list is given, so
 * that what is derived from it can be kept too.
 */
export class StatesReader {
  private kept: ReadonlyMap<string, Kept> = new Map()
  private states: readonly ClusterState[] = []

  constructor(private readonly database: Database) {}

  read(): Promise<readonly ClusterState[]> {
    return this.database.snapshot(async (sql) => {
      const { kept, states } = this
      const stamps = await this.database.rows<{ cluster: string; stamp: string }>(stampsOfAll, [], sql)
      const written = stamps.filter((each) => kept.get(each.cluster)?.stamp !== each.stamp)
      if (written.length === 0 && stamps.length === kept.size) return states
      const read = await readStates(
        this.database,
        sql,
        written.map(({ cluster }) => cluster),
      )
      const now = new Map(
        stamps.map(({ cluster, stamp }) => {
          const known = kept.get(cluster)
          const isKept = known !== undefined && known.stamp === stamp
          return [cluster, isKept ? known : { stamp, state: read.get(cluster) ?? null }] as const
        }),
      )
      this.kept = now
      this.states = [...now.values()].flatMap(({ state }) => state ?? [])
      return this.states
    })
  }
}

/** Some clusters in five queries, consistent within the caller's transaction. */
async function readStates(
  database: Database,
  sql: Sql,
  names: readonly string[],
): Promise<ReadonlyMap<string, ClusterState>> {
  const rows = <Row extends Of<object>>(columns: string, from: string, order = '') =>
    database.rows<Row>(`select ${columns} from ${from} and cluster = any ($1) ${order}`, [names], sql)
  const clusters = await database.rows<DataRow & { version: string }>(
    `select data, version from ${stateRows.clusters} and name = any ($1)`,
    [names],
    sql,
  )
  const groups = await rows<Of<DataRow>>('cluster, data', stateRows.groups, 'order by push')
  const operations = await rows<Of<DataRow>>(
    'cluster, data, wait',
    stateRows.operations,
    'order by created_at, id',
  )
  const obligations = await rows<Of<DataRow>>('cluster, data', stateRows.obligations)
  const tickets = await rows<Of<TicketRow>>(
    'cluster, id, call, object, operation_id, at, repeated',
    stateRows.tickets,
    'order by created_at, id',
  )
  const groupsOf = byCluster(groups, (row) => withDates<ServerGroup>(row.data))
  const operationsOf = byCluster(operations, operationOf)
  const obligationsOf = byCluster(obligations, (row) => withDates<Obligation>(row.data))
  const ticketsOf = byCluster(tickets, ticketOf)
  return new Map(
    clusters.map((row) => {
      const cluster = clusterOf(row)
      const { name } = cluster
      const state = {
        cluster,
        groups: groupsOf(name),
        operations: operationsOf(name),
        obligations: obligationsOf(name),
        tickets: ticketsOf(name),
      }
      return [name, state] as const
    }),
  )
}

/** The rows of each cluster, in the order in which they came. */
function byCluster<Row, Read>(
  rows: readonly Of<Row>[],
  read: (row: Of<Row>) => Read,
): (cluster: string) => readonly Read[] {
  const kept = new Map<string, Of<Row>[]>()
  for (const row of rows) {
    const there = kept.get(row.cluster)
    if (there) there.push(row)
    else kept.set(row.cluster, [row])
  }
  return (cluster) => (kept.get(cluster) ?? []).map(read)
}
