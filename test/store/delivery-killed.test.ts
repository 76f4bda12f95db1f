import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testNotification } from '../../server/domain/notification.js'
import { PgChannels } from '../../server/store/channels.js'
import { Database } from '../../server/store/database.js'
import { Seal } from '../../server/store/seal.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { startReceiver } from '../support/receiver.js'
import { until } from '../support/until.js'
import { aChannel, channelEvent } from './channel-contract.js'

const secret = 'the secret of all replicas, 32 bytes'
const script = join(import.meta.dirname, 'delivery-worker-process.ts')
let fresh: FreshDatabase
let database: Database
const children: ChildProcess[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  database = new Database(fresh.url, () => undefined)
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await database.close()
  await fresh.drop()
})

function startWorker(): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', script, fresh.url, secret, '1500'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  children.push(child)
  return child
}

describe('a worker that is killed in the middle of a delivery', () => {
  it('loses nothing: another delivers it once the lease is over, under the same id', async () => {
    // The first request is never answered: its sender dies while it waits.
    const receiver = await startReceiver((response, _one, count) => {
      if (count > 1) response.end('ok')
    })
    const channels = new PgChannels(database, { now: () => new Date() }, new Seal(secret))
    const channel = aChannel()
    await channels.add(channel, { url: receiver.url, secret: 'whsec_c2VjcmV0' }, channelEvent(channel.id))
    const notification = testNotification('Ada', null, new Date())
    const id = await channels.enqueue(channel.id, notification, channelEvent(channel.id, 'ChannelTested'))

    const first = startWorker()
    await until(() => receiver.received.length === 1, 30_000, 'the first try is under way')
    first.kill('SIGKILL')
    expect(await channels.delivery(id)).toMatchObject({ state: 'waiting', tries: 1 })

    startWorker()
    await until(async () => (await channels.delivery(id))?.state === 'delivered', 30_000, 'it is delivered')
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([`msg_${id}`, `msg_${id}`])
    expect(await channels.delivery(id)).toMatchObject({ tries: 2, lastAnswer: 'answered 200: ok' })
    await receiver.close()
  })
})
