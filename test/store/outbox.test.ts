import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../server/domain/channel.js'
import { testNotification } from '../../server/domain/notification.js'
import { Deliveries, type DeliveryTimings } from '../../server/jobs/deliveries.js'
import { makeSender } from '../../server/outbound/sender.js'
import { requested } from '../../server/domain/operation-transitions.js'
import { operationEvent } from '../../server/engine/operation-event.js'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { PgChannels } from '../../server/store/channels.js'
import { Database } from '../../server/store/database.js'
import { PgOutbox } from '../../server/store/outbox.js'
import { PostgresStore } from '../../server/store/postgres-store.js'
import { Seal } from '../../server/store/seal.js'
import { cluster } from '../support/build.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { startReceiver, type Receiver } from '../support/receiver.js'
import { until } from '../support/until.js'
import { aChannel, channelEvent } from './channel-contract.js'

const clock = { now: () => new Date() }
const seal = new Seal('the secret of all replicas, 32 bytes')
const secret = 'whsec_c2VjcmV0'
const ada = { name: 'Ada', via: 'console' } as const
const quick: DeliveryTimings = { everyMs: 50, leaseMs: 5000 }
let fresh: FreshDatabase
let database: Database
let feed: ChangeFeed
let store: PostgresStore
let channels: PgChannels
let outbox: PgOutbox
const running: Deliveries[] = []
const receivers: Receiver[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  database = new Database(fresh.url, () => undefined)
  feed = new ChangeFeed(fresh.url, database, () => undefined)
  await feed.start()
  store = new PostgresStore(database, clock, feed)
  channels = new PgChannels(database, clock, seal)
  outbox = new PgOutbox(database, clock, seal)
})
beforeEach(async () => {
  for (const job of running.splice(0)) await job.stop()
  for (const receiver of receivers.splice(0)) await receiver.close()
  await database.rows(`delete from channels`)
})
afterAll(async () => {
  for (const job of running.splice(0)) await job.stop()
  for (const receiver of receivers.splice(0)) await receiver.close()
  await feed.stop()
  await database.close()
  await fresh.drop()
})

async function receiver(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...args)
  receivers.push(started)
  return started
}

async function channelTo(url: string, patch: Partial<Channel> = {}): Promise<Channel> {
  const channel = aChannel(patch)
  await channels.add(channel, { url, secret }, channelEvent(channel.id))
  return channel
}

/** A worker; waits after a failure are as good as none. */
function worker(timings = quick): Deliveries {
  const leave = { loopback: true, networks: [] }
  const sender = makeSender({ leave, publicUrl: 'https://delling.example.com', version: '0' })
  const hasty = Object.assign(Object.create(outbox) as PgOutbox, {
    settle: (...[by, id, outcome]: Parameters<PgOutbox['settle']>) => outbox.settle(by, id, outcome, 10),
  })
  const faults: unknown[] = []
  const job = new Deliveries(
    { outbox: hasty, sender, store, newId: randomUUID },
    {
      fault: (_job, error) => void faults.push(error),
      looked: () => undefined,
      givenUp: () => undefined,
    },
    timings,
  )
  running.push(job)
  job.start()
  return job
}

/** A deployment is asked for: an event that people are told of. */
async function ask(application = 'shop', fail = false): Promise<string> {
  const id = randomUUID()
  const name = `${application}-${id.slice(0, 8)}`
  const made = cluster({ name, application, ruleArn: `rule-of-${name}` })
  const event = {
    type: 'Requested' as const,
    kind: 'switchBack' as const,
    queued: false,
    request: { actor: ada, reason: 'too slow', group: `${name}-v001` },
  }
  const state = { cluster: made, groups: [], operations: [], obligations: [], tickets: [] }
  const broken = { ...made, name: null as unknown as string }
  await store.request(name, () => ({
    change: {
      cluster: fail ? broken : made,
      operations: [requested(id, name, event, clock.now())],
      events: [operationEvent(state, id, event, ada)],
    },
    result: null,
  }))
  return name
}

const all = () => channels.deliveries({ limit: 1000 })
const stateOf = async (channel: Channel) =>
  (await channels.deliveries({ channelId: channel.id, limit: 100 })).map(({ state }) => state)

