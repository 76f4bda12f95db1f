import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../../server/domain/operation.js'
import { Refusal } from '../../server/domain/refusal.js'
import { HeldLease } from '../../server/engine/held-lease.js'
import { Fenced, type Lease } from '../../server/engine/ports.js'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { Database } from '../../server/store/database.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import { PostgresStore } from '../../server/store/postgres-store.js'
import { cluster, obligation, operation, serverGroup } from '../support/build.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let fresh: FreshDatabase
let database: Database
let feed: ChangeFeed
let store: PostgresStore
let history: PostgresHistory
let name: string

const clock = { now: () => new Date() }
const fail = (error: Error) => {
  throw error
}

beforeAll(async () => {
  fresh = await freshDatabase()
  database = new Database(fresh.url, fail)
  feed = new ChangeFeed(fresh.url, database, fail)
  await feed.start()
  store = new PostgresStore(database, clock, feed)
  history = new PostgresHistory(database)
})
afterAll(async () => {
  await feed.stop()
  await database.close()
  await fresh.drop()
})
beforeEach(async () => {
  name = `shop-${randomUUID().slice(0, 8)}`
  await store.request(name, () => ({
    change: { cluster: cluster({ name, ruleArn: `rule-of-${name}` }) },
    result: null,
  }))
})

const anOperation = (patch: Partial<Operation> = {}) =>
  operation({ id: randomUUID(), cluster: name, ...patch })
const claim = async (holder = 'one', leaseMs = 4000): Promise<Lease> => {
  const lease = await store.claim(`cluster:${name}`, holder, leaseMs)
  if (!lease) throw new Error('the lease is taken')
  return lease
}
const versionNow = async () => (await store.loadCluster(name))?.cluster.version ?? 0

describe('leases (P4)', () => {
  it('are held by one, renewed by the same, and taken over with a higher epoch once they ran out', async () => {
    const first = await claim('one', 300)
    expect(await store.claim(first.scope, 'two', 300)).toBeNull()
    expect((await claim('one', 300)).epoch).toBe(first.epoch)
    await until(async () => (await store.claim(first.scope, 'two', 4000)) !== null, 3000)
    expect((await claim('two')).epoch).toBe(first.epoch + 1)
    expect(await store.claim(first.scope, 'one', 300)).toBeNull()
  })

  it('refuse every write of a holder that was replaced: nothing of it is kept', async () => {
    const stale = await claim('one', 200)
    await until(async () => (await store.claim(stale.scope, 'two', 4000)) !== null, 3000)
    const version = await versionNow()
    const change = {
      operations: [anOperation()],
      intent: {
        id: randomUUID(),
        object: 'x',
        cluster: name,
        operationId: null,
        call: { type: 'DeleteRule' as const, ruleArn: 'r' },
        why: 'a late one',
      },
    }
    await expect(store.commitTurn(stale, version, change)).rejects.toThrow(Fenced)
    await expect(store.saveWait(stale, { operationId: randomUUID(), wait: null })).rejects.toThrow(Fenced)
    await expect(
      store.answerIntent(stale, randomUUID(), { answered: 'ok', requestId: null, message: null }),
    ).rejects.toThrow(Fenced)
    expect((await store.loadCluster(name))?.operations).toEqual([])
    expect(await versionNow()).toBe(version)
  })

  it('pass to another at once when they are given up', async () => {
    const held = await HeldLease.claim(store, `cluster:${name}`, 'one')
    await held?.release()
    expect((await claim('two')).holder).toBe('two')
  })

  it('renew themselves while they are held, and say so when they could not', async () => {
    const held = await HeldLease.claim(store, `cluster:${name}`, 'one')
    const before = held?.current.deadline ?? 0
    await until(() => (held?.current.deadline ?? 0) > before, 3000)
    expect(() => held?.check()).not.toThrow()
    await database.rows(`update leases set holder = 'thief', epoch = epoch + 1 where scope = $1`, [
      `cluster:${name}`,
    ])
    await until(() => held?.signal.aborted ?? false, 3000)
    await held?.release()
  })
})

