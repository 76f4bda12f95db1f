import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HeldLease } from '../../server/engine/held-lease.js'
import { Database } from '../../server/store/database.js'
import type { PostgresHistory } from '../../server/store/postgres-history.js'
import type { PostgresStore } from '../../server/store/postgres-store.js'
import { writeChange } from '../../server/store/write-change.js'
import type { Change } from '../../server/engine/ports.js'
import { until } from '../support/until.js'
import { storeOnPostgres } from '../support/store-on-postgres.js'
import { storeContract } from './store-contract.js'

let stop: () => Promise<void>
let database: Database
let store: PostgresStore
let history: PostgresHistory

beforeAll(async () => {
  ;({ database, store, stop, history } = await storeOnPostgres(Database))
})
afterAll(() => stop())

describe('the store on PostgreSQL', () => {
  storeContract(() => ({ store, history }))

  it('tells a holder whose lease was taken while it renews it (P4)', async () => {
    const scope = `cluster:shop-${randomUUID()}`
    const held = await HeldLease.claim(store, scope, 'one')
    await database.rows(`update leases set holder = 'thief', epoch = epoch + 1 where scope = $1`, [scope])
    await until(() => held?.signal.aborted ?? false, 3000)
    await held?.release()
  })

  it('numbers events in the order in which they can be seen, so that a stream misses none', async () => {
    const before = await history.lastSeq()
    const at = new Date()
    const said = (sentence: string): Change => ({
      events: [
        {
          stream: 'job:order',
          actor: { name: 'Ada', via: 'api' },
          cluster: null,
          application: null,
          event: { type: 'Said', sentence },
        },
      ],
    })
    const sentences = async () => (await history.eventsAfter(before, 10)).map(({ sentence }) => sentence)
    let second = Promise.resolve()
    await database.transaction(async (sql) => {
      await writeChange(database, sql, said('first'), at, { scope: 'request', epoch: 0 })
      second = store.record(said('second'))
      const waits = `select 1 from pg_locks where locktype = 'advisory' and not granted`
      await until(async () => (await database.rows(waits)).length > 0, 3000)
      expect(await sentences()).toEqual([])
    })
    await second
    expect(await sentences()).toEqual(['first', 'second'])
  })
})
