import type { ClusterState } from '../domain/cluster-state.js'
import type { Obligation } from '../domain/obligation.js'
import type { ServerGroup } from '../domain/server-group.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'
import { clusterOf, operationOf, ticketOf, type DataRow, type TicketRow } from './read-rows.js'

type Of<Row> = Row & { readonly cluster: string }

/** Every cluster as `readClusterState` reads one, by name: five queries, consistent within the caller's transaction. */
export async function readClusterStates(database: Database, sql: Sql): Promise<readonly ClusterState[]> {
  const clusters = await database.rows<DataRow & { version: string }>(
    `select data, version from clusters order by name collate "C"`,
    [],
    sql,
  )
  const groups = await database.rows<Of<DataRow>>(
    `select cluster, data from server_groups where role <> 'destroyed' order by push`,
    [],
    sql,
  )
  const operations = await database.rows<Of<DataRow>>(
    `select cluster, data, wait from operations where not ended order by created_at, id`,
    [],
    sql,
  )
  const obligations = await database.rows<Of<DataRow>>(
    `select cluster, data from obligations where open and cluster is not null`,
    [],
    sql,
  )
  const tickets = await database.rows<Of<TicketRow>>(
    `select cluster, id, call, object, operation_id, at, repeated from intents
     where cluster is not null and (answered is null or answered = 'unclear') order by created_at, id`,
    [],
    sql,
  )
  const groupsOf = byCluster(groups, (row) => withDates<ServerGroup>(row.data))
  const operationsOf = byCluster(operations, operationOf)
  const obligationsOf = byCluster(obligations, (row) => withDates<Obligation>(row.data))
  const ticketsOf = byCluster(tickets, ticketOf)
  return clusters.map((row) => {
    const cluster = clusterOf(row)
    const { name } = cluster
    return {
      cluster,
      groups: groupsOf(name),
      operations: operationsOf(name),
      obligations: obligationsOf(name),
      tickets: ticketsOf(name),
    }
  })
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
