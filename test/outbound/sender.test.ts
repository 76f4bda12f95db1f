import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { ChannelKind } from '../../server/domain/channel.js'
import { testNotification } from '../../server/domain/notification.js'
import { makeLateReplies } from '../../server/outbound/late-replies.js'
import { makeSender, type SenderOptions } from '../../server/outbound/sender.js'
import { startReceiver, type Receiver } from '../support/receiver.js'
import { until } from '../support/until.js'

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, so!').toString('base64')}`
const local = { loopback: true, networks: [] }
const options: SenderOptions = { leave: local, publicUrl: 'https://delling.example.com', version: '0.1.0' }
const never = new AbortController().signal

const receivers: Receiver[] = []
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})
async function receiver(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...args)
  receivers.push(started)
  return started
}

function delivery(url: string, kind: ChannelKind = 'webhook') {
  return {
    id: '0b7e2f1c-0000-4000-8000-000000000001',
    channelId: 'c-1',
    channelName: 'team',
    channelKind: kind,
    notification: testNotification('Ada', 'shop', new Date('2026-11-30T10:00:00Z')),
    tries: 1,
    door: { url, secret: kind === 'webhook' ? secret : null },
  }
}

const send = (url: string, more: Partial<SenderOptions> = {}, kind: ChannelKind = 'webhook') =>
  makeSender({ ...options, ...more }).send(delivery(url, kind), never)

describe('a webhook', () => {
  it('is posted with an id that stays, the time, and a signature that the receiver can check', async () => {
    const { url, received } = await receiver()
    expect(await send(url)).toEqual({ kind: 'delivered', answer: 'answered 200: ok' })
    expect(await send(url)).toMatchObject({ kind: 'delivered' })
    const [first, second] = received
    const { headers, body } = first!
    expect(headers['content-type']).toBe('application/json')
    expect(headers['webhook-id']).toBe('msg_0b7e2f1c-0000-4000-8000-000000000001')
    expect(second!.headers['webhook-id']).toBe(headers['webhook-id'])
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
    const key = Buffer.from(secret.slice(6), 'base64')
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
    expect(JSON.parse(body)).toMatchObject({ type: 'delling.test', data: { application: 'shop', by: 'Ada' } })
  })

  it('to Slack is a message without a signature', async () => {
    const { url, received } = await receiver()
    expect(await send(url, {}, 'slack')).toMatchObject({ kind: 'delivered' })
    expect(received[0]!.headers['webhook-signature']).toBeUndefined()
    expect(JSON.parse(received[0]!.body)).toHaveProperty('blocks')
  })

  it('that is refused or fails is tried again, after as long as the receiver asks for', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(503, { 'retry-after': '90' }).end('down for a moment')
    })
    expect(await send(url)).toEqual({
      kind: 'failed',
      answer: 'answered 503: down for a moment',
      retryAfterMs: 90_000,
    })
  })

  it('to a receiver that is gone says so', async () => {
    const { url } = await receiver((response) => void response.writeHead(410).end('channel_is_archived'))
    expect(await send(url)).toEqual({ kind: 'gone', answer: 'answered 410: channel_is_archived' })
  })

  it('follows no redirect', async () => {
    const inner = await receiver()
    const { url } = await receiver((response) => void response.writeHead(307, { location: inner.url }).end())
    expect(await send(url)).toMatchObject({
      kind: 'failed',
      answer: expect.stringContaining('307') as string,
    })
    expect(inner.received).toEqual([])
  })

  it('waits no longer than it may, for the answer and for its end', async () => {
    const silent = await receiver(() => undefined)
    const endless = await receiver((response) => void response.writeHead(200).write('and so on'))
    for (const { url } of [silent, endless])
      expect(await send(url, { timeoutMs: 200 })).toEqual({
        kind: 'failed',
        answer: 'no answer within 0.2 s',
        retryAfterMs: null,
      })
  })

  it('reads little of an answer and quotes less', async () => {
    let hungUp = false
    const { url } = await receiver((response) => {
      response.on('close', () => (hungUp = !response.writableFinished))
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    })
    const outcome = await send(url)
    expect(outcome).toEqual({ kind: 'delivered', answer: `answered 200: ${'x'.repeat(80)}…` })
    await until(() => hungUp)
  })

  it('is not reached where nobody listens, and never tells the address', async () => {
    const started = await startReceiver()
    const { url } = started
    await started.close()
    expect(await send(`${url}?key=topsecret`)).toEqual({
      kind: 'failed',
      answer: 'not reached: ECONNREFUSED',
      retryAfterMs: null,
    })
  })

  it('is broken off when its worker stops', async () => {
    const { url } = await receiver(() => undefined)
    const stop = new AbortController()
    const sent = makeSender(options).send(delivery(url), stop.signal)
    stop.abort()
    expect(await sent).toMatchObject({ kind: 'failed' })
  })
})

describe('a name that leads inside', () => {
  const strict = { loopback: false, networks: [] }
  const resolve =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

  it.each([
    ['10.0.0.5'],
    ['169.254.169.254'],
    ['::ffff:127.0.0.1'],
    ['fd00:ec2::254'],
    // One good address does not make up for another.
    ['93.184.216.34', '10.0.0.5'],
  ])('is not sent to: %s', async (...addresses) => {
    const outcome = await send('https://hooks.example.com/', {
      leave: strict,
      resolve: resolve(...addresses),
    })
    expect(outcome).toMatchObject({ kind: 'failed', answer: expect.stringMatching(/^not sent: /) as string })
  })

  it('does not reach the console’s own machine outside local mode, by name or number', async () => {
    const { port, received } = await receiver()
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
    ])
      expect(await send(url, { leave: strict })).toMatchObject({ kind: 'failed' })
    expect(
      await send(`https://inside.example.com:${port}/`, { leave: strict, resolve: resolve('127.0.0.1') }),
    ).toMatchObject({
      kind: 'failed',
      answer: expect.stringContaining('this machine itself') as string,
    })
    expect(received).toEqual([])
  })

  it('is asked once, and the connection goes where it was looked at, whatever the name says next', async () => {
    const { port, received } = await receiver()
    let asked = 0
    const rebinding = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.9', family: 4 }]
    expect(await send(`http://localhost:${port}/hook`, { resolve: rebinding })).toMatchObject({
      kind: 'delivered',
    })
    expect(asked).toBe(1)
    expect(received[0]!.headers.host).toBe(`localhost:${port}`)
  })

  it('that can’t be looked up is tried again', async () => {
    const missing = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    }
    expect(await send('https://hooks.example.com/', { resolve: missing })).toMatchObject({
      kind: 'failed',
      answer: 'not reached: ENOTFOUND',
    })
    const hanging = () => new Promise<never>(() => undefined)
    expect(await send('https://hooks.example.com/', { resolve: hanging, timeoutMs: 100 })).toMatchObject({
      kind: 'failed',
      answer: 'no answer within 0.1 s',
    })
  })
})

describe('a late answer to a slash command', () => {
  it('goes to Slack, or to this machine in local mode, and nowhere else', async () => {
    const { url, received } = await receiver()
    await makeLateReplies(local).send(url, { text: 'done' })
    expect(JSON.parse(received[0]!.body)).toEqual({ text: 'done' })
    const strict = makeLateReplies({ loopback: false, networks: [] })
    for (const address of [url, 'https://hooks.slack.com.evil.example/x', 'https://evil.example/', ''])
      await expect(strict.send(address, {})).rejects.toThrow()
    expect(received).toHaveLength(1)
  })
})