describe('the outbox', () => {
  it('is written in the transaction of the event: for every channel that wants it, and for none that does not', async () => {
    const wanting = await channelTo('http://127.0.0.1:9/')
    const ofShop = await channelTo('http://127.0.0.1:9/', { application: 'shop' })
    await channelTo('http://127.0.0.1:9/', { application: 'search' })
    await channelTo('http://127.0.0.1:9/', { kinds: ['halted'] })
    await channelTo('http://127.0.0.1:9/', { enabled: false })
    const name = await ask()
    const waiting = await all()
    expect(waiting.map(({ channelId }) => channelId).sort()).toEqual([wanting.id, ofShop.id].sort())
    expect(waiting[0]).toMatchObject({
      state: 'waiting',
      notification: {
        kind: 'started',
        application: 'shop',
        cluster: name,
        by: 'Ada',
        reason: 'too slow',
        title: `${name}: started`,
      },
    })
  })

  it('holds nothing of an event that was not recorded', async () => {
    await channelTo('http://127.0.0.1:9/')
    await expect(ask('shop', true)).rejects.toThrow()
    expect(await all()).toEqual([])
  })

  it('never makes those who write events and those who change channels wait for each other', async () => {
    const work: Promise<unknown>[] = []
    for (let round = 0; round < 25; round += 1) {
      const channel = await channelTo('http://127.0.0.1:9/')
      const { id } = channel
      work.push(ask(), ask())
      work.push(channels.change({ ...channel, offBecause: 'x' }, channelEvent(id, 'ChannelSwitchedOn')))
      work.push(
        channels
          .enqueue(id, testNotification('Ada', null, new Date()), channelEvent(id, 'ChannelTested'))
          .catch((error: unknown) => expect(String(error)).toContain('not there any more')),
      )
      work.push(channels.remove(id, channelEvent(id, 'ChannelRemoved')))
    }
    await Promise.all(work)
    expect(await channels.channels()).toEqual([])
  })

  it('gives each delivery to one worker, and again when its lease is over', async () => {
    for (let count = 0; count < 3; count += 1) await channelTo('http://127.0.0.1:9/')
    for (let count = 0; count < 4; count += 1) await ask()
    const takes = await Promise.all(
      Array.from({ length: 6 }, (_, index) => outbox.take(`worker-${index}`, 4, 60_000)),
    )
    const taken = takes.flat().map(({ id }) => id)
    expect(taken).toHaveLength(12)
    expect(new Set(taken).size).toBe(12)
    expect(await outbox.take('late', 100, 60_000)).toEqual([])
    await database.rows(`update deliveries set taken_until = clock_timestamp() - interval '1 second'`)
    const again = await outbox.take('late', 100, 60_000)
    expect(again).toHaveLength(12)
    expect(again[0]?.tries).toBe(2)
  })

  it('lets four be under way to one channel, and the others’ go on', async () => {
    const slow = await channelTo('http://127.0.0.1:9/', { application: 'shop' })
    for (let count = 0; count < 9; count += 1) await ask()
    const first = await outbox.take('one', 100, 60_000)
    expect(first.map(({ channelId }) => channelId)).toEqual([slow.id, slow.id, slow.id, slow.id])
    const other = await channelTo('http://127.0.0.1:9/', { application: 'search' })
    await ask('search')
    expect((await outbox.take('two', 100, 60_000)).map(({ channelId }) => channelId)).toEqual([other.id])
    await outbox.settle('one', first[0]!.id, { kind: 'delivered', answer: 'answered 200' }, 0)
    expect(await outbox.take('two', 100, 60_000)).toHaveLength(1)
  })

  it('takes no outcome from a worker whose lease was over, but that it arrived', async () => {
    const channel = await channelTo('http://127.0.0.1:9/')
    await ask()
    const [first] = await outbox.take('slow', 1, 1)
    await until(async () => (await outbox.take('next', 1, 60_000)).length === 1)
    const failed = { kind: 'failed', answer: 'answered 500', retryAfterMs: null } as const
    await outbox.settle('slow', first!.id, failed, 86_400_000 * 2)
    expect(await stateOf(channel)).toEqual(['waiting'])
    await outbox.settle('slow', first!.id, { kind: 'delivered', answer: 'answered 200' }, 0)
    expect(await stateOf(channel)).toEqual(['delivered'])
    await outbox.settle('next', first!.id, failed, 0)
    expect(await stateOf(channel)).toEqual(['delivered'])
  })

  it('gives up after a day, says so, and tries for another day when a person asks', async () => {
    const channel = await channelTo('http://127.0.0.1:9/')
    await ask()
    const [taken] = await outbox.take('one', 1, 60_000)
    await database.rows(`update deliveries set give_up_at = clock_timestamp() + interval '1 minute'`)
    const failed = { kind: 'failed', answer: 'answered 500: down', retryAfterMs: null } as const
    expect(await outbox.settle('one', taken!.id, failed, 120_000)).toBe('givenUp')
    expect(await channels.delivery(taken!.id)).toMatchObject({
      state: 'givenUp',
      nextTryAt: null,
      lastAnswer: 'answered 500: down',
    })
    expect(await outbox.take('one', 1, 60_000)).toEqual([])
    await channels.retry(taken!.id, channelEvent(channel.id, 'DeliveryRetried'))
    expect((await outbox.take('one', 1, 60_000)).map(({ id }) => id)).toEqual([taken!.id])
  })
})

