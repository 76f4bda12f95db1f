import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole, token, type Answer } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined

async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}

afterEach(() => console_?.close())

const operation = (fields: object): Answer => ({
  body: {
    id: 'op-1',
    kind: 'deploy',
    cluster: 'shop-main',
    ended: false,
    outcome: null,
    wait: null,
    events: [],
    calls: [],
    ...fields,
  },
})
const waitOn = (sentence: string) => ({ sentence, until: null, at: '2026-11-25T10:00:00Z' })
const status: Answer = {
  body: {
    cluster: 'shop-main',
    live: 'shop-main-v002',
    url: 'http://127.0.0.1:8090/',
    operation: null,
    needsPerson: null,
    statement: 'v002 100 %',
    serverGroups: [
      {
        name: 'shop-main-v002',
        state: 'live',
        weight: 100,
        share: 100,
        version: '2.0.0',
        healthy: 3,
        size: 3,
        zones: ['a', 'b', 'c'],
      },
    ],
  },
}
const started: Answer = {
  status: 202,
  body: { operation: { id: 'op-1', cluster: 'shop-main' }, href: '/operations/op-1' },
}

describe('delling deploy', () => {
  it('sends what the flags say, signed in, under a key of its own', async () => {
    const stub = await start({ 'POST /clusters/shop-main/deployments': started })
    const { exit, stdout } = await stub.run(
      'deploy',
      'shop-main',
      '--image',
      'shop-2',
      '--size',
      '4',
      '--reason',
      'why',
      '--queue',
    )
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'op-1\n' })
    const [asked] = stub.asked
    expect(JSON.parse(asked?.body ?? '')).toEqual({ image: 'shop-2', size: 4, reason: 'why', queue: true })
    expect(asked?.headers.authorization).toBe(`Bearer ${token}`)
    expect(asked?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('with --wait --json prints one document: the operation as it ended and the cluster as it is', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': [
        operation({ phase: 'registering', wait: waitOn('1 of 3 healthy') }),
        operation({ phase: 'registering', wait: waitOn('1 of 3 healthy') }),
        operation({ phase: 'registering', wait: waitOn('2 of 3 healthy') }),
        operation({
          phase: 'succeeded',
          ended: true,
          outcome: 'succeeded',
          endSentence: 'traffic: v002 100 %',
        }),
      ],
      'GET /clusters/shop-main': status,
    })
    const { exit, stdout, stderr } = await stub.run(
      'deploy',
      'shop-main',
      '--image',
      'shop-2',
      '--wait',
      '--json',
    )
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      operation: { id: 'op-1', phase: 'succeeded' },
      outcome: 'succeeded',
      cluster: 'shop-main',
      live: 'shop-main-v002',
      serverGroups: [{ name: 'shop-main-v002', state: 'live' }],
    })
    expect(stderr.split('\n')).toEqual([
      'registering: 1 of 3 healthy',
      'registering: 2 of 3 healthy',
      'succeeded',
      '',
    ])
  })

  it('says a sentence once, also while the next phase has none of its own yet', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': [
        operation({ phase: 'registering', wait: waitOn('all healthy') }),
        operation({ phase: 'pinning', wait: waitOn('all healthy') }),
        operation({ phase: 'pinning', wait: waitOn('all healthy') }),
        operation({ phase: 'pinning', wait: waitOn('pinned') }),
        operation({ phase: 'succeeded', ended: true, outcome: 'succeeded' }),
      ],
      'GET /clusters/shop-main': status,
    })
    const { stderr } = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--wait')
    expect(stderr.split('\n')).toEqual([
      'registering: all healthy',
      'pinning',
      'pinning: pinned',
      'succeeded',
      '',
    ])
  })

  it.each([
    ['failed', 'failed'],
    ['rolledBack', 'rolled back'],
    ['cancelled', 'cancelled'],
    ['overridden', 'overridden'],
  ])('ends with 1 when the deployment ended %s', async (outcome, words) => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': operation({
        phase: outcome,
        ended: true,
        outcome,
        endSentence: 'traffic: v001 100 %',
      }),
      'GET /clusters/shop-main': status,
    })
    const { exit, stdout } = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--wait')
    expect(exit).toBe(1)
    expect(stdout).toContain(`${words}. traffic: v001 100 %`)
  })

  it('stops waiting for one that halted, ends with 1 and says how to look at it', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': operation({ phase: 'halted', reason: 'The rule is gone.' }),
      'GET /clusters/shop-main': status,
    })
    const { exit, stdout } = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--wait')
    expect(exit).toBe(1)
    expect(stdout).toContain('The rule is gone.')
    expect(stdout).toContain('npx delling operations show op-1')
    expect(stdout).toContain('npx delling resume op-1 --choice again|accept|restore')
  })

  it('waits on through a console that does not answer for a while', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': [
        operation({ phase: 'launching' }),
        ...Array.from({ length: 4 }, () => ({ body: null, tear: true })),
        operation({ phase: 'succeeded', ended: true, outcome: 'succeeded' }),
      ],
      'GET /clusters/shop-main': status,
    })
    const { exit, stderr } = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--wait')
    expect(exit).toBe(0)
    expect(stderr.match(/does not answer just now/g)).toHaveLength(1)
  })

  it('asks again under the same key when the answer was lost', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': [{ body: null, tear: true }, started],
    })
    expect((await stub.run('deploy', 'shop-main', '--image', 'shop-2')).exit).toBe(0)
    const keys = stub.asked.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  it('with --plan asks for the plan only', async () => {
    const plan = {
      cluster: 'shop-main',
      from: 'shop-main-v001',
      to: 'shop-main-v002',
      plan: [{ api: 'ModifyRule', what: 'the switch', kind: 'switch' }],
    }
    const stub = await start({ 'POST /clusters/shop-main/deployments/plan': { body: plan } })
    const { exit, stdout } = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--plan')
    expect(exit).toBe(0)
    expect(stdout).toContain('ModifyRule – the switch')
    expect(stdout).not.toContain('May not start')
    expect(stub.asked).toHaveLength(1)
  })

  it('with --plan says what keeps it from starting, and until when', async () => {
    const plan = (mayStartAt: string | null) => ({
      body: {
        cluster: 'shop-main',
        plan: [],
        obstacles: [{ sentence: 'Shop is on hold by Ada.' }],
        mayStartAt,
      },
    })
    const stub = await start({
      'POST /clusters/shop-main/deployments/plan': [plan(null), plan('2026-11-30T16:00:00.000Z')],
    })
    const asked = () => stub.run('deploy', 'shop-main', '--image', 'shop-2', '--plan')
    expect((await asked()).stdout).toContain(
      'May not start now: Shop is on hold by Ada.\nIt may start when a person lets it.',
    )
    expect((await asked()).stdout).toContain('It may start from 2026-11-30T16:00:00.000Z on.')
  })

  it('ends with 3 when refused, with the sentence and the ways on', async () => {
    const problem = {
      status: 409,
      code: 'busy',
      detail: 'A deployment runs.',
      ways: [{ label: 'Queue it', command: 'delling deploy shop-main --queue' }],
    }
    const stub = await start({ 'POST /clusters/shop-main/deployments': { status: 409, body: problem } })
    const plain = await stub.run('deploy', 'shop-main', '--image', 'shop-2')
    expect(plain).toEqual({
      exit: 3,
      stdout: '',
      stderr: 'A deployment runs.\n  - Queue it: delling deploy shop-main --queue\n',
    })
    const json = await stub.run('deploy', 'shop-main', '--image', 'shop-2', '--json')
    expect(json.exit).toBe(3)
    expect(JSON.parse(json.stdout)).toEqual({
      error: { code: 'busy', detail: 'A deployment runs.', ways: problem.ways },
    })
  })
})

