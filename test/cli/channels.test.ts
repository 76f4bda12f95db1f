import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const channel = {
  id: 'c-1',
  name: 'shop team',
  kind: 'webhook',
  url: 'https://ci.example.com/hook',
  application: null,
  kinds: ['switched', 'halted'],
  enabled: true,
  offBecause: null,
}
const delivery = {
  id: 'd-1',
  channel: 'c-1',
  notification: { title: 'shop-main: switched' },
  state: 'waiting',
  tries: 2,
  createdAt: '2026-11-30T10:00:00.000Z',
  nextTryAt: '2026-11-30T10:01:00.000Z',
  lastAnswer: 'answered 503',
}

describe('delling channels', () => {
  it('adds one as it was asked for, and prints its secret once', async () => {
    const { run, asked } = await start({
      'POST /channels': { status: 201, body: { ...channel, secret: 'whsec_abc' } },
    })
    const flags = ['--kind', 'webhook', '--to', channel.url, '--kinds', 'switched,halted']
    const { exit, stdout } = await run('channels', 'add', 'shop team', ...flags)
    expect(exit).toBe(0)
    expect(stdout).toContain('shown this once: whsec_abc')
    expect(JSON.parse(asked[0]!.body)).toEqual({
      name: 'shop team',
      kind: 'webhook',
      url: channel.url,
      kinds: ['switched', 'halted'],
    })
  })

  it('lists them, and what was sent, with what came of it', async () => {
    const { run, asked } = await start({
      'GET /channels': {
        body: { channels: [channel, { ...channel, name: 'ops', enabled: false, offBecause: 'gone' }] },
      },
      'GET /deliveries': { body: { deliveries: [delivery] } },
    })
    expect((await run('channels', 'list')).stdout).toMatch(
      /shop team +webhook .*all +on +switched,halted\nops .*off: gone/,
    )
    const { stdout } = await run('channels', 'deliveries', 'shop team', '--state', 'waiting')
    expect(stdout).toMatch(/d-1 .*shop-main: switched +waiting +2 .*answered 503/)
    expect(asked[1]?.path).toBe('/deliveries?channel=shop+team&state=waiting')
  })

  it('tests, switches, retries and removes by name', async () => {
    const { run, asked } = await start({
      'POST /channels/shop%20team/test': { status: 202, body: delivery },
      'POST /channels/shop%20team/off': { body: { ...channel, enabled: false } },
      'POST /channels/shop%20team/on': { body: channel },
      'POST /channels/shop%20team/remove': { body: { ...channel, removed: true } },
      'POST /deliveries/d-1/retry': { status: 202, body: delivery },
    })
    for (const deed of ['test', 'off', 'on', 'remove'])
      expect((await run('channels', deed, 'shop team')).exit, deed).toBe(0)
    expect((await run('channels', 'retry', 'd-1')).stdout).toBe('“shop-main: switched” is tried again.\n')
    expect(asked).toHaveLength(5)
  })

  it('ends with 2 and the sentence where a value can’t be one or a flag is missing', async () => {
    const detail = 'It begins with https://. Nothing was changed.'
    const { run } = await start({ 'POST /channels': { status: 400, body: { code: 'Invalid', detail } } })
    expect(await run('channels', 'add', 'x', '--kind', 'slack', '--to', 'http://x')).toMatchObject({
      exit: 2,
      stderr: `${detail}\n`,
    })
    expect((await run('channels', 'add', 'x', '--kind', 'slack')).exit).toBe(2)
  })
})
