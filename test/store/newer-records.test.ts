import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NewerRecords } from '../../server/domain/newer-records.js'
import { Refusal } from '../../server/domain/refusal.js'
import { Loop } from '../../server/engine/loop.js'
import { Database } from '../../server/store/database.js'
import type { PostgresStore } from '../../server/store/postgres-store.js'
import { cluster, obligation, operation, serverGroup } from '../support/build.js'
import { FakeWorld } from '../support/fake-parts.js'
import { until } from '../support/until.js'
import { storeOnPostgres } from '../support/store-on-postgres.js'

let stop: () => Promise<void>
let database: Database
let store: PostgresStore

beforeAll(async () => {
  ;({ database, store, stop } = await storeOnPostgres(Database))
})
afterAll(() => stop())

/** A cluster in the middle of a deployment, as this version writes it. */
async function deploying(name: string): Promise<void> {
  const running = operation({ id: randomUUID(), cluster: name })
  await store.request(name, () => ({
    change: {
      cluster: cluster({ name, ruleArn: `rule-of-${name}` }),
      groups: [{ ...serverGroup(1), name: `${name}-v001`, cluster: name }],
      operations: [running],
      obligations: [obligation({ id: randomUUID(), cluster: name, object: `${name}-v001` })],
      events: [
        {
          stream: `operation:${running.id}`,
          actor: { name: 'Ada', via: 'console' },
          cluster: name,
          application: 'shop',
          event: { type: 'Promoted' },
        },
      ],
    },
    result: null,
  }))
}

const inData = (column: string, word: string) => `data = jsonb_set(data, '{${column}}', '"${word}"')`
const written: readonly [what: string, statement: string][] = [
  ['the phase “sailing”', `update operations set ${inData('phase', 'sailing')} where cluster = $1`],
  ['the operation “voyage”', `update operations set ${inData('kind', 'voyage')} where cluster = $1`],
  ['the event “SailSet”', `update events set type = 'SailSet' where cluster = $1`],
  ['the role “canary”', `update server_groups set ${inData('role', 'canary')} where cluster = $1`],
  ['the obligation “mooring”', `update obligations set ${inData('kind', 'mooring')} where cluster = $1`],
]

describe('a cluster that a newer version wrote something unknown into', () => {
  it.each(written)(
    '%s: it is not claimed, not advanced and not changed, and what is unknown is said',
    async (what, statement) => {
      const name = `shop-${randomUUID().slice(0, 8)}`
      await deploying(name)
      await database.rows(statement, [name])
      await expect(store.loadCluster(name)).rejects.toThrow(what)
      const asked = store.request(name, () => ({ change: {}, result: null }))
      await expect(asked).rejects.toThrow(Refusal)
      await expect(asked).rejects.toThrow('Ask a console of the newer version')

      const logged: unknown[] = []
      let looked = 0
      const counting: typeof store = Object.assign(Object.create(store) as typeof store, {
        clusterNames: () => Promise.resolve([name]),
        loadCluster: (asked: string) => {
          looked += 1
          return store.loadCluster(asked)
        },
      })
      const loop = new Loop(
        { ...new FakeWorld().parts(), store: counting },
        { fault: (_scope, error) => void logged.push(error) },
      )
      loop.start()
      await until(() => looked >= 2, 15_000, 'it looks whether it understands it by now')
      expect(loop.leftAlone.get(`cluster:${name}`)).toContain(what)
      expect(await database.rows(`select 1 from leases where scope = $1`, [`cluster:${name}`])).toEqual([])
      await loop.stop()
      expect(logged).toHaveLength(1)
      expect(logged[0]).toBeInstanceOf(NewerRecords)
    },
  )

  it('is advanced again once nothing in it is unknown', async () => {
    const name = `shop-${randomUUID().slice(0, 8)}`
    await deploying(name)
    await database.rows(`update operations set ${inData('phase', 'sailing')} where cluster = $1`, [name])
    const only: typeof store = Object.assign(Object.create(store) as typeof store, {
      clusterNames: () => Promise.resolve([name]),
    })
    const loop = new Loop({ ...new FakeWorld().parts(), store: only }, { fault: () => undefined })
    loop.start()
    await until(() => loop.leftAlone.has(`cluster:${name}`), 15_000, 'it is left alone')
    await database.rows(`update operations set ${inData('phase', 'registering')} where cluster = $1`, [name])
    const claimed = async () =>
      (await database.rows(`select 1 from leases where scope = $1`, [`cluster:${name}`])).length > 0
    await until(claimed, 15_000, 'it is claimed')
    expect(loop.leftAlone.size).toBe(0)
    await loop.stop()
  })

  it('keeps what this version does not know of when it is written again', async () => {
    const name = `shop-${randomUUID().slice(0, 8)}`
    await deploying(name)
    const tables = ['clusters', 'server_groups', 'operations', 'obligations']
    const of = (table: string) => (table === 'clusters' ? 'name' : 'cluster')
    for (const table of tables)
      await database.rows(
        `update ${table} set data = data || '{"tomorrow": {"a": [1]}}' where ${of(table)} = $1`,
        [name],
      )
    await store.request(name, (state) => ({
      change: {
        cluster: state!.cluster,
        groups: state!.groups,
        operations: state!.operations,
        obligations: state!.obligations,
      },
      result: null,
    }))
    for (const table of tables)
      expect(
        await database.rows(`select data->'tomorrow' as kept from ${table} where ${of(table)} = $1`, [name]),
        table,
      ).toEqual([{ kept: { a: [1] } }])
  })
})
