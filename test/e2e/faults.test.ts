import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Operation } from '../../server/domain/operation.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { requestBake } from '../../server/engine/request-bake.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

// Every fault at every call, against the same engine and the same cloud, is rehearsed in test/simulation. Here the same is
// seen on real processes, real requests and PostgreSQL, for the kinds of fault that differ on the wire.

let stack: EngineStack
let good: Image
let better: Image

interface AuditedCall {
  readonly action: string
  readonly error?: string
  readonly input: Readonly<Record<string, unknown>>
}

const ask = {
  create: async (name: string, port: number) =>
    (await createCluster(stack.parts, person, { name, image: good.name, listenerPort: port })).operation,
  deploy: async (name: string) =>
    (await deploy(stack.parts, person, { cluster: name, image: better.name })).operation,
  back: async (name: string) =>
    (await switchBack(stack.parts, person, { cluster: name, reason: 'a test' })).operation,
  destroy: async (group: string) =>
    (await destroyGroup(stack.parts, person, { group, reason: '' })).operation,
}
const ended = async (operation: Operation | null) => stack.ended(operation?.id ?? '', 90_000)
const succeeds = async (operation: Operation | null) => {
  const end = await ended(operation)
  expect(end.phase, `${end.kind}: ${end.endSentence ?? ''}`).toBe('succeeded')
  return end
}
const plan = (action: string, fault: object, times = 1) =>
  stack.control('POST', '/faults', { action, times, ...fault })
const stillPlanned = async () =>
  ((await stack.control('GET', '/faults')) as { faults: { action: string }[] }).faults.map(
    ({ action }) => action,
  )
const applied = async () =>
  ((await stack.control('GET', '/calls')) as { calls: AuditedCall[] }).calls.filter((call) => !call.error)
const dropFaults = async () => {
  await fetch(`${stack.cloudUrl}/_localcloud/faults`, {
    method: 'DELETE',
    headers: { 'x-localcloud-control': '1' },
  })
}

beforeAll(async () => {
  stack = await startEngineStack({
    timings: { switchDeadlineMs: 3000, quietMs: 600, goneMs: 300, unpinMs: 500 },
  })
  ;[good, better] = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
})
afterEach(dropFaults)
afterAll(() => stack.stop())

/** The first thing that the first cluster of an application makes. */
describe('a load balancer that AWS does not allow us', () => {
  it('ends the create with AWS’s words', async () => {
    await plan(
      'CreateLoadBalancer',
      { kind: 'error', code: 'AccessDenied', message: 'not authorized', status: 403 },
      50,
    )
    const end = await ended(await ask.create('sunrise-denied-first', 18_309))
    expect(end.phase).toBe('failed')
    expect(end.endSentence).toContain('AWS refused CreateLoadBalancer: not authorized (AccessDenied)')
  })
})

const creating = ['CreateLoadBalancer', 'CreateListener', 'CreateRule']
const launching = [
  'CreateTargetGroup',
  'ModifyTargetGroupAttributes',
  'CreateLaunchTemplate',
  'CreateAutoScalingGroup',
  'SuspendProcesses',
]
const destroying = ['DeleteAutoScalingGroup', 'DeleteTargetGroup', 'DeleteLaunchTemplate']
const named: Readonly<Record<string, string>> = {
  CreateTargetGroup: 'Name',
  CreateLaunchTemplate: 'LaunchTemplateName',
  CreateAutoScalingGroup: 'AutoScalingGroupName',
  CreateLoadBalancer: 'Name',
}

