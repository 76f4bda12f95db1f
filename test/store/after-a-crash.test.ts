import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { Database } from '../../server/store/database.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import { PostgresStore } from '../../server/store/postgres-store.js'
import { cluster, operation } from '../support/build.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

let fresh: FreshDatabase
let database: Database
let store: PostgresStore
let history: PostgresHistory

beforeAll(async () => {
  fresh = await freshDatabase()
  const fail = (error: Error) => {
    throw error
  }
  database = new Database(fresh.url, fail)
  store = new PostgresStore(database, { now: () => new Date() }, new ChangeFeed(fresh.url, database, fail))
  history = new PostgresHistory(database)
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

async function newCluster(name: string, patch: Parameters<typeof cluster>[0] = {}): Promise<void> {
  await store.request(name, () => ({
    change: { cluster: cluster({ name, ruleArn: `rule-of-${name}`, ...patch }) },
    result: null,
  }))
}

describe('a request whose sender died before its answer was kept', () => {
  it('is unclear in the audit trail once another goes on, and what was answered stays as it is (P10)', async () => {
    await newCluster('shop-died')
    const traffic = operation({ id: randomUUID(), cluster: 'shop-died' })
    const intent = (id: string) => ({
      id,
      object: 'shop-died-v002',
      cluster: 'shop-died',
      operationId: traffic.id,
      call: { type: 'DeleteRule', ruleArn: 'rule-1' } as const,
      why: 'a test',
    })
    const commit = async (holder: string, id: string) => {
      const lease = await store.claim('cluster:shop-died', holder, 4000)
      const version = (await store.loadCluster('shop-died'))?.cluster.version ?? 0
      if (!lease) throw new Error('the lease is taken')
      await store.commitTurn(lease, version, { operations: [traffic], intent: intent(id) })
      return lease
    }
    const [answered, lost, next] = [randomUUID(), randomUUID(), randomUUID()]
    const lease = await commit('one', answered)
    await store.answerIntent(lease, answered, { answered: 'ok', requestId: 'r-1', message: null })
    await store.release(await commit('one', lost))
    await commit('two', next)
    const rows = await history.intents({ operationId: traffic.id, limit: 10 })
    const of = (id: string) => rows.find((row) => row.id === id)
    expect(of(answered)).toMatchObject({ answered: 'ok', requestId: 'r-1' })
    expect(of(lost)).toMatchObject({ answered: 'unclear', requestId: null })
    expect(of(lost)?.message).toContain('ended before')
    expect(of(next)).toMatchObject({ answered: null })
  })
})

describe('an environment variable that is named as one of our moments', () => {
  it('is given back letter by letter', async () => {
    const environment = { until: 'Friday', at: '2026-11-24T12:00:00.000Z', now: '1', since: '' }
    await newCluster('shop-moments', { settings: { ...cluster().settings, environment } })
    expect((await store.loadCluster('shop-moments'))?.cluster.settings.environment).toEqual(environment)
    expect(
      (await history.clusters()).find((each) => each.name === 'shop-moments')?.settings.environment,
    ).toEqual(environment)
  })
})
