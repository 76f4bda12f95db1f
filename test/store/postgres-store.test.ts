import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { HeldLease } from '../../server/engine/held-lease.js'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { Database } from '../../server/store/database.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import { PostgresStore } from '../../server/store/postgres-store.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { until } from '../support/until.js'
import { storeContract } from './store-contract.js'

let fresh: FreshDatabase
let database: Database
let feed: ChangeFeed
let store: PostgresStore
let history: PostgresHistory

const fail = (error: Error) => {
  throw error
}

beforeAll(async () => {
  fresh = await freshDatabase()
  database = new Database(fresh.url, fail)
  feed = new ChangeFeed(fresh.url, database, fail)
  await feed.start()
  store = new PostgresStore(database, { now: () => new Date() }, feed)
  history = new PostgresHistory(database)
})
afterAll(async () => {
  await feed.stop()
  await database.close()
  await fresh.drop()
})

describe('the store on PostgreSQL', () => {
  storeContract(() => ({ store, history }))

  it('tells a holder whose lease was taken while it renews it (P4)', async () => {
    const scope = `cluster:shop-${randomUUID()}`
    const held = await HeldLease.claim(store, scope, 'one')
    await database.rows(`update leases set holder = 'thief', epoch = epoch + 1 where scope = $1`, [scope])
    await until(() => held?.signal.aborted ?? false, 3000)
    await held?.release()
  })
})
