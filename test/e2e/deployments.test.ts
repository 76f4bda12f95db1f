import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import type { Image } from '../../server/domain/bake.js'
import { driftMemory } from '../../server/domain/drift-memory.js'
import { adopt, undoDifference } from '../../server/engine/adopt.js'
import { cancelOperation, restoreRule, resumeOperation } from '../../server/engine/cancel.js'
import { planCleanup } from '../../server/engine/cleanup.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster, planCluster, type CreateClusterInput } from '../../server/engine/create-cluster.js'
import { deploy, planDeploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { keepGroup, releaseGroup } from '../../server/engine/keep.js'
import { planSwitchBack, switchBack } from '../../server/engine/switch-back.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { until } from '../support/until.js'

let stack: EngineStack
let good: Image
let better: Image
let sick: Image

const name = 'sunrise-main'
const view = () => clusterView(stack.parts, name, 0)
const phaseOf = async (id: string) => (await stack.parts.history.operation(id))?.phase ?? ''
const reaches = (id: string, ...phases: string[]) =>
  until(async () => phases.includes(await phaseOf(id)), 30_000, `operation is ${phases.join(' or ')}`)
const deployed = async (image: Image) => {
  const { operation } = await deploy(stack.parts, person, { cluster: name, image: image.name })
  return stack.ended(operation.id)
}

/** What people's requests write. The engine goes on meanwhile, so that its own events may grow. */
const recorded = async () => [
  (await stack.parts.history.operations({ limit: 500 })).map((operation) => operation.id),
  (await stack.parts.history.clusters()).map((cluster) => cluster.name),
]

beforeAll(async () => {
  stack = await startEngineStack()
  ;[good, better, sick] = await Promise.all([
    stack.image('1.0.0'),
    stack.image('1.1.0'),
    stack.image('1.2.0'),
  ])
  const { operation } = await createCluster(stack.parts, person, {
    name,
    image: good.name,
    listenerPort: 18_190,
  })
  expect((await stack.ended(operation.id)).phase).toBe('succeeded')
})
afterAll(() => stack.stop())

describe('a deployment that never gets registered', () => {
  it('ends by itself, says what AWS and the instances said, leaves the previous group untouched and keeps the failed one', async () => {
    const before = await view()
    const ended = await deployed(sick)
    expect(ended.phase).toBe('failed')
    expect(ended.endSentence).toContain('traffic: v001 100 %')
    expect(ended.endSentence).toContain('v002 is kept for diagnosis until')
    const events = await stack.parts.history.operationEvents(ended.id)
    const abort = events.find(({ event }) => event.type === 'AbortStarted')?.event
    expect(abort).toMatchObject({ type: 'AbortStarted', endsAs: 'failed' })
    expect(JSON.stringify(abort)).toContain('503')
    const after = await view()
    expect(after.live?.group).toEqual({ ...before.live?.group })
    const failed = after.groups.find((group) => group.group.name === `${name}-v002`)
    expect(failed?.state).toBe('failed')
    const windowHours =
      ((failed?.group.expiresAt?.getTime() ?? 0) - (ended.endedAt?.getTime() ?? 0)) / 3_600_000
    expect(windowHours).toBeGreaterThan(23)
    const { operation } = await destroyGroup(stack.parts, person, {
      group: `${name}-v002`,
      reason: 'seen enough',
    })
    expect((await stack.ended(operation?.id ?? '')).phase).toBe('succeeded')
  })
})

describe('cancel', () => {
  it('before the switch leaves the traffic where it was, as it said it would', async () => {
    const { operation } = await deploy(stack.parts, person, { cluster: name, image: better.name })
    await reaches(operation.id, 'launching', 'registering')
    const { ends } = await cancelOperation(stack.parts, person, operation.id, 'wrong image')
    expect(ends).toContain('traffic: v001 100 %')
    const ended = await stack.ended(operation.id)
    expect(ended.phase).toBe('cancelled')
    expect(ended.endSentence).toContain('traffic: v001 100 %')
    expect((await view()).live?.group.name).toBe(`${name}-v001`)
  })

  it('after the switch returns the traffic and marks what was left', async () => {
    const { operation } = await deploy(stack.parts, person, { cluster: name, image: better.name })
    await reaches(operation.id, 'settling', 'watching')
    await cancelOperation(stack.parts, person, operation.id, 'p95 doubled')
    const ended = await stack.ended(operation.id)
    expect(ended.phase).toBe('rolledBack')
    const after = await view()
    expect(after.live?.group.name).toBe(`${name}-v001`)
    expect(after.groups.find((group) => group.group.name === ended.to)?.state).toBe('rejected')
    const image = await stack.parts.history.image(better.name)
    expect(image?.bad?.reason).toContain('p95 doubled')
  })
})

describe('refusals change nothing and name the fix', () => {
  const input = (patch: Partial<CreateClusterInput>): CreateClusterInput => ({
    name: 'sunrise-other',
    image: good.name,
    listenerPort: 18_191,
    ...patch,
  })

  it.each<[string, Partial<CreateClusterInput>, RegExp]>([
    [
      'two zones',
      { zones: ['us-east-1a', 'us-east-1b'] },
      /At least three Availability Zones.*Missing: us-east-1c/,
    ],
    ['a size below three', { size: 2 }, /smallest size is 3/],
    ['a name outside the grammar', { name: 'Sunrise main' }, /can't name a cluster/],
    ['a server group’s name', { name: 'sunrise-main-v001' }, /push number/],
    ['an application that is not registered', { name: 'moon-main' }, /no application moon; register it/],
    ['an unknown image', { image: 'sunrise-9.9.9' }, /no image sunrise-9\.9\.9/],
    ['an unknown load balancer', { loadBalancer: 'nowhere' }, /no load balancer nowhere/],
    ['a rule that is taken', { listenerPort: 18_190 }, /has a rule for the same requests/],
    ['a variable that Delling sets', { environment: { PORT: '1' } }, /PORT is set by Delling/],
    ['a morning that is no time', { morning: '7 o’clock' }, /no time of day/],
    ['an unknown zone of time', { timeZone: 'Mars/Base' }, /no time zone/],
    ['a health check that never ends', { healthTimeoutSec: 30 }, /must be shorter than the interval/],
  ])('%s', async (_what, patch, sentence) => {
    const before = await recorded()
    await expect(planCluster(stack.parts, input(patch))).rejects.toThrow(sentence)
    await expect(createCluster(stack.parts, person, input(patch))).rejects.toThrow(/Nothing was changed/)
    expect(await recorded()).toEqual(before)
  })

  it('destroying the live group, and a group that is not ours', async () => {
    await expect(destroyGroup(stack.parts, person, { group: `${name}-v001`, reason: '' })).rejects.toThrow(
      /live group is never destroyed/,
    )
    await expect(
      destroyGroup(stack.parts, person, { group: 'somebody-else-v001', reason: '' }),
    ).rejects.toThrow(/never touches what it did not make and nobody gave it/)
  })

  it('a deregistered image', async () => {
    const clients = makeClients({
      region: 'us-east-1',
      endpoint: stack.cloudUrl,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      meter: makeMeter(),
    })
    const { DeregisterImageCommand } = await import('@aws-sdk/client-ec2')
    await clients.writers.ec2.send(new DeregisterImageCommand({ ImageId: sick.imageId }))
    clients.close()
    await expect(deploy(stack.parts, person, { cluster: name, image: sick.name })).rejects.toThrow(
      /nothing can be launched from it/,
    )
  })

  it('a second deployment while one runs: queue or cancel is offered, and the queue works', async () => {
    const first = await deploy(stack.parts, person, { cluster: name, image: better.name })
    await expect(deploy(stack.parts, person, { cluster: name, image: good.name })).rejects.toThrow(
      /queue behind it or cancel it/,
    )
    const second = await deploy(stack.parts, person, { cluster: name, image: good.name, queue: true })
    expect(second.operation.phase).toBe('waiting')
    expect((await stack.ended(first.operation.id)).phase).toBe('succeeded')
    expect((await stack.ended(second.operation.id)).phase).toBe('succeeded')
    const now = await view()
    expect(now.live?.group.name).toBe(
      second.operation.to ?? (await stack.parts.history.operation(second.operation.id))?.to,
    )
    expect(now.live?.group.image.name).toBe(good.name)
  })

  it('a rule that somebody else changed: what was expected, what is there', async () => {
    const clients = makeClients({
      region: 'us-east-1',
      endpoint: stack.cloudUrl,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      meter: makeMeter(),
    })
    const { cluster, groups, live } = await view()
    const ruleArn = cluster.ruleArn ?? ''
    const warm = groups.find((group) => group.state === 'warm')
    const mixed = [live, warm].map((group) => ({
      TargetGroupArn: group?.group.targetGroupArn ?? '',
      Weight: 50,
    }))
    await clients.writers.elb.send(
      new ModifyRuleCommand({
        RuleArn: ruleArn,
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: mixed } }],
      }),
    )
    await expect(deploy(stack.parts, person, { cluster: name, image: better.name })).rejects.toThrow(
      /expected .*100 %.*there is .*50 %/,
    )
    await until(
      async () => (await view()).cluster.needsPerson !== null,
      20_000,
      'the cluster asks for a person',
    )
    expect((await planCleanup(stack.parts)).groups.every((group) => group.verdict === 'stays')).toBe(true)
    await restoreRule(stack.parts, person, name)
    await until(
      async () => (await view()).cluster.needsPerson === null,
      20_000,
      'the cluster needs nobody any more',
    )
    expect((await view()).live?.group.name).toBe(live?.group.name)
    expect((await view()).live?.weight).toBe(100)
    clients.close()
  })
})

