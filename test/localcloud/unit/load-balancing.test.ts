import type { Rule, TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCloudWatch } from '../../../server/localcloud/cloudwatch/service.js'
import {
  type LoadBalancingService,
  makeLoadBalancing,
} from '../../../server/localcloud/load-balancing/service.js'
import { ask, type FakeCloud, fakeCloud, until } from './fake-cloud.js'
import { type Group, makeStack, type Stack } from './stack.js'

let cloud: FakeCloud
let elb: LoadBalancingService
let stack: Stack

beforeEach(async () => {
  cloud = await fakeCloud()
  makeCloudWatch(cloud)
  elb = makeLoadBalancing(cloud)
  await elb.start()
  stack = await makeStack(cloud, elb)
})

afterEach(async () => {
  await elb.stop()
  for (const { instanceId } of cloud.fake.all.values()) cloud.fake.terminate(instanceId)
})

const forwardTo = (...groups: [Group, number][]) => [
  {
    Type: 'forward',
    ForwardConfig: { TargetGroups: groups.map(([group, Weight]) => ({ TargetGroupArn: group.arn, Weight })) },
  },
]

const createRule = async (change: object = {}): Promise<Rule> => {
  const { Rules } = await ask<{ Rules: Rule[] }>(elb, 'CreateRule', {
    ListenerArn: stack.listenerArn,
    Priority: 10,
    Conditions: [{ Field: 'path-pattern', Values: ['/shop/*'] }],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'rule' } }],
    ...change,
  })
  return Rules[0]!
}

const modifyAttributes = (group: Group, Key: string, Value: string) =>
  ask(elb, 'ModifyTargetGroupAttributes', { TargetGroupArn: group.arn, Attributes: [{ Key, Value }] })

describe('a forward action', () => {
  it('is described with its weights and, for a single group, its ARN', async () => {
    const [a, b] = [await stack.group('a', 0), await stack.group('b', 0)]
    const one = await createRule({ Actions: [{ Type: 'forward', TargetGroupArn: a.arn }] })
    expect(one.Actions).toEqual([
      {
        Type: 'forward',
        Order: 1,
        TargetGroupArn: a.arn,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: a.arn, Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ])
    const two = await createRule({ Priority: 11, Actions: forwardTo([a, 100], [b, 0]) })
    expect(two.Actions![0]).not.toHaveProperty('TargetGroupArn')
    expect(two.Actions![0]!.ForwardConfig!.TargetGroups).toEqual([
      { TargetGroupArn: a.arn, Weight: 100 },
      { TargetGroupArn: b.arn, Weight: 0 },
    ])
  })

  it('to six groups, with a weight of 1000 or to an unknown group is refused, and the rule stays', async () => {
    const groups = await Promise.all(Array.from({ length: 6 }, (_, at) => stack.group(`g${at}`, 0)))
    const rule = await createRule({ Actions: forwardTo([groups[0]!, 1]) })
    const modify = (Actions: object[]) => ask(elb, 'ModifyRule', { RuleArn: rule.RuleArn, Actions })
    await expect(
      modify(forwardTo(...groups.map((group): [Group, number] => [group, 1]))),
    ).rejects.toMatchObject({
      code: 'TooManyTargetGroups',
    })
    await expect(modify(forwardTo([groups[0]!, 1000]))).rejects.toMatchObject({ code: 'ValidationError' })
    await expect(modify(forwardTo([{ arn: 'arn:none', instances: [] }, 1]))).rejects.toMatchObject({
      code: 'TargetGroupNotFound',
    })
    const { Rules } = await ask<{ Rules: Rule[] }>(elb, 'DescribeRules', { RuleArns: [rule.RuleArn] })
    expect(Rules).toEqual([rule])
  })

  it('to a group of another load balancer is TargetGroupAssociationLimit', async () => {
    const a = await stack.group('a', 0)
    await stack.weights([a, 1])
    const { LoadBalancers } = await ask<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
      elb,
      'CreateLoadBalancer',
      {
        Name: 'other',
        Subnets: ['subnet-a', 'subnet-b'],
      },
    )
    const listener = ask(elb, 'CreateListener', {
      LoadBalancerArn: LoadBalancers[0]!.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: stack.port,
      DefaultActions: forwardTo([a, 1]),
    })
    await expect(listener).rejects.toMatchObject({ code: 'TargetGroupAssociationLimit' })
  })

  it('and sticky targets exclude each other, whichever comes first', async () => {
    const [a, b] = [await stack.group('a', 0), await stack.group('b', 0)]
    await modifyAttributes(a, 'stickiness.enabled', 'true')
    await expect(stack.weights([a, 1], [b, 1])).rejects.toMatchObject({
      code: 'InvalidLoadBalancerAction',
      message:
        'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
    })
    await modifyAttributes(a, 'stickiness.enabled', 'false')
    await stack.weights([a, 1], [b, 1])
    await expect(modifyAttributes(b, 'stickiness.enabled', 'true')).rejects.toMatchObject({
      code: 'InvalidConfigurationRequest',
      message: `This target group appears behind a rule with group stickiness disabled (${b.arn}). You must enable group stickiness before enabling target stickiness`,
    })
  })
})

