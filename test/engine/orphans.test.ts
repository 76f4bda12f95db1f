import { beforeEach, describe, expect, it } from 'vitest'
import type { Balancing } from '../../server/domain/balancing.js'
import type { Call } from '../../server/domain/call.js'
import type { MarkedThing } from '../../server/domain/orphan.js'
import { awsTimings } from '../../server/domain/timings.js'
import type { HeldLease } from '../../server/engine/held-lease.js'
import {
  lookForOrphans,
  orphansScope,
  removeExpired,
  removeOrphans,
  type OrphanParts,
} from '../../server/engine/orphans.js'
import { CallRefused, CallUnclear } from '../../server/engine/ports.js'
import { orphansWork } from '../../server/jobs/orphans.js'
import { MemoryStore } from '../simulation/memory-store.js'
import { image as anImage } from '../support/baked.js'
import { stop } from '../support/restraints.js'

const person = { name: 'Ada', via: 'cli' } as const
const now = new Date('2026-11-30T12:00:00Z')

const marked = (patch: Partial<MarkedThing>): MarkedThing => ({
  kind: 'launch template',
  id: 'lt-1',
  name: 'shop-main-v007',
  since: new Date('2026-11-20T12:00:00Z'),
  state: '',
  tags: { 'delling:owner': 'us', 'delling:app': 'shop' },
  partOf: null,
  usedBy: null,
  ...patch,
})
const builder = marked({
  kind: 'builder',
  id: 'i-1',
  name: 'bake shop 1.0',
  tags: { 'delling:expires': '2026-11-30T11:00:00Z' },
})
const template = marked({})
const failedImage = marked({ kind: 'image', id: 'ami-1', name: 'shop-1.0', state: 'failed' })

/** An account in which a test leaves things behind. */
class Account {
  things: MarkedThing[] = []
  balancing: Balancing | null = { balancers: [], others: [], targetGroups: [] }
  lookFault: string | null = null
  references: { imageId: string; kind: 'instance'; name: string }[] = []
  readonly sent: Call[] = []
  answer: () => void = () => undefined
  readonly store = new MemoryStore({ now: () => now })
  readonly parts = {
    store: this.store,
    history: this.store,
    clock: { now: () => now },
    timings: awsTimings,
    place: { owner: 'us', region: 'us-east-1' },
    defaults: { timeZone: 'UTC' },
    newId: () => crypto.randomUUID(),
    marked: { read: async () => this.things },
    observer: { balancing: async () => ({ seen: this.balancing, at: now, fault: this.lookFault }) },
    imageCloud: { references: async () => ({ references: this.references, unresolved: [] }) },
    cloud: {
      perform: async (call: Call) => {
        this.sent.push(call)
        this.answer()
        return { requestId: 'req-1', learnt: {} }
      },
    },
  } as unknown as OrphanParts

  async lease(): Promise<HeldLease> {
    const current = await this.store.claim(orphansScope, 'test', 60_000)
    return {
      current,
      signal: new AbortController().signal,
      check: () => undefined,
    } as unknown as HeldLease
  }
  log = async () => (await this.store.log({ stream: orphansScope, limit: 9 })).map(({ sentence }) => sentence)
  remove = async (...ids: string[]) =>
    removeOrphans(this.parts, await this.lease(), person, { ids, reason: 'left by a crash' })
}

let account: Account
beforeEach(() => {
  account = new Account()
})

describe('the janitor of orphans', () => {
  it('says that load balancers could not be looked at, and goes on without them', async () => {
    account.things = [template]
    account.balancing = null
    account.lookFault = 'Throttling'
    const seen = await lookForOrphans(account.parts)
    expect(seen).toMatchObject({ unread: 'Throttling', orphans: [{ thing: { id: 'lt-1' } }] })
    const { signal } = new AbortController()
    const { did } = await orphansWork(account.parts).run(await account.lease(), null, signal)
    expect(did).toBe('1 orphan: 1 waits for a person. Load balancers could not be looked at: Throttling')
  })

  it('ends only what is past its own date, and tells of the rest', async () => {
    account.things = [builder, template, failedImage]
    const { signal } = new AbortController()
    const { did } = await orphansWork(account.parts).run(await account.lease(), null, signal)
    expect(account.sent).toEqual([{ type: 'TerminateBuilder', instanceId: 'i-1' }])
    expect(did).toBe('3 orphans: 1 removed, 2 wait for a person.')
    expect(await account.log()).toEqual([
      did,
      'The builder i-1 (bake shop 1.0) is removed: the date that it carries is over.',
    ])
  })

  it('leaves it while everything is stopped', async () => {
    account.things = [builder]
    await account.store.record({ restraint: stop({ reason: 'an incident', createdAt: now }) })
    const [end] = await removeExpired(
      account.parts,
      await account.lease(),
      person,
      await lookForOrphans(account.parts),
    )
    expect(end?.removed).toBe(false)
    expect(end?.sentence).toContain('an incident')
    await expect(account.remove('i-1')).rejects.toMatchObject({ code: 'Stopped' })
    expect(account.sent).toEqual([])
  })
})

