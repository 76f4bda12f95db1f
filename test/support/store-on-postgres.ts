import { ChangeFeed } from '../../server/store/change-feed.js'
import type { Database } from '../../server/store/database.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import { PostgresStore } from '../../server/store/postgres-store.js'
import { freshDatabase } from './database.js'

function fail(error: Error): never {
  throw error
}

/**
 * The store on a migrated, empty database of its own, with its feed; a connection that breaks fails the test.
 *
 * @param Kind `Database`, or one that also counts
 */
export async function storeOnPostgres<Kind extends Database>(
  Kind: new (url: string, onFault: typeof fail) => Kind,
) {
  const fresh = await freshDatabase()
  const database = new Kind(fresh.url, fail)
  const feed = new ChangeFeed(fresh.url, database, fail)
  await feed.start()
  return {
    database,
    store: new PostgresStore(database, { now: () => new Date() }, feed),
    history: new PostgresHistory(database),
    stop: async () => {
      await feed.stop()
      await database.close()
      await fresh.drop()
    },
  }
}
