import { DescribeImagesCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallRefused, CallUnclear, type ClusterQuery, type GroupQuery } from '../../server/engine/ports.js'
import type { Call, ModifyRule } from '../../server/domain/call.js'
import type { Observed, RuleEntry } from '../../server/domain/observation.js'
import { ownPolicy } from '../../server/domain/carried.js'
import { makeAccountReader } from '../../server/cloud/account.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { makeProber } from '../../server/cloud/prober.js'
import { priorityBefore, probeRequest, testConditions } from '../../server/domain/smoke-test.js'
import { awsTimings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'
import { answeringUserData, startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

const never = new AbortController().signal
const tags = { 'delling:owner': 'test', 'delling:cluster': 'shop-main', 'delling:op': 'op-1' }
const healthCheck = {
  path: '/',
  intervalSec: 10,
  timeoutSec: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: '200',
}

let fixture: LocalCloudFixture
let imageId: string
let vpcId: string
let subnetIds: string[]
/** What the engine would have recorded. */
const known = {
  loadBalancerArn: '',
  listenerArn: '',
  ruleArn: '',
  targetGroups: {} as Record<string, string>,
  templates: {} as Record<string, string>,
}
const groupNames: string[] = []

beforeAll(async () => {
  fixture = await startFixture()
  const { ec2 } = fixture.clients.readers
  const images = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const subnets = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets ?? []
  imageId = images.Images?.[0]?.ImageId ?? ''
  vpcId = subnets[0]?.VpcId ?? ''
  subnetIds = subnets.map(({ SubnetId }) => SubnetId ?? '')
})
afterAll(() => fixture.stop())

const perform = (call: Call) => fixture.cloud.perform(call, () => {}, never)

const query = (given: Partial<GroupQuery> = {}, parkedValue: string | null = null): ClusterQuery => ({
  cluster: 'shop-main',
  ruleArn: known.ruleArn || null,
  parkedValue,
  testValues: [],
  loadBalancerName: 'shop',
  loadBalancerArn: known.loadBalancerArn || null,
  listenerPort: 8090,
  listenerArn: known.listenerArn || null,
  groups: groupNames.map((name) => ({
    name,
    targetGroupName: name,
    targetGroupArn: known.targetGroups[name] ?? null,
    activities: false,
    requestsSince: null,
    answersSince: null,
    settings: false,
    ...given,
  })),
})

const observe = (given?: Partial<GroupQuery>, parkedValue?: string) =>
  fixture.cloud.observe(query(given, parkedValue), never)

/** Looks until it is so; the test's own time limit ends it. */
async function until(holds: (seen: Observed) => boolean, given?: Partial<GroupQuery>): Promise<Observed> {
  for (;;) {
    const seen = await observe(given)
    if (holds(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const healthyIn = (seen: Observed, name: string) =>
  seen.groups.get(name)?.targets.filter(({ state }) => state === 'healthy').length ?? 0
const entry = (name: string, weight: number): RuleEntry => ({
  targetGroupArn: known.targetGroups[name] ?? '',
  weight,
})
const modify = (before: RuleEntry[], entries: RuleEntry[], more: Partial<ModifyRule> = {}): ModifyRule => ({
  type: 'ModifyRule',
  ruleArn: known.ruleArn,
  before,
  entries,
  purpose: 'switch',
  ...more,
})

const accountReader = () =>
  makeAccountReader(fixture.clients, {
    clock: { now: () => new Date() },
    meter: makeMeter(),
    metricPeriodSec: 1,
    looks: new Looks(awsTimings),
  })

async function answers(): Promise<string> {
  const { loadBalancers } = await accountReader().catalog(true)
  const listener = loadBalancers.find(({ name }) => name === 'shop')?.listeners[0]
  const response = await fetch(new URL('/some/path', listener?.url ?? 'http://127.0.0.1:8090'))
  return `${response.status} ${await response.text()}`
}

async function launch(name: string, word: string): Promise<void> {
  groupNames.push(name)
  const targetGroup = await perform({ type: 'CreateTargetGroup', name, port: 8080, vpcId, healthCheck, tags })
  known.targetGroups[name] = targetGroup.learnt.TargetGroupArn ?? ''
  const template = await perform({
    type: 'CreateLaunchTemplate',
    name,
    token: `op-${name}`,
    imageId,
    instanceType: 't3.micro',
    securityGroupIds: [],
    instanceProfile: null,
    userData: answeringUserData(word),
    tags,
    instanceTags: { Name: name },
  })
  known.templates[name] = template.learnt.LaunchTemplateId ?? ''
  await perform({
    type: 'CreateAutoScalingGroup',
    name,
    launchTemplateId: known.templates[name],
    min: 3,
    max: 6,
    desired: 3,
    subnetIds,
    targetGroupArn: known.targetGroups[name],
    healthCheckGraceSec: 300,
    tags,
  })
}

describe('a cluster on the local cloud, by the adapters alone', () => {
  it('gets a load balancer and a listener, which are then observed', async () => {
    const balancer = await perform({
      type: 'CreateLoadBalancer',
      name: 'shop',
      subnetIds,
      securityGroupIds: [],
      tags,
    })
    expect((await observe()).balancer?.loadBalancerArn).toBe(balancer.learnt.LoadBalancerArn)
    known.loadBalancerArn = balancer.learnt.LoadBalancerArn ?? ''
    const listener = await perform({
      type: 'CreateListener',
      loadBalancerArn: known.loadBalancerArn,
      port: 8090,
      tags,
    })
    expect(listener.requestId).toBeTruthy()
    const seen = await observe()
    expect(seen.balancer).toMatchObject({ listenerArn: listener.learnt.ListenerArn, rules: [] })
    expect(seen.balancer?.zones).toHaveLength(3)
    known.listenerArn = listener.learnt.ListenerArn ?? ''
    expect(await answers()).toBe('503 Nothing is deployed at this address yet.')
  })

  it('launches a group whose parts are observed by name before their ids are known', async () => {
    groupNames.push('shop-main-v001')
    const before = await observe({ settings: true, activities: true })
    expect(before.groups.get('shop-main-v001')).toMatchObject({
      targetGroupArn: null,
      launchTemplateId: null,
      autoScaling: null,
    })
    groupNames.pop()
    await launch('shop-main-v001', 'one')
    const arn = known.targetGroups['shop-main-v001']
    delete known.targetGroups['shop-main-v001']
    const seen = (await observe({ settings: true })).groups.get('shop-main-v001')
    known.targetGroups['shop-main-v001'] = arn ?? ''
    expect(seen).toMatchObject({
      targetGroupArn: arn,
      launchTemplateId: known.templates['shop-main-v001'],
      autoScaling: { min: 3, max: 6, desired: 3, operationTag: 'op-1' },
    })
    expect(seen?.targetGroupAttributes['deregistration_delay.timeout_seconds']).toBe('300')
  })

  it('parks its rule, which is found by its secret value, and becomes registered', async () => {
    await perform({
      type: 'CreateRule',
      listenerArn: known.listenerArn,
      priority: 100,
      conditions: [{ field: 'http-header', headerName: 'x-delling-parked', values: ['op-1'] }],
      entries: [entry('shop-main-v001', 100)],
      tags,
    })
    const found = await observe({}, 'op-1')
    expect(found.rule).toMatchObject({
      priority: 100,
      sticky: false,
      otherActions: false,
      entries: [entry('shop-main-v001', 100)],
    })
    known.ruleArn = found.rule?.ruleArn ?? ''
    const seen = await until((now) => healthyIn(now, 'shop-main-v001') === 3)
    const instances = seen.groups.get('shop-main-v001')?.autoScaling?.instances ?? []
    expect(new Set(instances.map(({ zone }) => zone)).size).toBe(3)
    expect(await answers()).toMatch(/^503/)
  })

  it('takes its conditions with the first switch, and from then on answers', async () => {
    const entries = [entry('shop-main-v001', 100)]
    await perform(modify(entries, entries, { conditions: [{ field: 'path-pattern', values: ['/*'] }] }))
    expect((await observe()).rule?.conditions).toEqual([{ field: 'path-pattern', values: ['/*'] }])
    expect(await answers()).toBe('200 one')
  })

  it('switches to a second group in one call, and back', async () => {
    await launch('shop-main-v002', 'two')
    const [both, other] = [
      [entry('shop-main-v001', 100), entry('shop-main-v002', 0)],
      [entry('shop-main-v001', 0), entry('shop-main-v002', 100)],
    ]
    await perform(modify([entry('shop-main-v001', 100)], both, { purpose: 'join' }))
    await until((seen) => healthyIn(seen, 'shop-main-v002') === 3)
    expect(await answers()).toBe('200 one')
    await perform(modify(both, other))
    expect(await answers()).toBe('200 two')
    expect((await observe()).rule?.entries).toEqual(other)
    await perform(modify(other, both, { purpose: 'return' }))
    expect(await answers()).toBe('200 one')
  })

  it('has a test rule that leads its requests to the second group alone, is known as ours, and goes', async () => {
    const live = (await observe()).rule
    const conditions = testConditions(live?.conditions ?? [], { path: '/healthz' }, 'secret')
    const made = await perform({
      type: 'CreateRule',
      listenerArn: known.listenerArn,
      priority: priorityBefore(live?.priority ?? 0, []) ?? 0,
      conditions,
      entries: [entry('shop-main-v002', 100)],
      tags: { ...tags, 'delling:owner': 'test' },
    })
    const ruleArn = made.learnt.RuleArn ?? ''
    const look = (testValues: readonly string[]) =>
      fixture.cloud.observe({ ...query(), testValues, address: true }, never)
    const seen = await look(['secret'])
    expect(seen.rule).toEqual(live)
    expect(seen.balancer?.rules.find((rule) => rule.ruleArn === ruleArn)).toEqual({
      ruleArn,
      priority: 99,
      conditions,
      entries: [entry('shop-main-v002', 100)],
      sticky: false,
      otherActions: false,
      owner: 'test',
    })
    // A second use of the target group only for whoever does not know the secret.
    expect(seen.usedElsewhere).toEqual([])
    expect((await look([])).usedElsewhere).toEqual([known.targetGroups['shop-main-v002']])
    const origin = seen.balancer?.url ?? ''
    const prober = makeProber()
    const body = async (of: typeof conditions) =>
      await prober.probe(probeRequest({ path: '/healthz' }, of, origin), never)
    expect(await body(conditions)).toEqual({ kind: 'answered', status: 200, body: 'two' })
    expect(await body(live?.conditions ?? [])).toMatchObject({ body: 'one' })
    expect(await body(testConditions([], { path: '/healthz' }, 'guessed'))).toMatchObject({ body: 'one' })
    await perform({ type: 'DeleteRule', ruleArn })
    expect((await observe()).balancer?.rules).toEqual([live])
    expect(await body(conditions)).toMatchObject({ body: 'one' })
  })

  it('sends no change of a rule that is not as it was decided from', async () => {
    const before = await observe()
    await expect(
      perform(modify([entry('shop-main-v001', 50), entry('shop-main-v002', 50)], [])),
    ).rejects.toMatchObject({ means: 'changed' })
    expect((await observe()).rule).toEqual(before.rule)
  })

  it('is not changed when beforeSend throws', async () => {
    const raise: Call = { type: 'RaiseMinSize', group: 'shop-main-v001', min: 4, max: null }
    const fenced = new Error('fenced')
    const thrown: unknown = await fixture.cloud
      .perform(
        raise,
        () => {
          throw fenced
        },
        never,
      )
      .catch((error: unknown) => error)
    expect(thrown).toBe(fenced)
    expect((await observe()).groups.get('shop-main-v001')?.autoScaling?.min).toBe(3)
  })

  it('shows after a lost answer what took effect', async () => {
    await fixture.control('POST', '/faults', { action: 'UpdateAutoScalingGroup', kind: 'lost-answer' })
    await expect(
      perform({ type: 'RaiseMinSize', group: 'shop-main-v001', min: 4, max: null }),
    ).rejects.toBeInstanceOf(CallUnclear)
    expect((await observe()).groups.get('shop-main-v001')?.autoScaling).toMatchObject({ min: 4, desired: 4 })
  })

  it('shows after a cut connection that nothing took effect', async () => {
    await fixture.control('POST', '/faults', { action: 'UpdateAutoScalingGroup', kind: 'reset-before' })
    await expect(
      perform({ type: 'RaiseMinSize', group: 'shop-main-v001', min: 6, max: null }),
    ).rejects.toBeInstanceOf(CallUnclear)
    expect((await observe()).groups.get('shop-main-v001')?.autoScaling).toMatchObject({ min: 4 })
  })

  it('is read although AWS throttles once', async () => {
    await fixture.control('POST', '/faults', {
      action: 'DescribeAutoScalingGroups',
      kind: 'error',
      code: 'Throttling',
      status: 400,
    })
    expect((await observe()).groups.get('shop-main-v001')?.autoScaling?.min).toBe(4)
  })

  it('has its sizes restored without touching what runs', async () => {
    await perform({ type: 'RestoreSizes', group: 'shop-main-v001', min: 3, max: null })
    expect((await observe()).groups.get('shop-main-v001')?.autoScaling).toMatchObject({
      min: 3,
      desired: 4,
      max: 6,
    })
  })

  it('has processes suspended and resumed by name, and a policy that is seen', async () => {
    const group = 'shop-main-v001'
    const suspended = async () =>
      [...((await observe()).groups.get(group)?.autoScaling?.suspended ?? [])].sort()
    await perform({ type: 'SuspendProcesses', group, processes: ['AlarmNotification', 'ScheduledActions'] })
    expect(await suspended()).toEqual(['AlarmNotification', 'ScheduledActions'])
    await perform({ type: 'ResumeProcesses', group, processes: ['AlarmNotification'] })
    expect(await suspended()).toEqual(['ScheduledActions'])
    await perform({ type: 'ResumeProcesses', group, processes: [] })
    expect(await suspended()).toEqual([])
    await perform({ type: 'PutScalingPolicy', group, name: 'cpu', policy: ownPolicy(50) })
    const policies = (await observe({ settings: true })).groups.get(group)?.policies
    expect(policies?.map(({ name }) => name)).toEqual(['cpu'])
  })

  it('has attributes that are written and read', async () => {
    const attributes = { 'deregistration_delay.timeout_seconds': '5' }
    const targetGroupArn = known.targetGroups['shop-main-v002'] ?? ''
    await perform({
      type: 'ModifyTargetGroupAttributes',
      group: 'shop-main-v002',
      targetGroupArn,
      attributes,
    })
    expect(
      (await observe({ settings: true })).groups.get('shop-main-v002')?.targetGroupAttributes,
    ).toMatchObject(attributes)
  })

  it('says what happened: scaling activities, consoles, requests', async () => {
    const seen = await observe({ activities: true })
    const group = seen.groups.get('shop-main-v001')
    expect(
      group?.activities.some(
        ({ status, description }) =>
          status === 'Successful' && /Launching a new EC2 instance/.test(description),
      ),
    ).toBe(true)
    const instanceId = group?.autoScaling?.instances[0]?.instanceId ?? ''
    expect(await fixture.cloud.consoleOutput(instanceId)).toContain('answering with one')
    const since = new Date(Date.now() - 60_000)
    const counted = await until((now) => (now.groups.get('shop-main-v001')?.requests ?? 0) > 0, {
      requestsSince: since,
    })
    expect(counted.groups.get('shop-main-v001')?.requests).toBeGreaterThan(0)
  })

  it('lies in an account whose catalog, identity and traffic can be shown', async () => {
    const account = accountReader()
    expect(await account.identity()).toMatchObject({ account: '123456789012' })
    expect(await account.imageState(imageId)).toMatchObject({ state: 'available' })
    expect(await account.imageState('ami-0123456789abcdef0')).toBeNull()
    const catalog = await account.catalog()
    expect(catalog.subnets.map(({ zone }) => zone).sort()).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c'])
    expect(catalog.instanceTypes).toContain('t3.micro')
    const targetGroupArn = known.targetGroups['shop-main-v001'] ?? ''
    // The period under way is never shown, so the last requests appear a moment later.
    const traffic = () => account.traffic(known.loadBalancerArn, targetGroupArn, 60_000)
    let { points } = await traffic()
    while (!points.some(({ requests }) => requests > 0)) ({ points } = await traffic())
    expect(points).toHaveLength(60)
    expect(points.some(({ p95Ms }) => p95Ms !== null && p95Ms > 0)).toBe(true)
  })

  it('refuses as AWS does: taken names, used target groups, groups with instances, unknown things', async () => {
    const group = 'shop-main-v002'
    const targetGroupArn = known.targetGroups[group] ?? ''
    const refusals: [Call, CallRefused['means']][] = [
      [{ type: 'CreateTargetGroup', name: group, port: 9999, vpcId, healthCheck, tags }, 'exists'],
      [
        {
          type: 'CreateRule',
          listenerArn: known.listenerArn,
          priority: 100,
          conditions: [{ field: 'path-pattern', values: ['/x'] }],
          entries: [entry(group, 1)],
          tags,
        },
        'exists',
      ],
      [
        {
          type: 'CreateAutoScalingGroup',
          name: group,
          launchTemplateId: known.templates[group] ?? '',
          min: 3,
          max: 3,
          desired: 3,
          subnetIds,
          targetGroupArn,
          healthCheckGraceSec: 0,
          tags,
        },
        'exists',
      ],
      [{ type: 'DeleteTargetGroup', group, targetGroupArn }, 'busy'],
      [{ type: 'DeleteAutoScalingGroup', group }, 'busy'],
      [{ type: 'DeleteAutoScalingGroup', group: 'shop-main-v999' }, 'gone'],
      [{ type: 'ShrinkToZero', group: 'shop-main-v999' }, 'gone'],
      [{ type: 'DeleteLaunchTemplate', group, launchTemplateId: 'lt-0123456789abcdef0' }, 'gone'],
      [{ ...modify([], []), ruleArn: `${known.ruleArn}0` }, 'gone'],
    ]
    for (const [call, means] of refusals) {
      const thrown: unknown = await perform(call).catch((error: unknown) => error)
      expect.soft(thrown, call.type).toBeInstanceOf(CallRefused)
      expect.soft((thrown as CallRefused).means, `${call.type}: ${String(thrown)}`).toBe(means)
    }
  })

  it('is taken away again, each part once nothing needs it, and the last look finds nothing', async () => {
    const group = 'shop-main-v002'
    await perform(
      modify([entry('shop-main-v001', 100), entry(group, 0)], [entry('shop-main-v001', 100)], {
        purpose: 'delist',
      }),
    )
    await perform({ type: 'ShrinkToZero', group })
    await until((seen) => seen.groups.get(group)?.autoScaling?.instances.length === 0)
    await perform({ type: 'DeleteAutoScalingGroup', group })
    await until((seen) => seen.groups.get(group)?.autoScaling === null)
    await perform({ type: 'DeleteTargetGroup', group, targetGroupArn: known.targetGroups[group] ?? '' })
    await perform({ type: 'DeleteLaunchTemplate', group, launchTemplateId: known.templates[group] ?? '' })
    expect((await observe()).groups.get(group)).toMatchObject({
      autoScaling: null,
      targetGroupArn: null,
      launchTemplateId: null,
      targets: [],
    })
    await perform({ type: 'DeleteRule', ruleArn: known.ruleArn })
    expect((await observe()).rule).toBeNull()
  })
})