describe('rules', () => {
  it('are tried by priority and by their conditions; the default answers the rest', async () => {
    await createRule()
    await createRule({
      Priority: 5,
      Conditions: [
        { Field: 'path-pattern', Values: ['/shop/?'] },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Test', Values: ['secret*'] } },
      ],
      Actions: [
        { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', Host: 'other', Path: '/#{path}/x' } },
      ],
    })
    const get = (path: string, headers = {}) =>
      fetch(new URL(path, stack.url), { headers, redirect: 'manual' })
    expect((await get('/')).status).toBe(404)
    expect((await get('/shop/1')).status).toBe(200)
    const redirected = await get('/shop/1?q=1', { 'x-test': 'secret-7' })
    expect(redirected.status).toBe(302)
    expect(redirected.headers.get('location')).toBe(`http://other:${stack.port}/shop/1/x?q=1`)
    expect((await get('/shop/12', { 'x-test': 'secret-7' })).status).toBe(200)
  })

  const fields: [string, object][] = [
    ['host-header', { Field: 'host-header', Values: ['127.*.1'] }],
    ['query-string', { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: 'b*' }] } }],
    ['http-request-method', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } }],
    ['source-ip', { Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } }],
  ]
  it.each(fields)('match by %s, and not when it differs', async (field: string, condition: object) => {
    const rule = await createRule({ Conditions: [condition] })
    const get = () => fetch(new URL('/?a=bc', stack.url))
    expect((await get()).status).toBe(200)
    const other = {
      'host-header': { Field: 'host-header', Values: ['128.*'] },
      'query-string': { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: 'c*' }] } },
      'http-request-method': { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } },
      'source-ip': { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
    }[field]
    await ask(elb, 'ModifyRule', { RuleArn: rule.RuleArn, Conditions: [other] })
    expect((await get()).status).toBe(404)
  })

  it('are listed in order with the default last, page by page', async () => {
    await createRule({ Priority: 20 })
    await createRule({ Priority: 3 })
    const page = (Marker?: string) =>
      ask<{ Rules: Rule[]; NextMarker?: string }>(elb, 'DescribeRules', {
        ListenerArn: stack.listenerArn,
        PageSize: 2,
        Marker,
      })
    const first = await page()
    const second = await page(first.NextMarker)
    expect([...first.Rules, ...second.Rules].map((rule) => rule.Priority)).toEqual(['3', '20', 'default'])
    expect(second.Rules[0]!.IsDefault).toBe(true)
    expect(second.NextMarker).toBeUndefined()
  })

  it('refuse a priority in use, a change of the default rule and an unknown rule', async () => {
    const rule = await createRule()
    await expect(createRule()).rejects.toMatchObject({
      code: 'PriorityInUse',
      message: "Priority '10' is currently in use",
    })
    const { Rules } = await ask<{ Rules: Rule[] }>(elb, 'DescribeRules', { ListenerArn: stack.listenerArn })
    const RuleArn = Rules.find((one) => one.IsDefault)!.RuleArn
    await expect(ask(elb, 'ModifyRule', { RuleArn, Actions: [] })).rejects.toMatchObject({
      code: 'OperationNotPermitted',
    })
    await expect(ask(elb, 'DeleteRule', { RuleArn })).rejects.toMatchObject({ code: 'OperationNotPermitted' })
    await ask(elb, 'DeleteRule', { RuleArn: rule.RuleArn })
    await expect(ask(elb, 'DeleteRule', { RuleArn: rule.RuleArn })).rejects.toMatchObject({
      code: 'RuleNotFound',
    })
  })

  it('swap their priorities in one call, and not onto a third one', async () => {
    const [a, b] = [await createRule({ Priority: 1 }), await createRule({ Priority: 2 })]
    await createRule({ Priority: 3 })
    const set = (...pairs: [Rule, number][]) =>
      ask<{ Rules: Rule[] }>(elb, 'SetRulePriorities', {
        RulePriorities: pairs.map(([rule, Priority]) => ({ RuleArn: rule.RuleArn, Priority })),
      })
    const { Rules } = await set([a, 2], [b, 1])
    expect(Rules.map((rule) => rule.Priority)).toEqual(['2', '1'])
    await expect(set([a, 3])).rejects.toMatchObject({ code: 'PriorityInUse' })
  })
})