describe('a rule that somebody else breaks in mid-deployment', () => {
  it('halts it, halts it again when it is only told to go on, and goes on once the rule is put back', async () => {
    const clients = makeClients({
      region: 'us-east-1',
      endpoint: stack.cloudUrl,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      meter: makeMeter(),
    })
    const before = await view()
    const { operation } = await deploy(stack.parts, person, { cluster: name, image: better.name })
    await reaches(operation.id, 'registering')
    const answer = { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '503' } }
    await clients.writers.elb.send(
      new ModifyRuleCommand({ RuleArn: before.cluster.ruleArn ?? '', Actions: [answer] }),
    )
    clients.close()
    await reaches(operation.id, 'halted')
    await until(
      async () => (await view()).cluster.needsPerson !== null,
      20_000,
      'the cluster asks for a person',
    )
    expect((await view()).cluster.statement).toContain('the rule shows no target group')
    await resumeOperation(stack.parts, person, operation.id, 'again')
    await reaches(operation.id, 'halted')
    await resumeOperation(stack.parts, person, operation.id, 'restore')
    const ended = await stack.ended(operation.id)
    expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
    expect((await view()).cluster.needsPerson).toBeNull()
  })
})

describe('an existing listener rule', () => {
  const clientsOf = () =>
    makeClients({
      region: 'us-east-1',
      endpoint: stack.cloudUrl,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      meter: makeMeter(),
    })

  it('is taken over when it forwards to nobody, keeps its conditions, and leaves no parked rule behind', async () => {
    const clients = clientsOf()
    const listenerArn = (await view()).cluster.listenerArn ?? ''
    const answer = { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '503' } }
    const conditions = [{ Field: 'host-header', HostHeaderConfig: { Values: ['other.example.com'] } }]
    const made = await clients.writers.elb.send(
      new CreateRuleCommand({
        ListenerArn: listenerArn,
        Priority: 7,
        Conditions: conditions,
        Actions: [answer],
      }),
    )
    const rule = made.Rules?.[0]?.RuleArn ?? ''
    await stack.parts.account.catalog(true)
    const input = { name: 'sunrise-other', image: good.name, rule }
    const { operation } = await createCluster(stack.parts, person, input)
    const ended = await stack.ended(operation.id)
    expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
    const { Rules } = await clients.readers.elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }))
    expect(Rules?.find((one) => one.RuleArn === rule)?.Conditions?.[0]?.HostHeaderConfig?.Values).toEqual([
      'other.example.com',
    ])
    expect(JSON.stringify(Rules)).not.toContain('Parked')
    const { url } = await view()
    const reply = await stack.askHost(url ?? '', 'other.example.com')
    expect(reply).toContain('1.0.0')
    clients.close()
  })

  it('is refused while somebody lives behind it', async () => {
    const ruleArn = (await view()).cluster.ruleArn ?? ''
    await stack.parts.account.catalog(true)
    await expect(
      planCluster(stack.parts, { name: 'sunrise-third', image: good.name, rule: ruleArn }),
    ).rejects.toThrow(/not Delling's/)
  })
})