describe('a worker', () => {
  it('delivers soon after the event, without being asked', async () => {
    const { url, received } = await receiver()
    worker({ everyMs: 60_000, leaseMs: 5000 })
    const channel = await channelTo(url)
    const name = await ask()
    await until(async () => (await stateOf(channel))[0] === 'delivered')
    expect(received).toHaveLength(1)
    expect(JSON.parse(received[0]!.body)).toMatchObject({
      type: 'delling.started',
      data: {
        cluster: name,
        link: expect.stringMatching(/^https:\/\/delling\.example\.com\/operations\//) as string,
      },
    })
  })

  it('tries again under the same id until it is taken', async () => {
    const { url, received } = await receiver((response, _one, count) => {
      if (count === 1) response.destroy()
      else if (count === 2) response.writeHead(500).end('no')
      else response.end('ok')
    })
    const channel = await channelTo(url)
    await ask()
    worker()
    await until(async () => (await stateOf(channel))[0] === 'delivered')
    expect(received).toHaveLength(3)
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect((await all())[0]).toMatchObject({ tries: 3, lastAnswer: 'answered 200: ok' })
  })

  it('switches a channel off whose receiver is gone, and what waits for it is given up', async () => {
    const { url, received } = await receiver((response) => void response.writeHead(410).end())
    const channel = await channelTo(url)
    await ask()
    await ask()
    worker()
    await until(async () => (await stateOf(channel)).every((state) => state === 'givenUp'))
    expect(received.length).toBeGreaterThan(0)
    expect(await channels.channel(channel.id)).toMatchObject({
      enabled: false,
      offBecause: 'its receiver answered 410 (gone)',
    })
    const [event] = await database.rows<{ sentence: string }>(
      `select sentence from events where stream = $1 and type = 'ChannelSwitchedOff'`,
      [`channel:${channel.id}`],
    )
    expect(event?.sentence).toContain('410')
  })

  it('is not held up by a receiver that never answers', async () => {
    const silent = await receiver(() => undefined)
    const prompt = await receiver()
    await channelTo(silent.url, { application: 'shop' })
    for (let count = 0; count < 12; count += 1) await ask()
    worker()
    await until(() => silent.received.length === 4)
    const channel = await channelTo(prompt.url, { application: 'search' })
    await ask('search')
    await until(async () => (await stateOf(channel))[0] === 'delivered')
  })

  it('that is stopped gives back what was under way', async () => {
    const silent = await receiver(() => undefined)
    await channelTo(silent.url)
    await ask()
    const job = worker()
    await until(() => silent.received.length === 1)
    await job.stop()
    expect((await outbox.take('next', 10, 60_000)).map(({ tries }) => tries)).toEqual([2])
  })

  it('shares the outbox with others: each delivery arrives once while nobody dies', async () => {
    const { url, received } = await receiver()
    const channel = await channelTo(url)
    for (let count = 0; count < 20; count += 1) await ask()
    for (let count = 0; count < 3; count += 1) worker()
    await until(async () => (await stateOf(channel)).every((state) => state === 'delivered'))
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect([ids.length, new Set(ids).size]).toEqual([20, 20])
  })
})