describe('a target group', () => {
  const create = async (change: object = {}): Promise<TargetGroup> => {
    const answer = await ask<{ TargetGroups: TargetGroup[] }>(elb, 'CreateTargetGroup', {
      Name: 'shop',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      ...change,
    })
    return answer.TargetGroups[0]!
  }

  it('made again with equal settings is the same one; with others it is refused', async () => {
    const first = await create()
    expect((await create()).TargetGroupArn).toBe(first.TargetGroupArn)
    await expect(create({ Port: 9090 })).rejects.toMatchObject({
      code: 'DuplicateTargetGroupName',
      message: "A target group with the same name 'shop' exists, but with different settings",
    })
  })

  it.each([
    ['33 characters', { Name: 'x'.repeat(33) }],
    ['an underscore', { Name: 'a_b' }],
    ['a hyphen at the end', { Name: 'ab-' }],
    ['a timeout as long as the interval', { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 }],
    ['a matcher out of range', { Matcher: { HttpCode: '200-599' } }],
  ])('with %s is refused', async (_what, change) => {
    await expect(create(change)).rejects.toMatchObject({ code: 'ValidationError' })
  })

  it('in use cannot be deleted, and can afterwards', async () => {
    const a = await stack.group('a', 0)
    await stack.weights([a, 0])
    await expect(ask(elb, 'DeleteTargetGroup', { TargetGroupArn: a.arn })).rejects.toMatchObject({
      code: 'ResourceInUse',
      message: `Target group '${a.arn}' is currently in use by a listener or a rule`,
    })
    await ask(elb, 'DeleteListener', { ListenerArn: stack.listenerArn })
    await ask(elb, 'DeleteTargetGroup', { TargetGroupArn: a.arn })
    await expect(ask(elb, 'DescribeTargetHealth', { TargetGroupArn: a.arn })).rejects.toMatchObject({
      code: 'TargetGroupNotFound',
    })
  })

  it('names the load balancers that use it', async () => {
    const a = await stack.group('a', 0)
    const users = async () => {
      const answer = await ask<{ TargetGroups: TargetGroup[] }>(elb, 'DescribeTargetGroups', { Names: ['a'] })
      return answer.TargetGroups[0]!.LoadBalancerArns
    }
    expect(await users()).toEqual([])
    await stack.weights([a, 0])
    expect(await users()).toEqual([stack.loadBalancerArn])
  })

  it('refuses attributes that AWS refuses, and keeps the others', async () => {
    const a = await stack.group('a', 0)
    await expect(modifyAttributes(a, 'nonsense', '1')).rejects.toMatchObject({ code: 'ValidationError' })
    await expect(modifyAttributes(a, 'deregistration_delay.timeout_seconds', '3601')).rejects.toMatchObject({
      code: 'ValidationError',
    })
    await modifyAttributes(a, 'target_group_health.dns_failover.minimum_healthy_targets.count', 'off')
    await modifyAttributes(a, 'slow_start.duration_seconds', '30')
    await expect(
      modifyAttributes(a, 'load_balancing.algorithm.type', 'least_outstanding_requests'),
    ).rejects.toMatchObject({ code: 'InvalidConfigurationRequest' })
    const { Attributes } = await ask<{ Attributes: { Key: string; Value: string }[] }>(
      elb,
      'DescribeTargetGroupAttributes',
      { TargetGroupArn: a.arn },
    )
    const values = Object.fromEntries(Attributes.map(({ Key, Value }) => [Key, Value]))
    expect(values).toMatchObject({
      'deregistration_delay.timeout_seconds': '300',
      'target_group_health.dns_failover.minimum_healthy_targets.count': 'off',
      'load_balancing.algorithm.type': 'round_robin',
      'slow_start.duration_seconds': '30',
    })
  })
})

