import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../../server/engine/ports.js'
import { Database, type Sql } from '../../server/store/database.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import type { PostgresStore } from '../../server/store/postgres-store.js'
import { bake, image } from '../support/baked.js'
import { cluster, obligation, operation, serverGroup } from '../support/build.js'
import { storeOnPostgres } from '../support/store-on-postgres.js'

/** Counts what is asked of PostgreSQL. */
class CountedDatabase extends Database {
  statements = 0

  override rows<Row extends object>(text: string, values?: readonly unknown[], sql?: Sql): Promise<Row[]> {
    this.statements += 1
    return super.rows(text, values, sql)
  }
}

let stop: () => Promise<void>
let database: CountedDatabase
let store: PostgresStore
let history: PostgresHistory

const counted = async (read: () => Promise<unknown>) => {
  const before = database.statements
  await read()
  return database.statements - before
}

beforeAll(async () => {
  ;({ database, store, stop } = await storeOnPostgres(CountedDatabase))
})
afterAll(() => stop())
beforeEach(() => {
  history = new PostgresHistory(database)
})

const named = () => `shop-${randomUUID().slice(0, 8)}`

/** A cluster with three groups, one of them held. */
async function addCluster(name = named()): Promise<string> {
  const groups = [1, 2, 3].map((push) =>
    serverGroup(push, { name: `${name}-v00${push}`, cluster: name, targetGroupArn: `arn-${name}-${push}` }),
  )
  await store.record({
    cluster: cluster({ name, ruleArn: `rule-of-${name}` }),
    groups,
    obligations: [obligation({ id: randomUUID(), object: groups[0]!.name, cluster: name })],
  })
  return name
}

describe('all clusters with their groups', () => {
  it('are read in as many queries for fifty clusters as for one', async () => {
    await addCluster()
    const forOne = await counted(() => history.clusterStates())
    for (let nth = 0; nth < 49; nth += 1) await addCluster()
    expect(await history.clusterStates()).toHaveLength(50)
    expect(await counted(() => new PostgresHistory(database).clusterStates())).toBe(forOne)
  })

  it('are the very same list in one query while nothing is written', async () => {
    await addCluster()
    const first = await history.clusterStates()
    expect(await counted(() => history.clusterStates())).toBe(1)
    expect(await history.clusterStates()).toBe(first)
  })

  it('are as each is by itself after every kind of write, and others stay what they were', async () => {
    const other = await addCluster()
    const name = await addCluster()
    const running = operation({ id: randomUUID(), cluster: name, to: `${name}-v003` })
    const row = obligation({ id: randomUUID(), object: `${name}-v002`, cluster: name })
    const state = async () => (await history.clusterStates()).find((each) => each.cluster.name === name)
    const otherBefore = (await history.clusterStates()).find((each) => each.cluster.name === other)
    const lease = (await store.claim(`cluster:${name}`, 'one', 4000))!
    const writes: readonly (() => Promise<unknown>)[] = [
      () => record({ operations: [running] }),
      () => record({ obligations: [row] }),
      () => record({ obligations: [{ ...row, closedAt: new Date(), closedAs: 'repaid' }] }),
      () =>
        store.saveWait(lease, {
          operationId: running.id,
          wait: { sentence: 'for it', until: null, at: new Date() },
        }),
      () => record({ groups: [group(1, 'destroyed')] }),
      () => record({ groups: [group(2, 'givenBack')] }),
      () => store.request(name, () => ({ change: {}, result: null })),
      () => record({ operations: [{ ...running, phase: 'succeeded', endedAt: new Date() }] }),
    ]
    const seen: unknown[] = [await state()]
    for (const write of writes) {
      await write()
      const now = await state()
      expect(now).toEqual(await history.clusterState(name))
      expect(now).not.toEqual(seen.at(-1))
      seen.push(now)
    }
    expect((await history.clusterStates()).find((each) => each.cluster.name === other)).toBe(otherBefore)

    function record(change: Change) {
      return store.record(change)
    }
    function group(push: number, role: 'destroyed' | 'givenBack') {
      return serverGroup(push, { name: `${name}-v00${push}`, cluster: name, role })
    }
  })
})

describe('all images', () => {
  const write = (imageId: string) =>
    store.record({
      image: image({ imageId, name: imageId, contentKey: imageId }),
      bake: bake({ id: randomUUID(), contentKey: randomUUID(), phase: 'baked', endedAt: new Date() }),
    })

  it('are the very same list while none is written, and another one after', async () => {
    const [one, two] = [`ami-${randomUUID()}`, `ami-${randomUUID()}`]
    expect(await history.everyImage()).toEqual([])
    await write(one)
    const first = await history.everyImage()
    expect(first.map(({ imageId }) => imageId)).toEqual([one])
    expect(await history.everyImage()).toBe(first)
    await write(two)
    expect((await history.everyImage()).map(({ imageId }) => imageId)).toEqual([two, one])
    const bad = { reason: 'it crashes', group: 'shop-main-v001', at: new Date() }
    await store.record({ imageBad: { imageId: one, bad } })
    expect((await history.everyImage()).at(-1)?.bad?.reason).toBe('it crashes')
  })
})
