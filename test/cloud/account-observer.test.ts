import { DescribeImagesCommand, DescribeSubnetsCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAccountObserver } from '../../server/cloud/account-observer.js'
import type { Call } from '../../server/domain/call.js'
import { awsTimings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'
import type { AccountObserver, Look } from '../../server/engine/ports-account.js'
import { until } from '../support/until.js'
import { startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

let fixture: LocalCloudFixture
let observer: AccountObserver
const group = 'shop-main-v001'
const tags = { 'delling:owner': 'test', 'delling:cluster': 'shop-main' }
const clock = { now: () => new Date() }
const plenty = new Looks({ ...awsTimings, pageReads: 1_000_000 })

beforeAll(async () => {
  fixture = await startFixture()
  observer = makeAccountObserver(fixture.clients.readers, {
    clock,
    divisor: Number.POSITIVE_INFINITY,
    looks: plenty,
  })
  await furnish()
})
afterAll(() => fixture.stop())

/** A group of three behind a listener with a rule and a default action, and an instance that nobody made. */
async function furnish(): Promise<void> {
  const { ec2, elb } = fixture.clients.writers
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const subnetIds = Subnets.map(({ SubnetId = '' }) => SubnetId)
  const images = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const imageId = images.Images?.[0]?.ImageId ?? ''
  const perform = (call: Call) => fixture.cloud.perform(call, () => undefined, new AbortController().signal)
  const target = await perform({
    type: 'CreateTargetGroup',
    name: group,
    port: 8080,
    vpcId: Subnets[0]?.VpcId ?? '',
    healthCheck: {
      path: '/health',
      intervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    tags,
  })
  const targetGroupArn = target.learnt.TargetGroupArn ?? ''
  const template = await perform({
    type: 'CreateLaunchTemplate',
    name: group,
    token: group,
    imageId,
    instanceType: 't3.micro',
    securityGroupIds: [],
    instanceProfile: null,
    userData: '#!/bin/sh\necho hello\n',
    tags,
    instanceTags: tags,
  })
  await perform({
    type: 'CreateAutoScalingGroup',
    name: group,
    launchTemplateId: template.learnt.LaunchTemplateId ?? '',
    min: 3,
    max: 3,
    desired: 3,
    subnetIds,
    targetGroupArn,
    healthCheckGraceSec: 600,
    tags,
  })
  const balancer = await elb.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: subnetIds }))
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer.LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  )
  const ListenerArn = listener.Listeners?.[0]?.ListenerArn
  for (const [Priority, host] of [
    [300, 'b.example.com'],
    [200, 'a.example.com'],
  ] as const)
    await elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority,
        Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
        ...(Priority === 200 && { Tags: [{ Key: 'delling:cluster', Value: 'shop-main' }] }),
      }),
    )
  await ec2.send(
    new RunInstancesCommand({ ImageId: imageId, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' }),
  )
}

/** Looks again until what is seen is as it must become. */
async function seen<Seen>(look: () => Promise<Look<Seen>>, is: (seen: Seen) => boolean): Promise<Seen> {
  let last: Seen | null = null
  await until(async () => {
    last = (await look()).seen
    return last !== null && is(last)
  })
  return last!
}

describe('a look at the account', () => {
  it('shows load balancers, rules in order, target groups and the health of their targets', async () => {
    const { balancers, targetGroups, others } = await seen(
      () => observer.balancing(),
      (balancing) => balancing.targetGroups[0]?.targets?.length === 3,
    )
    expect(others).toEqual([])
    expect(balancers).toMatchObject([{ name: 'shop', scheme: 'internet-facing', zones: { length: 3 } }])
    const [listener] = balancers[0]!.listeners
    expect(listener).toMatchObject({ port: 80, protocol: 'HTTP' })
    expect(listener!.url).toMatch(/^http:\/\/127\.0\.0\.1/)
    expect(
      listener!.rules.map(({ priority, isDefault, does, entries, tags: of }) => [
        priority,
        isDefault,
        does,
        entries.length,
        of['delling:cluster'],
      ]),
    ).toEqual([
      [200, false, [], 1, 'shop-main'],
      [300, false, [], 1, undefined],
      [0, true, ['answers 404 itself'], 0, undefined],
    ])
    const [target] = targetGroups
    expect(target).toMatchObject({ name: group, healthCheck: { path: '/health', matcher: '200' }, tags })
    expect(target!.balancerArns).toEqual([balancers[0]!.arn])
    const detail = (await observer.targetGroup(target!.arn)).seen!
    expect(detail.attributes['deregistration_delay.timeout_seconds']).toBeDefined()
    expect(detail.targets).toHaveLength(3)
    expect((await observer.targetGroup(`${target!.arn}0`)).seen).toBeNull()
  })

  it('shows every instance, with what its group knows of it', async () => {
    const { instances } = await seen(
      () => observer.fleet(),
      (fleet) => fleet.instances.filter(({ scaling }) => scaling?.lifecycle === 'InService').length === 3,
    )
    const ours = instances.filter(({ scaling }) => scaling !== null)
    expect(instances).toHaveLength(4)
    expect(new Set(ours.map(({ zone }) => zone)).size).toBe(3)
    expect(ours[0]).toMatchObject({
      state: 'running',
      type: 't3.micro',
      bought: 'on-demand',
      tags: { 'aws:autoscaling:groupName': group },
      scaling: { group, health: 'Healthy', launchTemplateVersion: '1', targetGroupArns: { length: 1 } },
    })
    expect(ours[0]!.privateIp).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    const { launchTemplateId, launchTemplateVersion } = ours[0]!.scaling!
    const userData = await observer.userData(launchTemplateId!, launchTemplateVersion!)
    expect(userData.seen).toBe('#!/bin/sh\necho hello\n')
    expect((await observer.userData('lt-0123456789abcdef0', '1')).seen).toBe('')
    const activities = (await observer.activities(group)).seen!
    expect(activities.map(({ description }) => description).join()).toContain(ours[0]!.instanceId)
  })

  it('costs a few requests, whoever asks', async () => {
    const { readers } = fixture.clients
    const slow = makeAccountObserver(readers, { clock, divisor: 1, looks: plenty })
    const counted: string[] = []
    readers.elb.middlewareStack.add(
      (next, context) => (args) => {
        counted.push((context as { commandName?: string }).commandName ?? '')
        return next(args)
      },
      { step: 'initialize', name: 'counted' },
    )
    try {
      await Promise.all(Array.from({ length: 30 }, () => slow.balancing()))
      // Load balancers, target groups, one listener, its rules, health, and tags of four kinds of things.
      expect(counted).toHaveLength(9)
      await slow.balancing()
      expect(counted).toHaveLength(9)
    } finally {
      readers.elb.middlewareStack.remove('counted')
    }
  })

  it('says why AWS refused, and shows nothing in its place', async () => {
    const refusing = mockClient(ElasticLoadBalancingV2Client)
    try {
      refusing.rejects(Object.assign(new Error('not allowed to look'), { name: 'AccessDenied' }))
      const fresh = makeAccountObserver(fixture.clients.readers, { clock, divisor: 1, looks: plenty })
      expect(await fresh.balancing()).toEqual({ seen: null, at: null, fault: 'not allowed to look' })
    } finally {
      refusing.restore()
    }
  })
})

describe('a look at everything that balances load', () => {
  const balancingRequests = async (looks: Looks) => {
    let sent = 0
    const { elb } = fixture.clients.readers
    const counting = new Proxy(elb, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (key !== 'send' || typeof value !== 'function') return value
        return (...given: unknown[]) => {
          sent += 1
          return (value as (...all: unknown[]) => unknown).apply(target, given)
        }
      },
    })
    const readers = { ...fixture.clients.readers, elb: counting }
    const own = makeAccountObserver(readers, { clock, divisor: Number.POSITIVE_INFINITY, looks })
    const look = await own.balancing()
    return { look, sent }
  }
  const minuteLong = { ...awsTimings, pageReads: 1_000_000 }

  it('asks for each of its requests, and not for targets that were seen already', async () => {
    const all = await balancingRequests(new Looks(minuteLong))
    const [first] = all.look.seen!.targetGroups
    const looks = new Looks(minuteLong)
    const seenAt = new Date(Date.now() - 60_000)
    const target = { instanceId: 'i-1', state: 'healthy', reason: null, description: null }
    looks.sawTargets(first!.arn, { targets: [target], at: seenAt })
    const less = await balancingRequests(looks)
    expect(less.sent).toBe(all.sent - 1)
    expect(less.look.at).toEqual(seenAt)
    const shown = less.look.seen!.targetGroups.find(({ arn }) => arn === first!.arn)
    expect(shown?.targets).toEqual([{ ...target, port: first!.port }])
  })

  it('takes each of them from the budget of pages, and none beyond it', async () => {
    const looks = new Looks({ ...awsTimings, pageReads: 1000, stewardMs: 1_000_000_000 })
    const { sent } = await balancingRequests(looks)
    expect(sent).toBeGreaterThan(5)
    expect(looks.pages.take(1000 - sent)).toBe(true)
    expect(looks.pages.take(1)).toBe(false)
  })
})
