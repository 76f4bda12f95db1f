import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ailmentOf, answersSick } from '../../server/localcloud/ailments.js'
import { Clock } from '../../server/localcloud/clock.js'
import { makeCloudWatch } from '../../server/localcloud/cloudwatch/service.js'
import {
  type LoadBalancingService,
  makeLoadBalancing,
} from '../../server/localcloud/load-balancing/service.js'
import {
  type CloudUnderTest,
  cloudUnderTest,
  reached,
  run,
  servingUserData,
  shown,
  until,
} from './cloud-under-test.js'
import { type FakeCloud, fakeCloud } from './unit/fake-cloud.js'
import { type Group, makeStack, type Stack } from './unit/stack.js'

describe('what ails an instance', () => {
  const of = (instanceId: string, group: string) => ({
    instanceId,
    tags: { 'aws:autoscaling:groupName': group },
  })

  it('is what is said of itself, else of its group, else of all', () => {
    const ailments = [
      { of: '*', kind: 'flaps' },
      { of: 'shop-v002', kind: 'crash-loops' },
      { of: 'i-1', kind: 'sick' },
    ] as const
    expect(ailmentOf(ailments, of('i-1', 'shop-v002'))).toBe('sick')
    expect(ailmentOf(ailments, of('i-2', 'shop-v002'))).toBe('crash-loops')
    expect(ailmentOf(ailments, of('i-3', 'shop-v001'))).toBe('flaps')
    expect(ailmentOf(ailments.slice(1), of('i-3', 'shop-v001'))).toBeUndefined()
  })

  it('lets a flapping application be well and sick in turns, as long as two minutes at AWS’s pace', () => {
    const clock = new Clock('real')
    const turns = [0, 1, 2, 3].map((turn) => answersSick('flaps', clock, turn * 120_000 + 60_000))
    expect(turns).toEqual([false, true, false, true])
    expect(answersSick('crash-loops', clock, 120_000)).toBe(false)
  })
})

describe('a sick application behind a load balancer', () => {
  let cloud: FakeCloud
  let elb: LoadBalancingService
  let stack: Stack
  let group: Group
  beforeEach(async () => {
    cloud = await fakeCloud()
    makeCloudWatch(cloud)
    elb = makeLoadBalancing(cloud)
    await elb.start()
    stack = await makeStack(cloud, elb)
    group = await stack.group('a', 2)
    await stack.weights([group, 100])
    await stack.healthy(group)
  })
  afterEach(async () => {
    await elb.stop()
    for (const { instanceId } of cloud.fake.all.values()) cloud.fake.terminate(instanceId)
  })
  const turned = (states: readonly string[]) =>
    until(states.join(), async () => String(await stack.states(group)) === String(states))

  it('answers 503 to requests and health checks until it is well again', async () => {
    const [first = '', second = ''] = group.instances
    cloud.knobs.change({ ailments: [{ of: first, kind: 'sick' }] })
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(stack.url)).status),
    )
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
    await turned(['unhealthy', 'healthy'])
    expect(await (await fetch(stack.url)).text()).toBe(second)
    cloud.knobs.change({ ailments: [] })
    await turned(['healthy', 'healthy'])
  })

  it('is no different from one that is not there, where its process is dead', async () => {
    const [first = ''] = group.instances
    cloud.knobs.change({ ailments: [{ of: first, kind: 'flaps' }] })
    cloud.ec2.crashApplication(first)
    await turned(['unhealthy', 'healthy'])
  })
})

describe('an instance that is to fail', () => {
  let cloud: CloudUnderTest
  beforeAll(async () => void (cloud = await cloudUnderTest()), 60_000)
  afterAll(() => cloud.stop(), 60_000)
  afterEach(() => cloud.control('PUT', '/knobs', { ailments: [] }))
  const dead = (id: string) => until(`${id} is dead`, async () => !(await shown(cloud, id)).alive)

  it('never boots: it runs and is impaired', async () => {
    await cloud.control('PUT', '/knobs', { ailments: [{ of: '*', kind: 'never-boots' }] })
    const id = await run(cloud.ec2, servingUserData('hello'))
    await reached(cloud.ec2, id, 'running')
    await dead(id)
    expect(await shown(cloud, id)).toMatchObject({ state: 'running' })
  })

  it('crashes a while after its boot, unless that is called off before', async () => {
    await cloud.control('PUT', '/knobs', { ailments: [{ of: '*', kind: 'crash-loops' }] })
    const [falls, spared] = [await run(cloud.ec2, ''), await run(cloud.ec2, '')]
    await cloud.control('PUT', '/knobs', { ailments: [{ of: falls, kind: 'crash-loops' }] })
    await dead(falls)
    expect((await shown(cloud, spared)).alive).toBe(true)
  })

  it('loses its application and keeps its system; systemd starts the unit again', async () => {
    const id = await run(cloud.ec2, servingUserData('hello'))
    const answer = async () => {
      const { port } = await shown(cloud, id)
      return fetch(`http://127.0.0.1:${port ?? 0}/`).then(
        (reply) => reply.text(),
        () => undefined,
      )
    }
    await until('it answers', async () => (await answer()) === 'hello')
    const before = await shown(cloud, id)
    await cloud.control('POST', '/instances/crash', { instanceId: id })
    expect(await answer()).toBeUndefined()
    await until('it answers again', async () => (await answer()) === 'hello')
    expect(await shown(cloud, id)).toMatchObject({ alive: true, initPid: before.initPid })
    expect(await cloud.control('POST', '/instances/crash', { instanceId: 'i-none' })).toEqual({
      error: 'No instance i-none is running.',
    })
  })

  it('and a planned fault can be forgotten by itself', async () => {
    const plan = async (action: string) =>
      ((await cloud.control('POST', '/faults', { action, kind: 'lost-answer' })) as { id: string }).id
    const [first, second] = [await plan('CreateImage'), await plan('RunInstances')]
    expect(await cloud.control('DELETE', '/faults', { id: first })).toMatchObject({
      faults: [{ id: second }],
    })
    expect(await cloud.control('DELETE', '/faults', { id: first })).toEqual({
      error: `No fault ${first} is planned.`,
    })
    expect(await cloud.control('DELETE', '/faults')).toEqual({ faults: [] })
  })
})
