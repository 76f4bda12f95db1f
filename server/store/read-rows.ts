import type { Bake, Image, ImageRetirement, ListedBake } from '../domain/bake.js'
import type { Call } from '../domain/call.js'
import type { Cluster } from '../domain/cluster.js'
import type { ClusterState } from '../domain/cluster-state.js'
import type { Obligation } from '../domain/obligation.js'
import type { Operation } from '../domain/operation.js'
import type { ServerGroup } from '../domain/server-group.js'
import type { Ticket } from '../domain/ticket.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'

export interface DataRow {
  readonly data: unknown
  readonly wait?: unknown
  readonly log?: string
  readonly version?: string
}

export function operationOf(row: DataRow): Operation {
  return { ...withDates<Operation>(row.data), wait: row.wait ? withDates<Operation['wait']>(row.wait) : null }
}

export function bakeOf(row: DataRow): Bake {
  return { ...listedBakeOf(row), log: row.log ?? '' }
}

export function listedBakeOf(row: DataRow): ListedBake {
  return {
    // A version before these fields may have written the row.
    recipe: null,
    packageCount: null,
    lostLaunchAt: null,
    ...withDates<Omit<ListedBake, 'recipe' | 'packageCount' | 'lostLaunchAt'>>(row.data),
    wait: row.wait ? withDates<Bake['wait']>(row.wait) : null,
  }
}

type RecordedRetirement = Omit<ImageRetirement, 'unseenSince'>

/** A version before its newest fields may have written the row. */
export function imageOf(row: DataRow): Image {
  const { retirement, ...image } = withDates<
    Omit<Image, 'recipe' | 'retirement'> & { readonly retirement?: RecordedRetirement | null }
  >(row.data)
  return { recipe: null, ...image, retirement: retirement ? { unseenSince: null, ...retirement } : null }
}

export function clusterOf(row: DataRow): Cluster {
  return { ...withDates<Cluster>(row.data), version: Number(row.version ?? 0) }
}

/** Of `server_groups`: what `isPresent` says of a group. */
export const presentGroups = `role <> 'destroyed' and role <> 'givenBack'`

/** One cluster with its present groups, open operations and open obligations, consistent within the caller's transaction. */
export async function readClusterState(
  database: Database,
  sql: Sql,
  name: string,
  lock = false,
): Promise<ClusterState | null> {
  const cluster = await database.first<DataRow & { version: string }>(
    `select data, version from clusters where name = $1 ${lock ? 'for update' : ''}`,
    [name],
    sql,
  )
  if (!cluster) return null
  const groups = await database.rows<DataRow>(
    `select data from server_groups where cluster = $1 and ${presentGroups} order by push`,
    [name],
    sql,
  )
  const operations = await database.rows<DataRow>(
    `select data, wait from operations where cluster = $1 and not ended order by created_at, id`,
    [name],
    sql,
  )
  const obligations = await database.rows<DataRow>(
    `select data from obligations where cluster = $1 and open`,
    [name],
    sql,
  )
  const tickets = await database.rows<TicketRow>(
    `select id, call, object, operation_id, at, repeated from intents
     where cluster = $1 and (answered is null or answered = 'unclear') order by created_at, id`,
    [name],
    sql,
  )
  return {
    cluster: clusterOf(cluster),
    groups: groups.map((row) => withDates<ServerGroup>(row.data)),
    operations: operations.map(operationOf),
    obligations: obligations.map((row) => withDates<Obligation>(row.data)),
    tickets: tickets.map(ticketOf),
  }
}

export interface TicketRow {
  readonly id: string
  readonly call: Call
  readonly object: string
  readonly operation_id: string | null
  readonly at: Date
  readonly repeated: boolean
}

export function ticketOf({ id, call, object, operation_id, at, repeated }: TicketRow): Ticket {
  return { id, call, object, operationId: operation_id, signedAt: at, repeated }
}

/** Ids come from addresses that people type: PostgreSQL would call anything else a fault. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
}
