import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstPolicy } from '../../server/domain/image-retention-policy.js'
import { Database } from '../../server/store/database.js'
import { PgForgetting } from '../../server/store/forgetting.js'
import { PgImageRetention } from '../../server/store/image-retention.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import type { PostgresStore } from '../../server/store/postgres-store.js'
import { imageRetentionContract } from './image-retention-contract.js'
import { storeOnPostgres } from '../support/store-on-postgres.js'

let stop: () => Promise<void>
let database: Database
let store: PostgresStore

beforeAll(async () => {
  ;({ database, store, stop } = await storeOnPostgres(Database))
})
afterAll(() => stop())

describe('what is kept for the retention of images, on PostgreSQL', () => {
  imageRetentionContract(async () => {
    await database.rows(
      `truncate image_marks, image_marks_made, image_retention_policy, image_retention_runs`,
    )
    return { store, retention: new PgImageRetention(database) }
  })

  it('is written with its event or not at all', async () => {
    await database.rows(`truncate image_retention_policy`)
    const policy = { ...firstPolicy, version: 5 }
    await store.record({ retention: { policy } })
    const before = await new PostgresHistory(database).lastSeq()
    const said = {
      stream: 'job:image-retention',
      actor: { name: 'Ada', via: 'cli' as const },
      cluster: null,
      application: null,
      event: { type: 'RetentionPolicySet', sentence: 'changed' },
    }
    await expect(
      store.record({ retention: { policy: { ...policy, version: 3 } }, events: [said] }),
    ).rejects.toThrow('changed meanwhile')
    expect(await new PostgresHistory(database).lastSeq()).toBe(before)
  })

  it('is forgotten once nobody asks for it: dry runs after a month, runs after a year, never what is open', async () => {
    await database.rows(`truncate image_retention_runs`)
    const insert = (kind: string, age: string, open: boolean) =>
      database.rows(
        `insert into image_retention_runs (id, at, kind, open, data) values (gen_random_uuid(), now() - $2::interval, $1, $3, '{}')`,
        [kind, age, open],
      )
    await insert('dry run', '31 days', false)
    await insert('dry run', '29 days', false)
    await insert('run', '31 days', false)
    await insert('run', '401 days', false)
    await insert('run', '402 days', true)
    expect(await new PgForgetting(database).forget()).toMatchObject({ 'image retention runs': 2 })
    const left = await database.rows<{ kind: string; open: boolean }>(
      `select kind, open from image_retention_runs order by at desc`,
    )
    expect(left.map(({ kind, open }) => `${kind}${open ? ' open' : ''}`)).toEqual([
      'dry run',
      'run',
      'run open',
    ])
  })
})
