import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole, type Answer } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined

async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}

afterEach(() => console_?.close())

const hold = {
  id: 'hold-1',
  kind: 'hold',
  scope: 'application:shop',
  reason: 'fail-over test',
  owner: 'Ada',
  until: null,
}
const bodyOf = (text: string | undefined) => JSON.parse(text ?? '{}') as Record<string, unknown>

describe('delling holds', () => {
  it('lists what is on hold, with whom to ask and why', async () => {
    const stub = await start({ 'GET /holds': { body: { holds: [hold] } } })
    const { exit, stdout } = await stub.run('holds', 'list')
    expect(exit).toBe(0)
    expect(stdout).toContain('application:shop')
    expect(stdout).toContain('it is released')
    expect(stdout).toContain('fail-over test')
  })

  it('says that there are none', async () => {
    const stub = await start({ 'GET /windows': { body: { windows: [] } } })
    expect((await stub.run('windows', 'list')).stdout).toBe('There are no windows.\n')
  })

  it('places one with scope and reason, and takes it back', async () => {
    const stub = await start({
      'POST /holds': { status: 201, body: { hold } },
      'POST /holds/hold-1/release': { body: { released: hold } },
    })
    const flags = ['--scope', 'application:shop', '--reason', 'fail-over test', '--hours', '4']
    expect((await stub.run('holds', 'add', ...flags)).stdout).toContain(
      'application:shop is on hold until it is released',
    )
    expect(bodyOf(stub.asked[0]?.body)).toEqual({
      scope: 'application:shop',
      reason: 'fail-over test',
      hours: 4,
    })
    expect((await stub.run('holds', 'release', 'hold-1', '--reason', 'done')).exit).toBe(0)
    expect(bodyOf(stub.asked[1]?.body)).toEqual({ reason: 'done' })
  })

  it.each([
    ['holds', 'add', '--scope', 'all'],
    ['holds', 'add', '--reason', 'x'],
    ['holds', 'release', 'hold-1'],
    ['stop-everything'],
    ['pause', 'shop-main'],
    ['windows', 'add', 'office', '--scope', 'all', '--reason', 'x', '--days', 'mon'],
    ['freezes', 'add', 'xmas', '--scope', 'all', '--reason', 'x', '--first', '2026-12-24'],
  ])('asks for what is missing before it asks the console: %s %s', async (...argv) => {
    const stub = await start({})
    expect((await stub.run(...argv)).exit).toBe(2)
    expect(stub.asked).toEqual([])
  })

  it('says whether a change may start, by its exit code too', async () => {
    const check = 'GET /holds/check'
    const may: Answer = { body: { may: true, obstacles: [], until: null } }
    const not: Answer = {
      body: { may: false, obstacles: [{ sentence: 'Frozen.' }], until: '2026-12-27T00:00:00Z' },
    }
    const stub = await start({ [check]: [may, not] })
    expect(await stub.run('holds', 'check', 'shop-main')).toMatchObject({
      exit: 0,
      stdout: 'It may start now.\n',
    })
    const refused = await stub.run('holds', 'check', 'shop-main', '--change', 'destroy')
    expect(refused.exit).toBe(3)
    expect(refused.stdout).toContain('Not now: Frozen. It may from ')
    expect(stub.asked[1]?.path).toContain('change=destroy')
  })

  it('adds windows and freezes as the API names them', async () => {
    const stub = await start({
      'POST /windows': { status: 201, body: { window: { ...hold, kind: 'window', name: 'office' } } },
      'POST /freezes': { status: 201, body: { freeze: { ...hold, kind: 'freeze', name: 'xmas' } } },
    })
    const why = ['--scope', 'all', '--reason', 'r', '--time-zone', 'Europe/Berlin']
    await stub.run(
      'windows',
      'add',
      'office',
      ...why,
      '--days',
      'mon-wed,fri',
      '--from',
      '09:00',
      '--to',
      '16:00',
    )
    await stub.run('freezes', 'add', 'xmas', ...why, '--first', '2026-12-24', '--last', '2026-12-26')
    expect(stub.asked.map(({ body }) => bodyOf(body))).toEqual([
      {
        name: 'office',
        scope: 'all',
        reason: 'r',
        days: ['mon-wed', 'fri'],
        from: '09:00',
        to: '16:00',
        timeZone: 'Europe/Berlin',
      },
      {
        name: 'xmas',
        scope: 'all',
        reason: 'r',
        firstDay: '2026-12-24',
        lastDay: '2026-12-26',
        timeZone: 'Europe/Berlin',
      },
    ])
  })
})

describe('delling stop-everything', () => {
  it('stops and says how to go on', async () => {
    const stub = await start({
      'POST /stop': { status: 201, body: { hold: { ...hold, kind: 'stop', scope: 'all' } } },
    })
    const { exit, stdout } = await stub.run('stop-everything', '--reason', 'odd')
    expect(exit).toBe(0)
    expect(stdout).toContain('npx delling holds release hold-1')
    expect(bodyOf(stub.asked[0]?.body)).toEqual({ reason: 'odd' })
  })
})

describe('what is refused because of a hold', () => {
  it('ends with 3, the sentence and the ways on; --override sends the reason', async () => {
    const path = 'POST /clusters/shop-main/deployments'
    const refused: Answer = {
      status: 409,
      body: {
        code: 'OnHold',
        detail: 'Everything is on hold by Ada.',
        ways: [{ label: 'See what is on hold', command: 'delling holds list' }],
      },
    }
    const started: Answer = {
      status: 202,
      body: { operation: { id: 'op-1', cluster: 'shop-main' }, href: '/operations/op-1' },
    }
    const stub = await start({ [path]: [refused, started] })
    const first = await stub.run('deploy', 'shop-main', '--image', 'shop-2')
    expect(first.exit).toBe(3)
    expect(first.stderr).toContain('Everything is on hold by Ada.')
    expect(first.stderr).toContain('delling holds list')
    const second = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--override', 'it is the fix')
    expect(second.exit).toBe(0)
    expect(bodyOf(stub.asked[1]?.body)).toEqual({ image: 'shop-2', override: 'it is the fix' })
  })
})

describe('delling pause and resume', () => {
  const running = { id: 'op-1', kind: 'deploy', cluster: 'shop-main', phase: 'registering' }

  it('pause names a cluster or an operation, and says how to go on', async () => {
    const stub = await start({
      'GET /operations': { body: { operations: [running] } },
      'POST /operations/op-1/pause': { status: 202, body: { operation: running } },
    })
    const { exit, stdout } = await stub.run('pause', 'shop-main', '--reason', 'lunch')
    expect(exit).toBe(0)
    expect(stdout).toContain('npx delling resume op-1')
    expect(bodyOf(stub.asked.at(-1)?.body)).toEqual({ reason: 'lunch' })
  })

  it('resume needs no choice, and sends the reason that overrides a stop', async () => {
    const stub = await start({ 'POST /operations/op-1/resume': { status: 202, body: { id: 'op-1' } } })
    expect((await stub.run('resume', 'op-1')).exit).toBe(0)
    await stub.run('resume', 'op-1', '--override', 'it is the fix')
    expect(stub.asked.map(({ body }) => bodyOf(body))).toEqual([{}, { override: 'it is the fix' }])
  })
})