describe('delling deploy --wait', () => {
  const cluster = (fields: object): Answer => ({
    body: { clusters: [{ name: 'shop-main', needsPerson: null, active: null, ...fields }] },
  })
  const queued = operation({ phase: 'waiting', reason: null })
  const deploy = ['deploy', 'shop-main', '--image', 'shop-2', '--queue', '--wait']

  it('prints at the end where the cluster answers', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': operation({ phase: 'succeeded', ended: true, outcome: 'succeeded' }),
      'GET /clusters/shop-main': status,
    })
    const { stdout } = await stub.run(...deploy)
    expect(stdout).toContain('\nIt answers at http://127.0.0.1:8090/\n')
  })

  it('ends in the queue of a cluster that needs a person, with what mends it', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': queued,
      'GET /clusters': [cluster({}), cluster({ needsPerson: 'Somebody else changed the listener rule.' })],
      'GET /clusters/shop-main': status,
    })
    const { exit, stdout } = await stub.run(...deploy)
    expect(exit).toBe(1)
    expect(stdout).toContain('Somebody else changed the listener rule.')
    expect(stdout).toContain('npx delling undo shop-main weights')
    expect(stdout).not.toContain('It answers at')
  })

  it('ends behind an operation that halted and names that one, also in JSON', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': queued,
      'GET /clusters': cluster({ active: { id: 'op-0', kind: 'deploy', phase: 'halted' } }),
      'GET /clusters/shop-main': status,
    })
    const { exit, stdout } = await stub.run(...deploy, '--json')
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      operation: { id: 'op-1', phase: 'waiting' },
      stuck: 'It waits behind the deploy op-0, which halted.',
      ways: [{ command: 'npx delling resume op-0 --choice again|accept|restore' }],
    })
  })

  it('waits on in a queue that moves, though a person is needed just now', async () => {
    const stub = await start({
      'POST /clusters/shop-main/deployments': started,
      'GET /operations/op-1': [
        queued,
        operation({ phase: 'succeeded', ended: true, outcome: 'succeeded', endSentence: 'v002 100 %' }),
      ],
      'GET /clusters': cluster({
        needsPerson: 'Somebody else changed the listener rule.',
        active: { id: 'op-0', kind: 'deploy', phase: 'switching' },
      }),
      'GET /clusters/shop-main': status,
    })
    expect((await stub.run(...deploy)).exit).toBe(0)
  })
})

