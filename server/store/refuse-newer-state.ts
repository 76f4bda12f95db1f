import type { ClusterState } from '../domain/cluster-state.js'
import { refuseNewerCluster } from '../domain/newer-records.js'
import type { Database, Sql } from './database.js'

/** Throws NewerRecords for a state that a newer version wrote words into, or into the events it is the fold of. */
export async function refuseNewerState(database: Database, sql: Sql, state: ClusterState): Promise<void> {
  const streams = state.operations.map(({ id }) => `operation:${id}`)
  const types =
    streams.length === 0
      ? []
      : await database.rows<{ type: string }>(
          `select distinct type from events where stream = any ($1)`,
          [streams],
          sql,
        )
  refuseNewerCluster(
    state,
    types.map(({ type }) => type),
  )
}