describe('plans', () => {
  it('say every call in order and change nothing', async () => {
    const before = await recorded()
    const plan = await planDeploy(stack.parts, { cluster: name, image: better.name })
    const apis = plan.plan.map((call) => call.api)
    expect(apis.indexOf('ELBv2 CreateTargetGroup')).toBeLessThan(
      apis.indexOf('Auto Scaling CreateAutoScalingGroup'),
    )
    expect(plan.plan.filter((call) => call.kind === 'switch')).toHaveLength(1)
    const back = await planSwitchBack(stack.parts, { cluster: name })
    expect(back.readiness.state).toBe('ready')
    expect(await recorded()).toEqual(before)
  })
})

describe('warm groups', () => {
  it('are kept longer by a person, and let go again', async () => {
    const warm = (await view()).switchBack?.group
    const kept = await keepGroup(stack.parts, person, {
      group: warm?.name ?? '',
      until: null,
      why: 'audit on Friday',
    })
    expect(kept.expiresAt).toBeNull()
    const farAway = new Date(stack.parts.clock.now().getTime() + 30 * 86_400_000)
    const verdict = (await planCleanup(stack.parts, farAway)).groups.find(
      (entry) => entry.group.name === warm?.name,
    )
    expect(verdict).toMatchObject({ verdict: 'stays', why: 'Ada keeps it for ever: audit on Friday' })
    expect((await releaseGroup(stack.parts, person, warm?.name ?? '')).expiresAt).not.toBeNull()
  })

  it('take the traffic back when asked by name, and leave nothing behind when destroyed', async () => {
    const before = await view()
    const { operation } = await switchBack(stack.parts, person, {
      cluster: name,
      markBad: false,
      reason: 'rehearsal',
    })
    expect((await stack.ended(operation.id)).phase).toBe('succeeded')
    const after = await view()
    expect(after.live?.group.name).toBe(before.switchBack?.group.name)
    const left = after.groups.find((group) => group.group.name === before.live?.group.name)
    expect(left?.state).toBe('warm')
    const destroyed = await destroyGroup(stack.parts, person, { group: left?.group.name ?? '', reason: '' })
    const ended = await stack.ended(destroyed.operation?.id ?? '')
    expect(ended.endSentence).toContain('found nothing left')
    expect(await destroyGroup(stack.parts, person, { group: left?.group.name ?? '', reason: '' })).toEqual({
      operation: null,
    })
  })
})