describe('target health', () => {
  const health = async (group: Group) => {
    const answer = await ask<{ TargetHealthDescriptions: TargetHealthDescription[] }>(
      elb,
      'DescribeTargetHealth',
      {
        TargetGroupArn: group.arn,
      },
    )
    return answer.TargetHealthDescriptions.map((description) => description.TargetHealth!)
  }
  const reaches = (group: Group, reason: string) =>
    until(reason, async () => (await health(group)).some((one) => one.Reason === reason))

  it('names the code of a check that does not match', async () => {
    cloud.fake.app = (_request, response) => {
      response.statusCode = 404
      response.end()
    }
    const a = await stack.group('a', 1)
    await stack.weights([a, 0])
    await reaches(a, 'Target.ResponseCodeMismatch')
    expect((await health(a))[0]).toEqual({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [404]',
    })
  })

  it('is Target.FailedHealthChecks when nothing listens, and heals', async () => {
    const a = await stack.group('a', 1)
    await stack.weights([a, 0])
    await stack.healthy(a)
    const [id] = a.instances
    const port = cloud.ec2.instance(id!)!.port
    cloud.fake.change(id!, { port: undefined })
    await reaches(a, 'Target.FailedHealthChecks')
    cloud.fake.change(id!, { port })
    await stack.healthy(a)
  })

  it('is unused for a zone that the load balancer does not have', async () => {
    await ask(elb, 'SetSubnets', {
      LoadBalancerArn: stack.loadBalancerArn,
      Subnets: ['subnet-a', 'subnet-b'],
    })
    const a = await stack.group('a', 3)
    await stack.weights([a, 1])
    await until('two are healthy', async () => (await stack.states(a)).join() === 'healthy,healthy,unused')
    expect((await health(a))[2]).toMatchObject({ Reason: 'Target.NotInUse' })
  })

  it('is Target.InvalidState for a stopped instance', async () => {
    const a = await stack.group('a', 1)
    await stack.weights([a, 1])
    cloud.fake.change(a.instances[0]!, { state: 'stopped' })
    await reaches(a, 'Target.InvalidState')
  })

  it('is draining for the whole deregistration delay, scaled', async () => {
    cloud.clock.pace = 'brisk'
    const a = await stack.group('a', 1)
    await stack.weights([a, 1])
    await stack.healthy(a)
    await modifyAttributes(a, 'deregistration_delay.timeout_seconds', '10')
    const startedAt = performance.now()
    await ask(elb, 'DeregisterTargets', { TargetGroupArn: a.arn, Targets: [{ Id: a.instances[0] }] })
    expect((await health(a))[0]).toMatchObject({
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
    })
    await until('it has gone', async () => (await health(a)).length === 0)
    expect(performance.now() - startedAt).toBeGreaterThan(480)
    await ask(elb, 'DeregisterTargets', { TargetGroupArn: a.arn, Targets: [{ Id: 'i-unknown' }] })
  })

  it('refuses to register what does not run', async () => {
    const a = await stack.group('a', 1)
    const b = await stack.group('b', 0)
    cloud.fake.change(a.instances[0]!, { state: 'stopped' })
    const register = ask(elb, 'RegisterTargets', { TargetGroupArn: b.arn, Targets: [{ Id: a.instances[0] }] })
    await expect(register).rejects.toMatchObject({
      code: 'InvalidTarget',
      message: `The following targets are not in a running state and cannot be registered: '${a.instances[0]}'`,
    })
  })
})

describe('what is not simulated', () => {
  it('is refused by name: network load balancers, authentication', async () => {
    const network = ask(elb, 'CreateLoadBalancer', {
      Name: 'n',
      Type: 'network',
      Subnets: ['subnet-a', 'subnet-b'],
    })
    await expect(network).rejects.toThrow(
      "Load balancers of type 'network' are not supported by the local cloud",
    )
    await expect(createRule({ Actions: [{ Type: 'authenticate-oidc' }] })).rejects.toMatchObject({
      code: 'InvalidLoadBalancerAction',
    })
  })
})

describe('the meter', () => {
  it('counts requests, codes and response times for each group in CloudWatch', async () => {
    const watch = makeCloudWatch(cloud)
    const a = await stack.group('a', 1)
    await stack.weights([a, 1])
    await stack.healthy(a)
    for (let at = 0; at < 7; at++) await fetch(stack.url)
    const LoadBalancer = stack.loadBalancerArn.split(':loadbalancer/')[1]!
    const TargetGroup = a.arn.split(':').at(-1)!
    const Dimensions = [
      { Name: 'TargetGroup', Value: TargetGroup },
      { Name: 'LoadBalancer', Value: LoadBalancer },
    ]
    const sum = async (MetricName: string, Stat = 'Sum') => {
      const answer = await ask<{ MetricDataResults: { Values: number[] }[] }>(watch, 'GetMetricData', {
        StartTime: new Date(Date.now() - 60_000),
        EndTime: new Date(Date.now() + 60_000),
        MetricDataQueries: [
          {
            Id: 'm1',
            MetricStat: {
              Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions },
              Period: 3600,
              Stat,
            },
          },
        ],
      })
      return answer.MetricDataResults[0]!.Values[0]
    }
    await until('the requests are counted', async () => (await sum('RequestCount')) === 7)
    expect(await sum('HTTPCode_Target_2XX_Count')).toBe(7)
    expect(await sum('HTTPCode_Target_5XX_Count')).toBeUndefined()
    expect(await sum('TargetResponseTime', 'SampleCount')).toBe(7)
    expect(await sum('TargetResponseTime', 'p99')).toBeLessThan(1)
    await until('the hosts are counted', async () => (await sum('HealthyHostCount', 'Maximum')) === 1)
  })
})
