import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Bake, Image } from '../../server/domain/bake.js'
import type { ModifyRule } from '../../server/domain/call.js'
import type { ClusterState } from '../../server/domain/cluster-state.js'
import { NewerRecords } from '../../server/domain/newer-records.js'
import type { Obligation } from '../../server/domain/obligation.js'
import type { Operation } from '../../server/domain/operation.js'
import { Refusal } from '../../server/domain/refusal.js'
import type { Hold, Restraint } from '../../server/domain/restraint.js'
import type { ServerGroup } from '../../server/domain/server-group.js'
import { HeldLease } from '../../server/engine/held-lease.js'
import {
  Fenced,
  type Change,
  type History,
  type Lease,
  type NewEvent,
  type NewIntent,
  type Store,
} from '../../server/engine/ports.js'
import { at, cluster, obligation, operation, serverGroup } from '../support/build.js'
import { bake as aBake, image as anImage } from '../support/baked.js'
import { freeze, hold, window } from '../support/restraints.js'
import { until } from '../support/until.js'

/** A store to hold to the contract; the same one for all tests, each of which works on names of its own. */
export interface StoreUnderTest {
  readonly store: Store
  readonly history: History
}

/** What every store of the engine promises, whatever it stands on. */
export function storeContract(given: () => StoreUnderTest): void {
  let store: Store
  let history: History
  let name: string

  beforeEach(async () => {
    ;({ store, history } = given())
    name = `shop-${randomUUID().slice(0, 8)}`
    await store.request(name, () => ({
      change: { cluster: cluster({ name, ruleArn: `rule-of-${name}` }) },
      result: null,
    }))
  })

  const claim = async (holder = 'one', leaseMs = 4000): Promise<Lease> => {
    const lease = await store.claim(`cluster:${name}`, holder, leaseMs)
    if (!lease) throw new Error('the lease is taken')
    return lease
  }
  const load = async () => {
    const state = await store.loadCluster(name)
    if (!state) throw new Error(`there is no ${name}`)
    return state
  }
  const versionNow = async () => (await load()).cluster.version
  const commit = async (change: Change) => store.commitTurn(await claim(), await versionNow(), change)
  const asked = (change: Change) => store.request(name, () => ({ change, result: null }))

  const anOperation = (patch: Partial<Operation> = {}) =>
    operation({ id: randomUUID(), cluster: name, ...patch })
  const aGroup = (push: number, patch: Partial<ServerGroup> = {}) =>
    serverGroup(push, { name: `${name}-v00${push}`, cluster: name, ...patch })
  const aDebt = (patch: Partial<Obligation> = {}) =>
    obligation({ id: randomUUID(), object: `${name}-v001`, cluster: name, ...patch })
  const anEvent = (stream: string, patch: Partial<NewEvent> = {}): NewEvent => ({
    stream,
    actor: { name: 'Ada', via: 'console' },
    cluster: name,
    application: 'shop',
    event: { type: 'Promoted' },
    ...patch,
  })
  const said = (sentence: string, patch: Partial<NewEvent> = {}) =>
    anEvent(`cluster:${name}`, { event: { type: 'Noted', sentence }, ...patch })
  const modifyRule: ModifyRule = {
    type: 'ModifyRule',
    ruleArn: 'rule',
    purpose: 'switch',
    before: [],
    entries: [{ targetGroupArn: 'next', weight: 100 }],
  }
  const anIntent = (patch: Partial<NewIntent> = {}): NewIntent => ({
    id: randomUUID(),
    object: name,
    cluster: name,
    operationId: null,
    call: modifyRule,
    why: 'to switch',
    ...patch,
  })
  const silent = { requestId: null, message: null }

  describe('what keeps changes from starting', () => {
    const someHold = (patch: Partial<Hold> = {}): Hold => hold({ id: randomUUID(), createdAt: at, ...patch })
    const mine = async (id: string, when = at) =>
      (await store.openRestraints(when)).filter((each) => each.id === id)

    it('is read as it was written, moments and all', async () => {
      const until = new Date(at.getTime() + 60_000)
      const rows: Restraint[] = [
        someHold({ until }),
        window({ id: randomUUID(), createdAt: at }),
        freeze({ id: randomUUID(), createdAt: at }),
      ]
      for (const restraint of rows) await store.record({ restraint })
      for (const restraint of rows) {
        expect(await mine(restraint.id)).toEqual([restraint])
        expect(await history.restraint(restraint.id)).toEqual(restraint)
      }
      const listed = (await history.restraints(500)).map(({ id }) => id)
      expect(listed.filter((id) => rows.some((row) => row.id === id))).toEqual(
        rows.map(({ id }) => id).reverse(),
      )
    })

    it('is open until its end, and no longer once somebody took it back', async () => {
      const until = new Date(at.getTime() + 60_000)
      const restraint = someHold({ until })
      await store.record({ restraint })
      expect(await mine(restraint.id, new Date(until.getTime() - 1))).toHaveLength(1)
      expect(await mine(restraint.id, until)).toEqual([])
      const ended = { by: 'Ada', at, reason: 'done' }
      await store.record({ restraint: { ...restraint, until: null, ended } })
      expect(await mine(restraint.id)).toEqual([])
      expect(await history.restraint(restraint.id)).toMatchObject({ ended })
    })

    it('of a kind that only a newer version knows lets nobody here decide, and is left out of lists', async () => {
      const id = randomUUID()
      const when = new Date(at.getTime() + 86_400_000)
      const newer = { ...someHold({ until: new Date(when.getTime() + 1) }), id, kind: 'curfew' as 'hold' }
      await store.record({ restraint: newer })
      await expect(store.openRestraints(when)).rejects.toThrow(NewerRecords)
      expect((await history.restraints(500)).map((each) => each.id)).not.toContain(id)
      await store.record({ restraint: { ...newer, ended: { by: 'Ada', at, reason: 'done' } } })
      expect(await mine(id, when)).toEqual([])
    })

    it('is none for an id that is no id', async () => {
      expect(await history.restraint('curfew')).toBeNull()
    })
  })

  describe('leases (P4)', () => {
    it('are held by one, renewed by the same, and taken over with a higher epoch once they ran out', async () => {
      const first = await claim('one', 300)
      expect(await store.claim(first.scope, 'two', 300)).toBeNull()
      expect((await claim('one', 300)).epoch).toBe(first.epoch)
      await until(async () => (await store.claim(first.scope, 'two', 4000)) !== null, 3000)
      expect((await claim('two')).epoch).toBe(first.epoch + 1)
      expect(await store.claim(first.scope, 'one', 300)).toBeNull()
    })

    it('tell their holder an end that is counted from before the asking', async () => {
      const before = performance.now()
      const lease = await claim('one', 4000)
      expect(lease.deadline).toBeGreaterThanOrEqual(before + 4000)
      expect(lease.deadline).toBeLessThanOrEqual(performance.now() + 4000)
    })

    it('refuse every write of a holder that was replaced: nothing of it is kept', async () => {
      const stale = await claim('one', 200)
      await until(async () => (await store.claim(stale.scope, 'two', 4000)) !== null, 3000)
      const version = await versionNow()
      const before = await history.lastSeq()
      const running = anOperation()
      const intent = anIntent()
      const change = { operations: [running], intent, events: [said('a late one')] }
      await expect(store.commitTurn(stale, version, change)).rejects.toMatchObject({ lost: 'lease' })
      await expect(store.saveWait(stale, { operationId: randomUUID(), wait: null })).rejects.toThrow(Fenced)
      await expect(
        store.answerIntent(stale, randomUUID(), { answered: 'ok', ...silent }, { operations: [running] }),
      ).rejects.toThrow(Fenced)
      const state = await load()
      expect([state.operations, state.tickets, state.cluster.version]).toEqual([[], [], version])
      expect(await history.eventsAfter(before, 10)).toEqual([])
    })

    it('refuse a holder whose time has run out, even where nobody has come since', async () => {
      const lease = await claim('one', 100)
      const version = await versionNow()
      await until(() => performance.now() > lease.deadline + 50, 3000)
      await expect(store.commitTurn(lease, version, {})).rejects.toMatchObject({ lost: 'lease' })
    })

    it('pass to another at once when they are given up, with a higher epoch', async () => {
      const held = await HeldLease.claim(store, `cluster:${name}`, 'one')
      await held?.release()
      const next = await claim('two')
      expect(next.epoch).toBe((held?.current.epoch ?? 0) + 1)
    })

    it('are not taken from the next holder by an earlier one that gives up late', async () => {
      const early = await claim('one', 100)
      await until(async () => (await store.claim(early.scope, 'two', 4000)) !== null, 3000)
      await store.release(early)
      expect(await store.claim(early.scope, 'three', 4000)).toBeNull()
    })

    it('renew themselves while they are held', async () => {
      const held = await HeldLease.claim(store, `cluster:${name}`, 'one')
      const before = held?.current.deadline ?? 0
      await until(() => (held?.current.deadline ?? 0) > before, 3000)
      expect(() => held?.check()).not.toThrow()
      await held?.release()
    })
  })

  describe('the version', () => {
    it('throws a decision away that was made before a person’s request', async () => {
      const lease = await claim()
      const version = await versionNow()
      await asked({ operations: [anOperation({ phase: 'queued' })] })
      await expect(
        store.commitTurn(lease, version, { operations: [anOperation({ phase: 'queued' })] }),
      ).rejects.toMatchObject({ lost: 'version' })
      expect((await load()).operations).toHaveLength(1)
    })

    it('grows by one with each turn and each request, and not with an answer or a wait', async () => {
      const begun = await versionNow()
      const running = anOperation()
      const intent = anIntent()
      await commit({ operations: [running], intent })
      expect(await versionNow()).toBe(begun + 1)
      await asked({})
      expect(await versionNow()).toBe(begun + 2)
      const lease = await claim()
      await store.answerIntent(lease, intent.id, { answered: 'unclear', ...silent })
      await store.saveWait(lease, { operationId: running.id, wait: null })
      expect(await versionNow()).toBe(begun + 2)
    })

    it('is the store’s own: what a change says of it is not believed', async () => {
      const { cluster: present } = await load()
      await commit({ cluster: { ...present, version: 77, statement: 'v001 100 %' } })
      expect(await versionNow()).toBe(present.version + 1)
    })

    it('is not asked of an answer, which is a fact: what it teaches is kept whatever was asked meanwhile', async () => {
      const intent = anIntent()
      await commit({ intent })
      const lease = await claim()
      await asked({ operations: [anOperation({ phase: 'queued' })] })
      const group = aGroup(3)
      await store.answerIntent(lease, intent.id, { answered: 'ok', ...silent }, { groups: [group] })
      expect((await load()).groups).toEqual([group])
    })

    it('moves with an answered write of the rule, and what the rule is expected to show with it', async () => {
      const intent = anIntent()
      await commit({ intent })
      const version = await versionNow()
      const entries = [{ targetGroupArn: 'next', weight: 100 }]
      await store.answerIntent(await claim(), intent.id, {
        answered: 'ok',
        requestId: 'r-1',
        message: null,
        rule: { ruleArn: `rule-of-${name}`, entries },
      })
      const { cluster: after } = await load()
      expect(after.version).toBe(version + 1)
      expect(after.expected).toEqual(entries)
    })

    it('stays where the decision of a request throws', async () => {
      const version = await versionNow()
      const refuse = () => {
        throw new Refusal('No', 'No.')
      }
      await expect(store.request(name, refuse)).rejects.toThrow(Refusal)
      expect(await versionNow()).toBe(version)
    })

    it('begins at 1, and a request for a cluster that is not there sees nothing', async () => {
      const other = `${name}-new`
      const saw = await store.request(other, (state) => ({
        change: { cluster: cluster({ name: other, ruleArn: null }) },
        result: state,
      }))
      expect(saw).toBeNull()
      expect((await store.loadCluster(other))?.cluster.version).toBe(1)
      expect(await store.clusterNames()).toEqual(expect.arrayContaining([name, other]))
    })
  })

  describe('one at a time', () => {
    it('lets one of two simultaneous requests start an operation, and refuses the other with a sentence', async () => {
      const ask = () => asked({ operations: [anOperation({ phase: 'queued' })] })
      const answers = await Promise.allSettled([ask(), ask()])
      expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
      const refused = answers.find((answer) => answer.status === 'rejected')
      expect(refused?.reason).toMatchObject({ code: 'OperationRunning' })
      expect(String(refused?.reason)).toContain('Nothing was changed')
    })

    it('lets any number wait, and the next start once the first has ended', async () => {
      const running = anOperation({ phase: 'queued' })
      const waiting = [anOperation({ phase: 'waiting' }), anOperation({ phase: 'waiting' })]
      await asked({ operations: [running, ...waiting] })
      await asked({
        operations: [
          { ...running, phase: 'succeeded' },
          { ...waiting[0]!, phase: 'queued' },
        ],
      })
      expect((await load()).operations.map(({ id, phase }) => [id, phase])).toEqual([
        [waiting[0]!.id, 'queued'],
        [waiting[1]!.id, 'waiting'],
      ])
    })

    it('refuses to destroy a group twice at once, and lets two be destroyed', async () => {
      const destroy = (to: string) => anOperation({ kind: 'destroy', phase: 'queued', to })
      await asked({ operations: [destroy(`${name}-v001`), destroy(`${name}-v002`)] })
      await expect(asked({ operations: [destroy(`${name}-v001`)] })).rejects.toMatchObject({
        code: 'AlreadyAsked',
      })
    })

    it('refuses a listener rule that another cluster owns', async () => {
      const other = `${name}-b`
      const taking = store.request(other, () => ({
        change: { cluster: cluster({ name: other, ruleArn: `rule-of-${name}` }) },
        result: null,
      }))
      await expect(taking).rejects.toMatchObject({ code: 'RuleTaken' })
      expect(await store.loadCluster(other)).toBeNull()
    })

    it('gives a push number to one group for ever, also after it is destroyed', async () => {
      const group = aGroup(4)
      await commit({ groups: [group] })
      await commit({ groups: [{ ...group, role: 'destroyed' }] })
      await expect(commit({ groups: [aGroup(4, { name: `${name}-again-v004` })] })).rejects.toThrow(
        /server_groups_cluster_push_key/,
      )
      await commit({ groups: [aGroup(5)] })
      expect((await load()).groups.map(({ push }) => push)).toEqual([5])
    })

    it('keeps nothing at all of a change of which one row is refused', async () => {
      await commit({ obligations: [aDebt()] })
      const version = await versionNow()
      const before = await history.lastSeq()
      await expect(
        commit({
          operations: [anOperation()],
          groups: [aGroup(6)],
          obligations: [aDebt()],
          intent: anIntent(),
          events: [said('never kept')],
        }),
      ).rejects.toThrow(/one_open_obligation/)
      const state = await load()
      expect([state.operations, state.groups, state.tickets, state.cluster.version]).toEqual([
        [],
        [],
        [],
        version,
      ])
      expect(await history.eventsAfter(before, 10)).toEqual([])
    })
  })

  describe('the ledger (P5)', () => {
    const raised = [{ min: 3, max: 6 }] as const

    it('keeps at most one open debt of a kind for an object', async () => {
      await commit({ obligations: [aDebt({ kind: 'minSize' })] })
      await expect(commit({ obligations: [aDebt({ kind: 'minSize' })] })).rejects.toThrow(
        /one_open_obligation/,
      )
      await commit({
        obligations: [aDebt({ kind: 'suspended' }), aDebt({ kind: 'minSize', object: `${name}-v002` })],
      })
      expect((await load()).obligations).toHaveLength(3)
    })

    it('keeps the first original while further attempts are added', async () => {
      const debt = aDebt({ original: { min: 1, max: 6 }, attempted: raised })
      await commit({ obligations: [debt] })
      await commit({ obligations: [{ ...debt, attempted: [...raised, { min: 5, max: 6 }] }] })
      const [row] = (await load()).obligations
      expect(row?.original).toEqual({ min: 1, max: 6 })
      expect(row?.attempted).toEqual([...raised, { min: 5, max: 6 }])
    })

    it('forgets what is repaid, after which the same may be owed again', async () => {
      const debt = aDebt()
      await commit({ obligations: [debt] })
      const next = aDebt()
      await commit({ obligations: [{ ...debt, closedAt: at, closedAs: 'repaid' }, next] })
      expect((await load()).obligations).toEqual([next])
    })

    it('lists what is owed for clusters and bakes together, oldest first', async () => {
      const builder = aDebt({ kind: 'builder', object: randomUUID(), cluster: null })
      const [first, last] = [aDebt(), aDebt({ object: `${name}-v002` })]
      await commit({ obligations: [first] })
      await store.record({ obligations: [builder] })
      await commit({ obligations: [last] })
      const own = new Set([first.id, builder.id, last.id])
      const listed = (await history.obligations()).filter(({ id }) => own.has(id))
      expect(listed).toEqual([first, builder, last])
      await expect(store.record({ obligations: [{ ...builder, id: randomUUID() }] })).rejects.toThrow(
        /one_open_obligation/,
      )
      await store.record({ obligations: [{ ...builder, closedAt: at, closedAs: 'repaid' }] })
      expect((await history.obligations()).some(({ id }) => id === builder.id)).toBe(false)
    })
  })

  describe('tickets', () => {
    it('are there from the intent on, until it is answered', async () => {
      const running = anOperation()
      const intent = anIntent({ operationId: running.id })
      await commit({ operations: [running], intent })
      const [ticket] = (await load()).tickets
      expect(ticket).toMatchObject({
        id: intent.id,
        object: name,
        operationId: running.id,
        call: modifyRule,
        repeated: false,
      })
      expect(ticket?.signedAt).toBeInstanceOf(Date)
      const lease = await claim()
      await store.answerIntent(lease, intent.id, { answered: 'unclear', ...silent })
      expect((await load()).tickets).toHaveLength(1)
      await store.answerIntent(lease, intent.id, { answered: 'refused', requestId: 'r-2', message: 'No: no' })
      expect((await load()).tickets).toEqual([])
      const [row] = await history.intents({ operationId: running.id, limit: 5 })
      expect(row).toMatchObject({ answered: 'refused', requestId: 'r-2', message: 'No: no' })
      expect(row?.answeredAt).toBeInstanceOf(Date)
    })

    it('are unclear from the next turn on: whoever goes on will never hear the answer', async () => {
      const running = anOperation()
      await commit({ operations: [running], intent: anIntent({ operationId: running.id }) })
      await commit({})
      const [row] = await history.intents({ operationId: running.id, limit: 5 })
      expect(row?.answered).toBe('unclear')
      expect(row?.message).toMatch(/ended before the answer was kept/)
      expect((await load()).tickets).toHaveLength(1)
    })

    it('are closed as seen or expired, oldest first, and say when they were repeated', async () => {
      const running = anOperation()
      const intents = [1, 2, 3].map(() => anIntent({ operationId: running.id }))
      await commit({ operations: [running], intent: intents[0]! })
      await commit({ intent: intents[1]! })
      await commit({ intent: intents[2]!, ticketsRepeated: [intents[1]!.id] })
      expect((await load()).tickets.map(({ id, repeated }) => [id, repeated])).toEqual([
        [intents[0]!.id, false],
        [intents[1]!.id, true],
        [intents[2]!.id, false],
      ])
      await commit({
        ticketsClosed: [
          { id: intents[0]!.id, as: 'expired' },
          { id: intents[2]!.id, as: 'seen' },
        ],
      })
      expect((await load()).tickets.map(({ id }) => id)).toEqual([intents[1]!.id])
      const rows = await history.intents({ operationId: running.id, limit: 5 })
      expect(rows.map(({ answered }) => answered)).toEqual(['seen', 'unclear', 'expired'])
      expect(rows[0]?.answeredAt).toBeInstanceOf(Date)
    })

    it('of a bake are no cluster’s', async () => {
      const bake = aBake({ id: randomUUID() })
      await store.record({ bake })
      const lease = await store.claim(`bake:${bake.id}`, 'one', 4000)
      await store.commitTurn(lease!, null, { intent: anIntent({ cluster: null, object: `bake:${bake.id}` }) })
      expect((await load()).tickets).toEqual([])
    })
  })

  describe('what is recorded', () => {
    it('comes back as it was written, moments included', async () => {
      const group = aGroup(1, {
        keep: { until: new Date('2026-12-01T00:00:00Z'), by: 'Ada', why: '2026-12-01T00:00:00.000Z' },
      })
      const running = anOperation({ wait: null })
      const debt = aDebt()
      await commit({ groups: [group], operations: [running], obligations: [debt] })
      const state = await load()
      expect(state.groups).toEqual([group])
      expect(state.operations).toEqual([running])
      expect(state.obligations).toEqual([debt])
      expect(await history.clusterState(name)).toEqual(state)
    })

    it('shows groups by their push, and those that are destroyed only to history, the latest first', async () => {
      await commit({ groups: [aGroup(3), aGroup(1), aGroup(2)] })
      expect((await load()).groups.map(({ push }) => push)).toEqual([1, 2, 3])
      await commit({ groups: [1, 2].map((push) => aGroup(push, { role: 'destroyed' })) })
      expect((await load()).groups.map(({ push }) => push)).toEqual([3])
      expect((await history.destroyedGroups(name, 5)).map(({ push }) => push)).toEqual([2, 1])
      expect((await history.destroyedGroups(name, 1)).map(({ push }) => push)).toEqual([2])
      expect((await history.serverGroup(`${name}-v001`))?.role).toBe('destroyed')
      const named = async (part: string, limit = 9) =>
        (await history.groupsNamed(part, limit)).map((group) => group.push)
      expect(await named(name.toUpperCase())).toEqual([3, 2, 1])
      expect(await named(`${name}-v00`, 2)).toEqual([3, 2])
      expect(await named(`${name}-v002`)).toEqual([2])
      expect(await named(`${name}%`)).toEqual([])
      expect((await history.serverGroup(`${name}-v003`))?.role).toBe('live')
    })

    it('gives events numbers that grow, and tells every listener', async () => {
      const heard: string[] = []
      const stop = store.onChange((scope) => heard.push(scope))
      const before = await history.lastSeq()
      const running = anOperation()
      const stream = `operation:${running.id}`
      await commit({ operations: [running], events: [anEvent(stream), said('And then.')] })
      await until(() => heard.includes(`cluster:${name}`), 3000)
      stop()
      const rows = await history.eventsAfter(before, 10)
      expect(rows).toMatchObject([
        { stream, type: 'Promoted', sentence: 'Its turn came.' },
        { stream: `cluster:${name}`, type: 'Noted', sentence: 'And then.' },
      ])
      expect(rows[1]!.seq).toBeGreaterThan(rows[0]!.seq)
      expect(await history.lastSeq()).toBe(rows[1]!.seq)
      expect(await history.eventsAfter(before, 1)).toEqual(rows.slice(0, 1))
      expect((await history.operationEvents(running.id)).map(({ event }) => event)).toEqual([
        { type: 'Promoted' },
      ])
    })

    it('tells of waits and of what is only logged, and no longer those who stopped listening', async () => {
      const heard: string[] = []
      const running = anOperation()
      await commit({ operations: [running] })
      const stop = store.onChange((scope) => heard.push(scope))
      await store.saveWait(await claim(), { operationId: running.id, wait: null })
      await until(() => heard.includes(`view:cluster:${name}`), 3000)
      await store.record({ events: [said('Only said.')] })
      await until(() => heard.includes('log'), 3000)
      stop()
      const other = store.onChange((scope) => heard.push(`other ${scope}`))
      heard.length = 0
      await commit({ cluster: (await load()).cluster })
      await until(() => heard.includes(`other cluster:${name}`), 3000)
      other()
      expect(heard.filter((scope) => !scope.startsWith('other'))).toEqual([])
    })

    it('shows the wait of an operation without an event, keeps it through the phase, and forgets it with the phase', async () => {
      const running = anOperation()
      const lease = await claim()
      await commit({ operations: [running] })
      const wait = { sentence: '2 of 3 targets are healthy', until: null, at }
      await store.saveWait(lease, { operationId: running.id, wait })
      expect((await history.operation(running.id))?.wait).toEqual(wait)
      await commit({ operations: [{ ...running, unreadyCount: 1 }] })
      expect((await history.operation(running.id))?.wait).toEqual(wait)
      await commit({ operations: [{ ...running, phase: 'pinning', wait }] })
      expect((await history.operation(running.id))?.wait).toBeNull()
      await store.saveWait(lease, { operationId: running.id, wait })
      await commit({ operations: [{ ...running, phase: 'succeeded' }] })
      expect((await history.operation(running.id))?.wait).toBeNull()
    })
  })

  describe('history', () => {
    it('lists operations by cluster, kind and whether they have ended, the last recorded first', async () => {
      const early = new Date(at.getTime() - 3_600_000)
      const [done, running, waits] = [
        anOperation({ phase: 'succeeded' }),
        anOperation({ phase: 'queued', requestedAt: early }),
        anOperation({ kind: 'switchBack', phase: 'waiting' }),
      ]
      for (const one of [done, running, waits]) await commit({ operations: [one] })
      const ids = async (filter: Partial<Parameters<History['operations']>[0]>) =>
        (await history.operations({ cluster: name, limit: 10, ...filter })).map(({ id }) => id)
      expect(await ids({})).toEqual([waits.id, running.id, done.id])
      expect(await ids({ active: true })).toEqual([waits.id, running.id])
      expect(await ids({ active: false })).toEqual([done.id])
      expect(await ids({ kinds: ['deploy'] })).toEqual([running.id, done.id])
      expect(await ids({ kinds: [] })).toEqual([])
      expect(await ids({ limit: 1 })).toEqual([waits.id])
      expect(await ids({ cluster: `${name}-other` })).toEqual([])
      expect(await ids({ after: waits.id })).toEqual([running.id, done.id])
      expect(await ids({ after: waits.id, kinds: ['deploy'], limit: 1 })).toEqual([running.id])
      expect(await ids({ after: done.id })).toEqual([])
      expect(await ids({ after: randomUUID() })).toEqual([])
      await commit({ operations: [{ ...running, phase: 'failed' }] })
      expect(await ids({ active: false })).toEqual([running.id, done.id])
      expect((await history.operation(done.id))?.id).toBe(done.id)
    })

    it('pages through the log, filtered, the newest first', async () => {
      const application = `app-${name}`
      const stream = `job:${name}`
      await store.record({
        events: [
          said('one'),
          said('two', { application }),
          anEvent(stream, { cluster: null, event: { type: 'Ran', sentence: 'three' } }),
          said('four', { application }),
        ],
      })
      const sentences = async (filter: Parameters<History['log']>[0]) =>
        (await history.log(filter)).map(({ sentence }) => sentence)
      expect(await sentences({ cluster: name, limit: 9 })).toEqual(['four', 'two', 'one'])
      expect(await sentences({ application, limit: 9 })).toEqual(['four', 'two'])
      expect(await sentences({ stream, limit: 9 })).toEqual(['three'])
      expect(await sentences({ cluster: name, stream, limit: 9 })).toEqual([])
      const [newest] = await history.log({ cluster: name, limit: 1 })
      expect(newest?.sentence).toBe('four')
      expect(await sentences({ cluster: name, beforeSeq: newest!.seq, limit: 1 })).toEqual(['two'])
      expect(await sentences({ application, beforeSeq: newest!.seq, limit: 9 })).toEqual(['two'])
      expect(await sentences({ stream, type: 'Ran', limit: 9 })).toEqual(['three'])
      expect(await sentences({ stream, type: 'Kept', limit: 9 })).toEqual([])
      const { actor, at: when } = newest!
      expect(await sentences({ application, by: actor.name, limit: 9 })).toEqual(['four', 'two'])
      expect(await sentences({ application, by: `not ${actor.name}`, limit: 9 })).toEqual([])
      const later = new Date(when.getTime() + 1)
      expect(await sentences({ application, from: when, to: later, limit: 1 })).toEqual(['four'])
      expect(await sentences({ application, from: later, limit: 9 })).toEqual([])
      expect(await sentences({ application, to: new Date(when.getTime() - 3_600_000), limit: 9 })).toEqual([])
    })

    it('lists intents of one operation, the last first', async () => {
      const running = anOperation()
      const intents = [1, 2].map((nth) => anIntent({ operationId: running.id, why: `${nth}` }))
      await commit({ operations: [running], intent: intents[0]! })
      await commit({ intent: intents[1]! })
      await commit({ intent: anIntent({ why: 'of another' }) })
      const whys = async (limit: number) =>
        (await history.intents({ operationId: running.id, limit })).map(({ why }) => why)
      expect(await whys(5)).toEqual(['2', '1'])
      expect(await whys(1)).toEqual(['2'])
      const [second, first] = await history.intents({ operationId: running.id, limit: 2 })
      expect(await history.intent(first!.id)).toEqual(first)
      expect(await history.intent(randomUUID())).toBeNull()
      const after = async (id: string) =>
        (await history.intents({ cluster: name, after: id, limit: 5 })).map((row) => row.id)
      expect(await after(second!.id)).toContain(first!.id)
      expect(await after(first!.id)).not.toContain(second!.id)
    })

    it('lists clusters and applications by name', async () => {
      const mark = randomUUID().slice(0, 8)
      for (const letter of ['c', 'a', 'b']) {
        const application = {
          name: `${letter}${mark}`,
          owner: letter,
          email: null,
          port: 8080,
          healthPath: '/',
          startCommand: null,
          createdAt: at,
        }
        await store.requestApplication(application.name, () => ({ change: { application }, result: null }))
        await store.request(application.name, () => ({
          change: { cluster: cluster({ name: application.name, ruleArn: null }) },
          result: null,
        }))
      }
      const own = <Row extends { readonly name: string }>(rows: readonly Row[]) =>
        rows.map((row) => row.name).filter((each) => each.endsWith(mark))
      const sorted = ['a', 'b', 'c'].map((letter) => `${letter}${mark}`)
      expect(own(await history.applications())).toEqual(sorted)
      expect(own(await history.clusters())).toEqual(sorted)
      const known = (await history.application(`a${mark}`))!
      expect(known.createdAt).toEqual(at)
      await store.requestApplication(known.name, (found) => ({
        change: { application: { ...found!, port: 9090 } },
        result: null,
      }))
      expect((await history.application(`a${mark}`))?.port).toBe(9090)
      expect(own(await history.applications())).toEqual(sorted)
    })

    it('registers an application once, and decides whoever is second again with what is there', async () => {
      const name = `twice${randomUUID().slice(0, 8)}`
      const application = (owner: string) => ({
        name,
        owner,
        email: null,
        port: 8080,
        healthPath: '/',
        startCommand: null,
        createdAt: at,
      })
      const registering = await Promise.all(
        ['first', 'second', 'third'].map((owner) =>
          store.requestApplication(name, (known) => ({
            change: known ? {} : { application: application(owner) },
            result: known ? null : owner,
          })),
        ),
      )
      const [written] = registering.filter((owner) => owner !== null)
      expect(registering.filter((owner) => owner !== null)).toHaveLength(1)
      expect(await history.application(name)).toEqual(application(written!))
    })

    it('loses no edit of an application to another one that is written at the same moment', async () => {
      const name = `counted${randomUUID().slice(0, 8)}`
      const first = {
        name,
        owner: 'Shop team',
        email: null,
        port: 8080,
        healthPath: '/',
        startCommand: null,
        createdAt: at,
      }
      await store.requestApplication(name, () => ({ change: { application: first }, result: null }))
      await Promise.all(
        Array.from({ length: 5 }, () =>
          store.requestApplication(name, (known) => ({
            change: { application: { ...known!, port: known!.port + 1 } },
            result: null,
          })),
        ),
      )
      expect((await history.application(name))?.port).toBe(8085)
    })

    it('reads all clusters at once as it reads each by itself, without groups that are somebody else’s again', async () => {
      await commit({ groups: [aGroup(7, { role: 'givenBack' })] })
      const clusters = await history.clusters()
      const each = await Promise.all(clusters.map((one) => history.clusterState(one.name)))
      const all = await history.clusterStates()
      expect(each.length).toBeGreaterThan(1)
      const byName = (states: readonly (ClusterState | null)[]) =>
        new Map(states.flatMap((state) => (state ? [[state.cluster.name, state]] : [])))
      expect(byName(all)).toEqual(byName(each))
    })

    it('finds nothing under a name that nothing has', async () => {
      const nothing = 'nothing-of-that-name'
      expect(await store.loadCluster(nothing)).toBeNull()
      expect(await store.loadBake(nothing)).toBeNull()
      expect(await history.clusterState(nothing)).toBeNull()
      expect(await history.serverGroup(nothing)).toBeNull()
      expect(await history.destroyedGroups(nothing, 5)).toEqual([])
      expect(await history.operation(nothing)).toBeNull()
      expect(await history.operationEvents(nothing)).toEqual([])
      const filter = { cluster: nothing, active: true, kinds: ['deploy'], limit: 5 }
      expect(await history.operations(filter)).toEqual([])
      expect(await history.intents({ operationId: nothing, limit: 5 })).toEqual([])
      const lines = { cluster: nothing, application: nothing, stream: nothing, beforeSeq: 9, limit: 5 }
      expect(await history.log(lines)).toEqual([])
      expect(await history.bake(nothing)).toBeNull()
      expect(await history.bakes({ application: nothing, limit: 5 })).toEqual([])
      expect(await history.image(nothing)).toBeNull()
      expect(await history.images({ application: nothing, limit: 5 })).toEqual([])
      expect(await history.imageByKey(nothing)).toBeNull()
      expect(await history.application(nothing)).toBeNull()
    })
  })

  describe('bakes and images', () => {
    const ofApplication = (application: string, patch: Partial<Bake> = {}) => {
      const row = aBake({ id: randomUUID(), contentKey: randomUUID(), ...patch })
      return { ...row, request: { ...row.request, application } }
    }

    it('keep one active bake for each key, and another once it has ended', async () => {
      const first = ofApplication(name)
      await store.record({ bake: first })
      const second = ofApplication(name, { contentKey: first.contentKey })
      await expect(store.record({ bake: second })).rejects.toThrow(/one_bake_of_a_key/)
      expect(await store.activeBakeIds()).toEqual(expect.arrayContaining([first.id]))
      expect(await history.bake(second.id)).toBeNull()
      await store.record({ bake: { ...first, phase: 'failed' } })
      expect(await store.activeBakeIds()).not.toContain(first.id)
      await store.record({ bake: second })
      const bakes = await history.bakes({ application: name, limit: 5 })
      expect(bakes.map(({ id }) => id)).toEqual([second.id, first.id])
      const older = await history.bakes({ application: name, after: second.id, limit: 5 })
      expect(older.map(({ id }) => id)).toEqual([first.id])
      expect(await history.bakes({ application: name, limit: 1 })).toHaveLength(1)
    })

    it('show a bake’s wait until its phase ends, and never lose its log', async () => {
      const bake = ofApplication(name)
      await store.record({ bake })
      const lease = (await store.claim(`bake:${bake.id}`, 'one', 4000))!
      const wait = { sentence: 'The builder is booting.', until: null, at }
      await store.saveWait(lease, { bakeId: bake.id, wait, bakeLog: 'a line\n' })
      expect(await store.loadBake(bake.id)).toEqual({ ...bake, wait, log: 'a line\n' })
      await store.saveWait(lease, { bakeId: bake.id, wait })
      await store.commitTurn(lease, null, { bake: { ...bake, builderId: 'i-1', log: '' } })
      expect(await history.bake(bake.id)).toMatchObject({ builderId: 'i-1', wait, log: 'a line\n' })
      await store.commitTurn(lease, null, { bake: { ...bake, phase: 'imaging', wait, log: 'two lines\n' } })
      expect(await history.bake(bake.id)).toMatchObject({ phase: 'imaging', wait: null, log: 'two lines\n' })
    })

    it('keep what a builder reported as installed, and what its next builder did instead', async () => {
      const name = randomUUID()
      const row = aBake({ id: randomUUID(), contentKey: name })
      const node = { manager: 'runtime', name: 'node', version: '20.19.0' } as const
      await store.record({ bake: row, packages: { bakeId: row.id, listed: [node] } })
      expect(await history.bakePackages(row.id)).toEqual([node])
      const later = { ...node, version: '22.1.0' }
      await store.record({ bake: row, packages: { bakeId: row.id, listed: [later] } })
      expect(await history.bakePackages(row.id)).toEqual([later])
      expect(await history.bakePackages(randomUUID())).toBeNull()
    })

    it('find an image by id, by name and, the newest, by its key', async () => {
      const key = randomUUID()
      const image = (nth: number): Image =>
        anImage({
          imageId: `ami-${nth}-${name}`,
          name: `image-${nth}-${name}`,
          application: name,
          contentKey: key,
        })
      await store.record({ image: image(1) })
      await store.record({ image: image(2) })
      expect(await history.image(`ami-1-${name}`)).toEqual(image(1))
      expect(await history.image(`image-2-${name}`)).toEqual(image(2))
      expect(await history.imageByKey(key)).toEqual(image(2))
      const images = await history.images({ application: name, limit: 5 })
      expect(images).toEqual([image(2), image(1)])
      const bad = { reason: 'it fell sick', group: `${name}-v002`, at }
      await store.record({ imageBad: { imageId: `ami-1-${name}`, bad } })
      expect((await history.image(`ami-1-${name}`))?.bad).toEqual(bad)
      // Whoever read the row before, and writes it after, takes nothing back.
      await store.record({ image: { ...image(1), commit: 'abc' } })
      expect(await history.image(`ami-1-${name}`)).toEqual({ ...image(1), commit: 'abc', bad })
      expect((await history.imageCounts()).get(name)).toBe(2)
      expect((await history.images({ application: name, limit: 1 }))[0]?.imageId).toBe(`ami-2-${name}`)
      const older = await history.images({ application: name, after: `ami-2-${name}`, limit: 5 })
      expect(older.map(({ imageId }) => imageId)).toEqual([`ami-1-${name}`])
      await expect(store.record({ image: { ...image(1), imageId: `ami-3-${name}` } })).rejects.toThrow(
        /images_name_key/,
      )
    })
  })

  describe('what a newer version wrote', () => {
    const unknown: readonly [what: string, change: () => Change][] = [
      ['the phase “sailing”', () => ({ operations: [anOperation({ phase: 'sailing' as never })] })],
      ['the operation “voyage”', () => ({ operations: [anOperation({ kind: 'voyage' as never })] })],
      ['the role “canary”', () => ({ groups: [aGroup(1, { role: 'canary' as never })] })],
      ['the obligation “mirrorRule”', () => ({ obligations: [aDebt({ kind: 'mirrorRule' as never })] })],
    ]

    it.each(unknown)(
      '%s: the cluster is not loaded and no request about it is taken',
      async (what, change) => {
        await commit(change())
        await expect(store.loadCluster(name)).rejects.toThrow(NewerRecords)
        await expect(store.loadCluster(name)).rejects.toThrow(what)
        const request = asked({})
        await expect(request).rejects.toMatchObject({ code: 'NewerRecords' })
        await expect(request).rejects.toThrow('Ask a console of the newer version')
        expect((await history.clusterState(name))?.cluster.name).toBe(name)
      },
    )

    it('a bake in an unknown phase is not loaded, but shown', async () => {
      const bake = aBake({ id: randomUUID(), contentKey: randomUUID(), phase: 'signing' as never })
      await store.record({ bake })
      await expect(store.loadBake(bake.id)).rejects.toThrow('the phase “signing”')
      expect((await history.bake(bake.id))?.phase).toBe('signing')
      await store.record({ bake: { ...bake, phase: 'failed' } })
    })
  })
}