describe('a live group that somebody resized by hand', () => {
  it('is shown since when, and made as large as it was when asked; what is adopted is the size from then on', async () => {
    const clients = makeClients({
      region: 'us-east-1',
      endpoint: stack.cloudUrl,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      meter: makeMeter(),
    })
    const live = (await view()).live?.group.name ?? ''
    const resize = (sizes: { MinSize: number; MaxSize?: number; DesiredCapacity?: number }) =>
      clients.writers.autoScaling.send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: live, ...sizes }),
      )
    const noted = async () => (await view()).differences.find((each) => each.kind === 'size' && each.since)
    const size = async () => (await view()).live?.size

    await resize({ MinSize: 1, DesiredCapacity: 2 })
    await until(async () => (await noted()) !== undefined, 30_000, 'the size is noted')
    expect(await noted()).toMatchObject({ subject: live, found: 'MinSize 1, desired 2' })
    await undoDifference(stack.parts, person, { cluster: name, what: 'size', group: live })
    await until(
      async () => driftMemory((await view()).cluster).noted.length === 0,
      30_000,
      'nothing differs any more',
    )
    expect(await size()).toBe(3)

    await resize({ MinSize: 3, MaxSize: 6 })
    await until(async () => (await noted()) !== undefined, 30_000, 'the size is noted')
    await adopt(stack.parts, person, { cluster: name, what: 'size', group: live })
    expect((await view()).differences).toEqual([])
    const plan = await planDeploy(stack.parts, { cluster: name, image: better.name })
    expect(plan.size).toEqual({ min: 3, max: 6, desired: 3 })
    const log = await stack.parts.history.log({ cluster: name, limit: 30 })
    const said = ['DifferenceSeen', 'UndoAsked', 'DifferenceGone', 'DifferenceSeen', 'SizeAdopted']
    expect(
      log
        .map((row) => row.type)
        .filter((type) => said.includes(type))
        .reverse(),
    ).toEqual(expect.arrayContaining(said))
    clients.close()
  })
})

describe('the audit trail (P10)', () => {
  it('holds an AWS request id for every change that was answered', async () => {
    const intents = await stack.parts.history.intents({ limit: 500 })
    expect(intents.length).toBeGreaterThan(50)
    expect(intents.filter((intent) => intent.answered === 'ok' && !intent.requestId)).toEqual([])
    expect(intents.filter((intent) => intent.why === '')).toEqual([])
  })
})
