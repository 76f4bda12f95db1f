import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import { Database, type Sql } from '../../server/store/database.js'
import type { PostgresStore } from '../../server/store/postgres-store.js'
import { bake } from '../support/baked.js'
import { cluster, operation } from '../support/build.js'
import { storeOnPostgres } from '../support/store-on-postgres.js'

/** Notes what is asked of PostgreSQL. */
class NotedDatabase extends Database {
  statements: string[] = []

  override rows<Row extends object>(text: string, values?: readonly unknown[], sql?: Sql): Promise<Row[]> {
    this.statements.push(text)
    return super.rows(text, values, sql)
  }
}

let stop: () => Promise<void>
let database: NotedDatabase
let store: PostgresStore
let history: PostgresHistory

beforeAll(async () => {
  ;({ database, store, stop } = await storeOnPostgres(NotedDatabase))
  history = new PostgresHistory(database)
})
afterAll(() => stop())

async function noted<Read>(
  read: () => Promise<Read>,
): Promise<{ readonly read: Read; readonly statements: string[] }> {
  database.statements = []
  return { read: await read(), statements: database.statements }
}

async function addRun(nth: number, operations: readonly string[]): Promise<string> {
  const runId = randomUUID()
  const groups = Array.from({ length: 20 }, (_, group) => ({
    group: `shop-main-v0${group + 10}`,
    cluster: 'shop-main',
    verdict: group < 2 ? 'goes' : 'stays',
    why: 'it is warm',
  }))
  const data = { runId, now: new Date(Date.UTC(2026, 10, nth)), groups, operations }
  const event = { type: 'CleanupRun', sentence: `Run ${nth}.`, data }
  const actor = { name: 'nightly cleanup', via: 'job' as const }
  await store.record({ events: [{ stream: 'job:cleanup', actor, cluster: null, application: null, event }] })
  return runId
}

describe('lists read what they show', () => {
  it('no log of a bake, nor anything of one but what it is found by', async () => {
    const id = randomUUID()
    await store.record({ bake: bake({ id, log: 'x'.repeat(100_000) }) })
    const listed = await noted(() => history.bakes({ limit: 10 }))
    expect(listed.read[0]).toMatchObject({ id })
    expect(JSON.stringify(listed.read)).not.toContain('xxx')
    expect(listed.statements.join()).not.toMatch(/\blog\b|\*/)
    const names = await noted(() => history.bakeNames(10))
    expect(names.read).toEqual([
      { id, phase: 'building', application: 'shop', version: listed.read[0]!.request.version },
    ])
    expect(names.statements.join()).not.toMatch(/select data|\*/)
  })

  it('of operations what they are found by, and of many by their ids in one query', async () => {
    await store.record({ cluster: cluster({ name: 'shop-main' }) })
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    for (const [nth, id] of ids.entries()) {
      const phase = nth === 0 ? 'halted' : 'succeeded'
      await store.record({
        operations: [operation({ id, kind: 'destroy', phase, to: `shop-main-v00${nth + 1}` })],
      })
    }
    const names = await noted(() => history.operationNames(2))
    expect(names.read).toMatchObject([
      { id: ids[2], kind: 'destroy', to: 'shop-main-v003', phase: 'succeeded' },
      { id: ids[1] },
    ])
    expect(names.statements.join()).not.toMatch(/select data,|\*/)
    const all = await noted(() => history.operationsAmong([...ids, 'no id at all']))
    expect(all.read.map(({ id }) => id).sort()).toEqual([...ids].sort())
    expect(all.statements).toHaveLength(1)
    expect((await history.operationsAmong(ids, 'succeeded')).map(({ id }) => id)).toEqual([ids[0]])
  })

  it('of a cleanup run who went and how many stayed; its page finds it by its id', async () => {
    const first = await addRun(1, [randomUUID()])
    const second = await addRun(2, [])
    const runs = await noted(() => history.cleanupRuns({ limit: 10 }))
    expect(runs.statements).toHaveLength(1)
    expect(runs.read).toMatchObject([
      {
        runId: second,
        by: 'nightly cleanup',
        goes: ['shop-main-v010', 'shop-main-v011'],
        stays: 18,
        operations: [],
      },
      { runId: first, now: new Date(Date.UTC(2026, 10, 1)) },
    ])
    expect(await history.cleanupRuns({ limit: 10, beforeSeq: runs.read[0]!.seq })).toEqual([runs.read[1]])
    expect((await history.cleanupRun(first))?.sentence).toBe('Run 1.')
    expect(await history.cleanupRun('no run')).toBeNull()
    const lines = await history.logLines({ stream: 'job:cleanup', limit: 1 })
    expect(lines[0]).toMatchObject({ type: 'CleanupRun', sentence: 'Run 2.' })
    expect(lines[0]).not.toHaveProperty('data')
  })
})
