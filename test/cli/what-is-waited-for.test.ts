import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined

async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}

afterEach(() => console_?.close())

const standing = (id: string, phase: string, fields: object = {}) => ({
  id,
  kind: 'deploy',
  cluster: 'shop-main',
  phase,
  ended: false,
  wait: null,
  paused: null,
  requestedAt: '2026-11-25T10:00:00Z',
  ...fields,
})
const wait = (sentence: string) => ({ sentence, until: null, at: '2026-11-25T10:00:00Z' })
const paused = standing('op-1', 'registering', {
  wait: wait('Paused by Ada: a look first. v002 stays as it is; no deadline passes.'),
  paused: { by: 'Ada', reason: 'a look first', since: '2026-11-25T10:00:00Z', stop: null },
})
const approving = standing('op-2', 'approving', {
  wait: wait('Waiting for a person to approve or decline the switch'),
})
const queued = standing('op-3', 'waiting', { wait: wait('Waits until it may start.') })

const statusWith = (fields: object) => ({
  body: {
    cluster: 'shop-main',
    statement: 'v001 100 %',
    url: null,
    operation: null,
    needsPerson: null,
    serverGroups: [],
    ...fields,
  },
})

describe('delling status', () => {
  const textOf = async (fields: object) => {
    const stub = await start({ 'GET /clusters/shop-main': statusWith(fields) })
    return (await stub.run('status', 'shop-main')).stdout
  }

  it('says that a deployment is paused, why, and how it goes on', async () => {
    const text = await textOf({ operation: paused })
    expect(text).toContain('Running: deploy op-1, paused, registering: Paused by Ada: a look first.')
    expect(text).toContain('no deadline passes.\n')
    expect(text).toContain('npx delling resume op-1')
  })

  it('says that a deployment waits for a person, and how to approve or decline it', async () => {
    const text = await textOf({ operation: approving })
    expect(text).toContain('Running: deploy op-2, waiting for approval: Waiting for a person')
    expect(text).toContain('npx delling approve op-2 --reason')
    expect(text).toContain('npx delling decline op-2 --reason')
  })

  it('shows what waits in the queue, and why the queue stands still', async () => {
    const text = await textOf({ queue: [queued], queueStands: 'the deploy of v002 failed' })
    expect(text).toContain('Queued: deploy op-3: Waits until it may start.')
    expect(text).toContain(
      'The queue stands still: the deploy of v002 failed. Let it go on: npx delling resume-queue shop-main',
    )
  })
})

describe('delling operations list', () => {
  it('says of each that has not ended what it waits for', async () => {
    const ended = standing('op-0', 'rolledBack', { ended: true, wait: wait('gone by') })
    const stub = await start({
      'GET /operations': { body: { operations: [queued, approving, paused, ended] } },
    })
    const { stdout } = await stub.run('operations', 'list')
    expect(stdout).toMatch(/^op-3 .*queued .*Waits until it may start\./m)
    expect(stdout).toMatch(/^op-2 .*waiting for approval .*npx delling approve op-2/m)
    expect(stdout).toMatch(/^op-1 .*paused, registering .*npx delling resume op-1$/m)
    expect(stdout).toMatch(/^op-0 .*rolled back .*–$/m)
    expect(stdout).not.toContain('gone by')
  })
})

describe('delling operations wait', () => {
  it('names the command that approves, once, while a person is waited for', async () => {
    const stub = await start({
      'GET /operations/op-2': [
        { body: approving },
        { body: approving },
        { body: standing('op-2', 'succeeded', { ended: true, outcome: 'succeeded' }) },
      ],
    })
    const { exit, stderr } = await stub.run('operations', 'wait', 'op-2')
    expect(exit).toBe(0)
    expect(stderr.match(/npx delling approve op-2/g)).toHaveLength(1)
  })
})

describe('a verb without --wait', () => {
  it.each([
    ['pinning', 'Begun'],
    ['waiting', 'Queued'],
  ])('prints the id alone, and beside it what was asked and how to follow it (%s)', async (phase, word) => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': {
        status: 202,
        body: { operation: standing('op-7', phase), href: '/operations/op-7' },
      },
    })
    const { exit, stdout, stderr } = await stub.run('deploy', 'shop-main', '--image', 'shop-2')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'op-7\n' })
    expect(stderr).toBe(`${word}: deploy of shop-main. Follow it: npx delling operations wait op-7\n`)
  })
})

describe('a deployment of a bad image', () => {
  it('is warned of before it is followed', async () => {
    const mind = 'shop-2 is marked bad: it answered 500'
    const stub = await start({
      'POST /clusters/shop-main/deployments': {
        status: 202,
        body: { operation: standing('op-7', 'pinning'), href: '/operations/op-7', warnings: [mind] },
      },
    })
    const { exit, stderr } = await stub.run('deploy', 'shop-main', '--image', 'shop-2')
    expect(exit).toBe(0)
    expect(stderr.split('\n')[0]).toBe(`Mind: ${mind}`)
  })
})

describe('a deed on a cluster in which there is nothing for it', () => {
  const unknown = {
    status: 404,
    body: { code: 'UnknownOperation', detail: 'There is no operation shop-main. Nothing was changed.' },
  }
  const clusters = { body: { clusters: [{ name: 'shop-main', needsPerson: null }] } }

  it.each([
    ['pause', 'Nothing runs in shop-main: there is nothing to pause.'],
    ['approve', 'Nothing in shop-main waits for approval: there is nothing to approve.'],
    ['decline', 'Nothing in shop-main waits for approval: there is nothing to decline.'],
    ['cancel', 'Nothing runs in shop-main: there is nothing to cancel.'],
  ])('%s says so', async (verb, sentence) => {
    const stub = await start({
      'GET /operations': { body: { operations: [] } },
      'GET /clusters': clusters,
      [`POST /operations/shop-main/${verb}`]: unknown,
    })
    const { exit, stderr } = await stub.run(verb, 'shop-main', '--reason', 'why')
    expect(exit).toBe(3)
    expect(stderr).toContain(`${sentence} Nothing was changed.`)
  })

  it.each(['approve', 'decline', 'pause'])('%s does not name what only waits in the queue', async (verb) => {
    const stub = await start({ 'GET /operations': { body: { operations: [queued] } } })
    const { exit, stderr } = await stub.run(verb, 'shop-main', '--reason', 'why')
    expect(exit).toBe(3)
    expect(stderr).toContain(`there is nothing to ${verb}`)
    expect(stderr).not.toContain(`delling ${verb} op-3`)
    expect(stub.asked.filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('approve finds the one that waits for it among those that are queued', async () => {
    const stub = await start({
      'GET /operations': { body: { operations: [queued, approving] } },
      'POST /operations/op-2/approve': { status: 202, body: { operation: standing('op-2', 'pinning') } },
    })
    expect((await stub.run('approve', 'shop-main', '--reason', 'why')).stdout).toBe('Approved op-2.\n')
  })
})

describe('delling status of a cluster that is there no more', () => {
  it.each([
    [false, 'retired', 'npx delling clusters create shop-main'],
    [true, 'given back', 'npx delling adopt shop-main'],
  ])('says so, since when, and how one begins anew (given back: %s)', async (givenBack, word, command) => {
    const sentence = 'Ada ended it 25 Nov 09:00 UTC.'
    const stub = await start({
      'GET /clusters/shop-main': statusWith({ retired: { by: 'Ada', at: 'T', givenBack }, sentence }),
    })
    const { stdout } = await stub.run('status', 'shop-main')
    expect(stdout).toContain(`shop-main: ${word}. ${sentence}`)
    expect(stdout).toContain(command)
  })
})