describe.each([
  ['is lost', 'losta', 18_310, { kind: 'lost-answer' }],
  [
    'is that we ask too much',
    'throttled',
    18_312,
    { kind: 'error', code: 'Throttling', message: 'Rate exceeded', status: 400 },
  ],
])('when the answer to each kind of change %s', (_what, stackName, port, fault) => {
  it('create, deploy, switch back and destroy succeed all the same, nothing is made twice and no request is lost (P1, P5, P8)', async () => {
    const name = `sunrise-${stackName}`
    const since = (await applied()).length
    // Clusters of one application share its load balancer: it is made once.
    const firstCluster = (await stack.parts.history.clusters()).length === 1
    for (const action of [...creating.slice(firstCluster ? 0 : 1), ...launching, 'ModifyRule'])
      await plan(action, fault)
    await succeeds(await ask.create(name, port))
    expect(await stillPlanned()).toEqual([])

    const { url } = await clusterView(stack.parts, name, 0)
    const client = steadyClient(url ?? '', 100, (body) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none')
    for (const action of [...launching, 'UpdateAutoScalingGroup', 'ResumeProcesses'])
      await plan(action, fault)
    await plan('ModifyRule', fault, 2)
    await succeeds(await ask.deploy(name))

    await dropFaults()
    // The rule names both groups already: the first change of it is the switch.
    await plan('ModifyRule', fault)
    await succeeds(await ask.back(name))
    expect(await stillPlanned()).toEqual([])

    for (const action of [...destroying, 'UpdateAutoScalingGroup']) await plan(action, fault)
    await succeeds(await ask.destroy(`${name}-v002`))
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toEqual(['1.0.0', '1.1.0', '1.0.0'])

    const made = (await applied()).slice(since)
    for (const [action, field] of Object.entries(named)) {
      const names = made.filter((call) => call.action === action).map((call) => call.input[field])
      expect(new Set(names).size, `${action}: ${names.join(', ')}`).toBe(names.length)
    }
    await until(
      async () => !(await stack.parts.history.obligations()).some((row) => row.cluster === name),
      30_000,
      'the ledger is empty',
    )
  })
})

describe('a bake whose calls meet faults', () => {
  it.each([
    ['lost answers', '8.0.0', { kind: 'lost-answer' }],
    [
      'throttling',
      '8.0.1',
      { kind: 'error', code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 },
    ],
  ])('%s makes one image from one builder', async (_what, version, fault) => {
    const { application, package: source } = (await stack.parts.history.bakes({ limit: 1 }))[0]!.request
    const since = (await applied()).length
    for (const action of ['RunInstances', 'CreateImage', 'TerminateInstances', 'ModifyImageAttribute'])
      await plan(action, fault)
    const { bake } = await requestBake(stack.parts, person, { application, version, package: source })
    const phase = async () => (await stack.parts.history.bake(bake.id))?.phase ?? ''
    await until(async () => ['baked', 'failed'].includes(await phase()), 90_000, `the bake of ${version}`)
    expect(await phase(), (await stack.parts.history.bake(bake.id))?.reason ?? '').toBe('baked')
    const made = (await applied()).slice(since).map((call) => call.action)
    expect(made.filter((action) => action === 'RunInstances')).toHaveLength(1)
    expect(made.filter((action) => action === 'CreateImage')).toHaveLength(1)
    expect(made).toContain('TerminateInstances')
    expect((await stack.parts.history.obligations()).filter((row) => row.kind === 'builder')).toEqual([])
  })
})

describe('a change that AWS does not allow us', () => {
  const name = 'sunrise-denied'
  const denied = (action: string) => ({
    kind: 'error',
    code: 'AccessDenied',
    message: `User: delling is not authorized to perform: ${action}`,
    status: 403,
  })
  beforeAll(async () => {
    await succeeds(await ask.create(name, 18_314))
  })

  it.each(['CreateAutoScalingGroup', 'ModifyRule'])(
    '%s: the deployment ends with AWS’s words, the previous group is untouched, nothing is left behind (P1, P5)',
    async (action) => {
      const before = await clusterView(stack.parts, name, 0)
      await plan(action, denied(action), 50)
      const operation = await ask.deploy(name)
      const begun = performance.now()
      await until(
        async () =>
          ['failed', 'aborting'].includes((await stack.parts.history.operation(operation.id))?.phase ?? ''),
        30_000,
        `the deployment gives up when ${action} is refused`,
      )
      expect(performance.now() - begun).toBeLessThan(25_000)
      await dropFaults()
      const end = await ended(operation)
      expect(end.phase).toBe('failed')
      expect(end.endSentence).toContain('traffic: v001 100 %')
      expect(end.endSentence).toContain(`not authorized to perform: ${action}`)
      expect((await clusterView(stack.parts, name, 0)).live?.group).toEqual(before.live?.group)

      await succeeds(await ask.destroy(end.to ?? ''))
      await until(
        async () => !(await stack.parts.history.obligations()).some((row) => row.cluster === name),
        30_000,
        'the ledger is empty',
      )
    },
  )

  it('a switch that AWS is too busy for is sent again at once', async () => {
    await succeeds(await ask.deploy(name))
    await plan('ModifyRule', { kind: 'error', code: 'Throttling', message: 'Rate exceeded', status: 400 })
    const { endedAt, requestedAt } = await succeeds(await ask.back(name))
    expect((endedAt?.getTime() ?? 0) - requestedAt.getTime()).toBeLessThan(10_000)
    expect(await stillPlanned()).toEqual([])
  })

  it('a switch that was refused works once it is allowed', async () => {
    await succeeds(await ask.deploy(name))
    await plan('ModifyRule', denied('ModifyRule'), 50)
    const refused = await ended(await ask.back(name))
    expect(refused.endSentence).toContain('not authorized to perform: ModifyRule')
    await dropFaults()
    await succeeds(await ask.back(name))
  })

  it.each(creating.slice(1))('%s: the create ends with AWS’s words', async (action) => {
    await plan(action, denied(action), 50)
    const cluster = `sunrise-${action.slice(6).toLowerCase()}`
    const operation = await ask.create(cluster, 18_320 + creating.indexOf(action))
    const end = await ended(operation)
    expect(end.phase).toBe('failed')
    expect(end.endSentence).toContain(`not authorized to perform: ${action}`)
  })

  it('a destroy that is refused goes on when it is allowed, and does not hammer AWS meanwhile', async () => {
    const group = (await clusterView(stack.parts, name, 0)).groups.find((each) => each.state === 'rejected')
      ?.group.name
    await plan('DeleteTargetGroup', denied('DeleteTargetGroup'), 1000)
    const operation = await ask.destroy(group ?? '')
    const tries = async () =>
      (await stack.parts.history.intents({ operationId: operation?.id ?? '', limit: 500 })).filter(
        (intent) => intent.answered === 'refused',
      ).length
    await until(async () => (await tries()) >= 4, 30_000, 'it was refused four times')
    await until(
      async () =>
        (await stack.parts.history.operation(operation?.id ?? ''))?.wait?.sentence.includes(
          'not authorized',
        ) === true,
      10_000,
      'the page says what AWS refuses',
    )
    expect(await tries()).toBeLessThan(10)
    await dropFaults()
    await succeeds(operation)
  })
})