describe('the version check', () => {
  it('throws a decision away that was made before a person’s request', async () => {
    const lease = await claim()
    const version = await versionNow()
    await store.request(name, () => ({
      change: { operations: [anOperation({ phase: 'queued' })] },
      result: null,
    }))
    await expect(
      store.commitTurn(lease, version, { operations: [anOperation({ phase: 'queued' })] }),
    ).rejects.toMatchObject({ lost: 'version' })
    expect((await store.loadCluster(name))?.operations).toHaveLength(1)
  })

  it('lets one of two simultaneous requests start an operation, and refuses the other with a sentence', async () => {
    const ask = () =>
      store.request(name, () => ({
        change: { operations: [anOperation({ phase: 'queued' })] },
        result: 'asked',
      }))
    const answers = await Promise.allSettled([ask(), ask()])
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = answers.find((answer) => answer.status === 'rejected')
    expect(refused?.reason).toBeInstanceOf(Refusal)
    expect(String(refused?.reason)).toContain('Nothing was changed')
  })

  it('writes nothing when the decision of a request throws', async () => {
    const version = await versionNow()
    const refuse = () => {
      throw new Refusal('No', 'No.')
    }
    await expect(store.request(name, refuse)).rejects.toThrow(Refusal)
    expect(await versionNow()).toBe(version)
  })
})

describe('what is recorded', () => {
  it('comes back as it was written, moments included', async () => {
    const group = serverGroup(1, {
      name: `${name}-v001`,
      cluster: name,
      keep: { until: new Date('2026-12-01T00:00:00Z'), by: 'Ada', why: '2026-12-01T00:00:00.000Z' },
    })
    const asked = anOperation({ wait: null })
    const debt = obligation({ id: randomUUID(), object: group.name, cluster: name })
    await store.commitTurn(await claim(), await versionNow(), {
      groups: [group],
      operations: [asked],
      obligations: [debt],
    })
    const state = await store.loadCluster(name)
    expect(state?.groups).toEqual([group])
    expect(state?.operations).toEqual([asked])
    expect(state?.obligations).toEqual([debt])
  })

  it('gives events numbers that grow, and tells every listener', async () => {
    const heard: string[] = []
    const stop = store.onChange((scope) => heard.push(scope))
    const before = await history.lastSeq()
    const id = randomUUID()
    const event = {
      stream: `operation:${id}`,
      actor: { name: 'Ada', via: 'console' as const },
      cluster: name,
      application: 'shop',
      event: { type: 'Promoted' as const },
    }
    await store.commitTurn(await claim(), await versionNow(), {
      operations: [anOperation({ id })],
      events: [event],
    })
    await until(() => heard.includes(`cluster:${name}`), 3000)
    stop()
    const [row] = await history.eventsAfter(before, 10)
    expect(row).toMatchObject({ stream: `operation:${id}`, type: 'Promoted', sentence: 'Its turn came.' })
    expect((await history.operationEvents(id)).map((stamped) => stamped.event)).toEqual([
      { type: 'Promoted' },
    ])
  })

  it('keeps at most one open debt of a kind for a group', async () => {
    const debt = () => obligation({ id: randomUUID(), object: `${name}-v009`, cluster: name })
    await store.commitTurn(await claim(), await versionNow(), { obligations: [debt()] })
    await expect(
      store.commitTurn(await claim(), await versionNow(), { obligations: [debt()] }),
    ).rejects.toThrow(/one_open_obligation/)
  })

  it('shows the wait of an operation without an event, and forgets it at the end', async () => {
    const running = anOperation()
    const lease = await claim()
    await store.commitTurn(lease, await versionNow(), { operations: [running] })
    const wait = { sentence: '2 of 3 targets are healthy', until: null, at: new Date('2026-11-24T12:00:00Z') }
    await store.saveWait(lease, { operationId: running.id, wait })
    expect((await history.operation(running.id))?.wait).toEqual(wait)
    await store.commitTurn(lease, await versionNow(), { operations: [{ ...running, phase: 'succeeded' }] })
    expect((await history.operation(running.id))?.wait).toBeNull()
  })
})

describe('every SQL text', () => {
  it('reads an empty database without a fault', async () => {
    const nothing = 'nothing-of-that-name'
    expect(await history.clusterState(nothing)).toBeNull()
    expect(await history.serverGroup(nothing)).toBeNull()
    expect(await history.destroyedGroups(nothing, 5)).toEqual([])
    expect(await history.operation(nothing)).toBeNull()
    expect(await history.operations({ cluster: nothing, active: true, kinds: ['deploy'], limit: 5 })).toEqual(
      [],
    )
    expect(await history.intents({ operationId: nothing, limit: 5 })).toEqual([])
    expect(
      await history.log({ cluster: nothing, application: nothing, stream: nothing, beforeSeq: 9, limit: 5 }),
    ).toEqual([])
    expect(await history.bake(nothing)).toBeNull()
    expect(await history.bakes({ application: nothing, limit: 5 })).toEqual([])
    expect(await history.image(nothing)).toBeNull()
    expect(await history.images({ application: nothing, limit: 5 })).toEqual([])
    expect(await history.imageByKey(nothing)).toBeNull()
    expect(await history.application(nothing)).toBeNull()
    expect(await store.activeBakeIds()).toEqual([])
  })
})