describe('removing orphans', () => {
  it('looks again, and removes nothing where one of them is accounted for by now', async () => {
    account.things = [template, failedImage]
    await account.store.record({ image: anImage({ imageId: 'ami-1', name: 'shop-1.0' }) })
    await expect(account.remove('lt-1', 'ami-1')).rejects.toMatchObject({ code: 'NoOrphan' })
    expect(account.sent).toEqual([])
  })

  it('takes neither a recorded image nor its snapshot for one', async () => {
    account.things = [
      marked({ kind: 'image', id: 'ami-1', name: 'shop-1.0', state: 'available' }),
      marked({ kind: 'snapshot', id: 'snap-1', name: 'shop-1.0', partOf: 'ami-1' }),
    ]
    await account.store.record({ image: anImage({ imageId: 'ami-1', name: 'shop-1.0' }) })
    expect((await lookForOrphans(account.parts)).orphans).toEqual([])
  })

  it('records the word that overrides a hold', async () => {
    account.things = [template]
    await account.store.record({ restraint: stop({ reason: 'an incident', createdAt: now }) })
    await removeOrphans(account.parts, await account.lease(), person, {
      ids: ['lt-1'],
      reason: 'it blocks the name',
      override: 'the incident is about it',
    })
    const [row] = await account.store.log({ stream: orphansScope, limit: 1 })
    expect(row?.sentence).toContain('Because: the incident is about it')
    expect(row?.data).toMatchObject({ data: { override: { by: 'Ada' } } })
  })

  it('writes down what nobody foresaw before it is thrown on', async () => {
    account.things = [template]
    account.answer = () => {
      throw new TypeError('no such thing')
    }
    await expect(account.remove('lt-1')).rejects.toThrow('no such thing')
    const [intent] = await account.store.intents({ limit: 1 })
    expect(intent).toMatchObject({ answered: 'unclear', message: 'no such thing' })
  })

  it('keeps an image that something of the account uses', async () => {
    account.things = [{ ...failedImage, state: 'available' }]
    account.references = [{ imageId: 'ami-1', kind: 'instance', name: 'i-9' }]
    const [orphan] = (await lookForOrphans(account.parts)).orphans
    expect(orphan?.fate).toBe('told')
    expect(orphan?.why).toContain('the instance i-9 uses it')
    await expect(account.remove('ami-1')).rejects.toMatchObject({ code: 'OrphanStays' })
  })

  it('wants a reason', async () => {
    account.things = [template]
    const lease = await account.lease()
    await expect(
      removeOrphans(account.parts, lease, person, { ids: ['lt-1'], reason: ' ' }),
    ).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('says what AWS refused, and goes on with the others', async () => {
    account.things = [template, failedImage]
    account.answer = () => {
      if (account.sent.length === 1) throw new CallRefused('UnauthorizedOperation', 'You may not.', 'req-1')
    }
    const ends = await account.remove('lt-1', 'ami-1')
    expect(ends.map(({ removed }) => removed)).toEqual([false, true])
    expect(ends[0]?.sentence).toContain('UnauthorizedOperation: You may not.')
  })

  it('takes what is gone for removed, and says where nobody knows', async () => {
    account.things = [template]
    account.answer = () => {
      throw new CallRefused('InvalidLaunchTemplateId.NotFound', 'It is gone.', 'req-1', 'gone')
    }
    expect((await account.remove('lt-1'))[0]?.removed).toBe(true)
    account.answer = () => {
      throw new CallUnclear('no answer for 20 s', null)
    }
    const [end] = await account.remove('lt-1')
    expect(end?.removed).toBe(false)
    expect(end?.sentence).toContain('not known')
    const [intent] = await account.store.intents({ limit: 1 })
    expect(intent?.answered).toBe('unclear')
  })
})
