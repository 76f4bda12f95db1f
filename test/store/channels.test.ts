import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PgChannels } from '../../server/store/channels.js'
import { PgConfirmations } from '../../server/store/confirmations.js'
import { Database } from '../../server/store/database.js'
import { PgOutbox } from '../../server/store/outbox.js'
import { Seal } from '../../server/store/seal.js'
import { testNotification } from '../../server/domain/notification.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { aChannel, aDoor, channelContract, channelEvent } from './channel-contract.js'

const clock = { now: () => new Date('2026-11-30T10:00:00Z') }
const seal = new Seal('the secret of all replicas, 32 bytes')
let fresh: FreshDatabase
let database: Database
let channels: PgChannels
let confirmations: PgConfirmations

beforeAll(async () => {
  fresh = await freshDatabase()
  database = new Database(fresh.url, () => undefined)
  channels = new PgChannels(database, clock, seal)
  confirmations = new PgConfirmations(database)
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

describe('channels in PostgreSQL', () => {
  channelContract(() => channels)

  it('hold nothing that opens them in plain text', async () => {
    const channel = aChannel()
    await channels.add(channel, aDoor, channelEvent(channel.id))
    const rows = await database.rows<{ text: string }>(
      `select channels::text as text from channels union all select events::text from events`,
    )
    expect(rows.length).toBeGreaterThan(1)
    expect(rows.map(({ text }) => text).join()).not.toMatch(/topsecret|whsec_|c2VjcmV0/)
  })

  it('have a name each', async () => {
    const channel = aChannel()
    await channels.add(channel, aDoor, channelEvent(channel.id))
    const twin = aChannel({ name: channel.name })
    await expect(channels.add(twin, aDoor, channelEvent(twin.id))).rejects.toThrow('Nothing was changed')
    expect(await channels.channel(twin.id)).toBeNull()
    const events = await database.rows(`select 1 from events where stream = $1`, [`channel:${twin.id}`])
    expect(events).toEqual([])
  })

  it('leave an event of each change in the audit trail', async () => {
    const channel = aChannel()
    await channels.add(channel, aDoor, channelEvent(channel.id))
    await channels.remove(channel.id, channelEvent(channel.id, 'ChannelRemoved'))
    const rows = await database.rows<{ type: string; actor: { name: string } }>(
      `select type, actor from events where stream = $1 order by seq`,
      [`channel:${channel.id}`],
    )
    expect(rows.map(({ type, actor }) => [type, actor.name])).toEqual([
      ['ChannelAdded', 'Ada'],
      ['ChannelRemoved', 'Ada'],
    ])
  })

  it('sealed with another secret can’t be opened, and say so instead of failing', async () => {
    const channel = aChannel()
    await channels.add(channel, aDoor, channelEvent(channel.id))
    const sent = testNotification('Ada', null, clock.now())
    const id = await channels.enqueue(channel.id, sent, channelEvent(channel.id, 'ChannelTested'))
    const other = new PgOutbox(database, clock, new Seal('another secret, also of 32 bytes and'))
    const taken = await other.take('w', 100, 1)
    expect(taken.find((delivery) => delivery.id === id)?.door).toBeNull()
  })
})

describe('a sealed text', () => {
  it('opens with its own key alone, unchanged', () => {
    const sealed = seal.seal('a word')
    expect(sealed).not.toContain('word')
    expect(seal.open(sealed)).toBe('a word')
    expect(seal.seal('a word')).not.toBe(sealed)
    expect(new Seal('another').open(sealed)).toBeNull()
    for (const broken of ['', 'v1', 'v1.a.b.c', `${sealed.slice(0, -2)}AA`, sealed.replace('v1', 'v2')])
      expect(seal.open(broken)).toBeNull()
  })
})

describe('a confirmation in PostgreSQL', () => {
  const asked = { user: 'U1', cluster: 'shop-main', from: 'shop-main-v002', to: 'shop-main-v001' }
  const minuteMs = 60_000

  it('is good once, for who asked, with its code', async () => {
    await confirmations.ask(asked, 'abc234', minuteMs)
    expect(await confirmations.redeem('U2', 'shop-main', 'abc234')).toBeNull()
    expect(await confirmations.redeem('U1', 'shop-other', 'abc234')).toBeNull()
    expect(await confirmations.redeem('U1', 'shop-main', 'wrong1')).toBeNull()
    const tries = await Promise.all(
      Array.from({ length: 6 }, () => confirmations.redeem('U1', 'shop-main', 'abc234')),
    )
    expect(tries.filter((each) => each !== null)).toEqual([asked])
  })

  it('is worth nothing after its life, nor after a newer one', async () => {
    await confirmations.ask(asked, 'old111', -1)
    expect(await confirmations.redeem('U1', 'shop-main', 'old111')).toBeNull()
    await confirmations.ask(asked, 'one222', minuteMs)
    await confirmations.ask({ ...asked, to: 'shop-main-v003' }, 'two333', minuteMs)
    expect(await confirmations.redeem('U1', 'shop-main', 'one222')).toBeNull()
    expect(await confirmations.redeem('U1', 'shop-main', 'two333')).toMatchObject({ to: 'shop-main-v003' })
  })

  it('is kept as a digest', async () => {
    await confirmations.ask({ ...asked, user: randomUUID() }, 'secret-code', minuteMs)
    const [row] = await database.rows<{ text: string }>(
      `select string_agg(chat_confirmations::text, '') as text from chat_confirmations`,
    )
    expect(row?.text).not.toContain('secret-code')
  })
})