describe('delling clusters create --wait', () => {
  const create = async (port: string) => {
    const stub = await start({
      'POST /clusters': started,
      'GET /operations/op-1': operation({
        kind: 'create',
        phase: 'succeeded',
        ended: true,
        outcome: 'succeeded',
      }),
      'GET /clusters/shop-main': status,
    })
    const flags = ['--image', 'shop-2', '--listener-port', port, '--wait']
    return (await stub.run('clusters', 'create', 'shop-main', ...flags)).stdout
  }

  it('prints the address, and says when the port that was asked for was taken', async () => {
    expect(await create('9000')).toContain(
      'It answers at http://127.0.0.1:8090/, as port 9000 was taken here\n',
    )
    await console_?.close()
    expect(await create('8090')).toContain('It answers at http://127.0.0.1:8090/\n')
  })
})

describe('delling rollback', () => {
  it('marks the image that is left as bad unless told otherwise', async () => {
    const stub = await start({ 'POST /clusters/shop-main/rollback': started })
    await stub.run('rollback', 'shop-main')
    await stub.run(
      'switch-back',
      'shop-main',
      '--to',
      'shop-main-v001',
      '--now',
      '--reason',
      'zone outage',
      '--no-mark-bad',
    )
    expect(stub.asked.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {},
      { to: 'shop-main-v001', now: true, reason: 'zone outage', markBad: false },
    ])
  })
})

describe('delling cancel', () => {
  it('finds the one operation that runs in a cluster, and leaves destroys alone', async () => {
    const stub = await start({
      'GET /operations': {
        body: {
          operations: [
            { id: 'op-9', kind: 'destroy' },
            { id: 'op-1', kind: 'deploy' },
          ],
        },
      },
      'POST /operations/op-1/cancel': {
        status: 202,
        body: { operation: { id: 'op-1' }, ends: 'traffic: v001 100 %' },
      },
    })
    expect(await stub.run('cancel', 'shop-main')).toMatchObject({ exit: 0, stdout: 'traffic: v001 100 %\n' })
  })

  it('takes an id as it is', async () => {
    const stub = await start({
      'GET /operations': { body: { operations: [] } },
      'POST /operations/op-7/cancel': {
        status: 202,
        body: { operation: { id: 'op-7' }, ends: 'nothing was launched' },
      },
    })
    expect((await stub.run('cancel', 'op-7')).exit).toBe(0)
  })
})

describe('delling cancel where it is not as simple', () => {
  it('ends with 3 and a sentence where nothing runs in that cluster', async () => {
    const unknown = { code: 'UnknownOperation', detail: 'There is no operation shop-main.' }
    const stub = await start({
      'GET /operations': { body: { operations: [] } },
      'POST /operations/shop-main/cancel': { status: 404, body: unknown },
      'POST /operations/nowhere/cancel': { status: 404, body: unknown },
      'GET /clusters': { body: { clusters: [{ name: 'shop-main', needsPerson: null }] } },
    })
    const { exit, stderr } = await stub.run('cancel', 'shop-main')
    expect(exit).toBe(3)
    expect(stderr).toBe('Nothing runs in shop-main: there is nothing to cancel. Nothing was changed.\n')
    expect((await stub.run('cancel', 'nowhere')).stderr).toBe(`${unknown.detail}\n`)
  })

  it.each([
    ['cancelled', 0],
    ['rolledBack', 0],
    ['succeeded', 1],
    ['failed', 1],
  ])('with --wait, when the operation ended %s, ends with %i', async (outcome, expected) => {
    const stub = await start({
      'GET /operations': { body: { operations: [{ id: 'op-1', kind: 'deploy' }] } },
      'POST /operations/op-1/cancel': {
        status: 202,
        body: { operation: { id: 'op-1' }, ends: 'v001 100 %' },
      },
      'GET /operations/op-1': operation({ phase: outcome, ended: true, outcome }),
    })
    expect((await stub.run('cancel', 'shop-main', '--wait')).exit).toBe(expected)
  })
})

describe('delling images list', () => {
  it('calls no image good that nobody has judged', async () => {
    const image = { imageId: 'ami', version: '1', bakedAt: '2026-11-25T10:00:00Z', bad: null }
    const stub = await start({
      'GET /images': {
        body: {
          images: [
            { ...image, name: 'new', verdict: 'not judged yet' },
            { ...image, name: 'used', verdict: 'survived one night' },
            { ...image, name: 'broken', bad: { reason: 'it answered 500' }, verdict: 'bad: it answered 500' },
          ],
        },
      },
    })
    const { stdout } = await stub.run('images', 'list')
    expect(stdout).toMatch(/^new .*not judged yet$/m)
    expect(stdout).toMatch(/^used .*survived one night$/m)
    expect(stdout).toMatch(/^broken .*bad: it answered 500$/m)
  })
})

describe('delling status', () => {
  it('prints the document as it is with --json, and a table without', async () => {
    const stub = await start({ 'GET /clusters/shop-main': status })
    expect(JSON.parse((await stub.run('status', 'shop-main', '--json')).stdout)).toEqual(status.body)
    const { stdout } = await stub.run('status', 'shop-main')
    expect(stdout).toContain('shop-main: v002 100 %, http://127.0.0.1:8090/')
    expect(stdout).toMatch(/shop-main-v002\s+live\s+100 %\s+2\.0\.0\s+3 of 3\s+3/)
  })
})

describe('delling approve and decline', () => {
  const asked = (verb: string, body: object): Parameters<typeof stubConsole>[0] => ({
    'GET /operations': { body: { operations: [{ id: 'op-1', kind: 'deploy', phase: 'approving' }] } },
    [`POST /operations/op-1/${verb}`]: { status: 202, body: { operation: { id: 'op-1', ...body } } },
  })

  it.each([
    ['approve', 'Approved op-1.\n'],
    ['decline', 'Declined op-1.\n'],
  ])('%s what waits in a cluster, with the reason', async (verb, said) => {
    const stub = await start(asked(verb, { phase: 'pinning' }))
    const { exit, stdout } = await stub.run(verb, 'shop-main', '--reason', 'looks right')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: said })
    expect(JSON.parse(stub.asked.at(-1)?.body ?? '')).toEqual({ reason: 'looks right' })
  })

  it('want a reason, before anything is asked', async () => {
    const stub = await start(asked('approve', {}))
    const { exit, stderr } = await stub.run('approve', 'shop-main')
    expect(exit).toBe(2)
    expect(stderr).toContain('--reason')
    expect(stub.asked).toEqual([])
  })

  it.each([
    ['approve', 'succeeded', 0],
    ['approve', 'cancelled', 1],
    ['decline', 'cancelled', 0],
    ['decline', 'succeeded', 1],
  ])('%s with --wait, when the operation ended %s, ends with %i', async (verb, outcome, expected) => {
    const stub = await start({
      ...asked(verb, {}),
      'GET /operations/op-1': operation({ phase: outcome, ended: true, outcome }),
    })
    expect((await stub.run(verb, 'shop-main', '--reason', 'r', '--wait')).exit).toBe(expected)
  })
})
