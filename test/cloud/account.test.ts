import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeAccountReader } from '../../server/cloud/account.js'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { awsTimings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'

const ec2 = mockClient(EC2Client)
const elb = mockClient(ElasticLoadBalancingV2Client)
const cloudwatch = mockClient(CloudWatchClient)
const now = new Date('2026-11-24T10:00:30Z')

const makeReader = (metricPeriodSec = 60, looks = new Looks(awsTimings)) => {
  const meter = makeMeter()
  const clients = makeClients({
    region: 'us-east-1',
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    meter,
  })
  return makeAccountReader(clients, { clock: { now: () => now }, meter, metricPeriodSec, looks })
}

const refused = (code: string) =>
  Object.assign(new Error(code), { name: code, Code: code, $metadata: { httpStatusCode: 400 } })

beforeEach(() => {
  for (const mock of [ec2, elb, cloudwatch]) mock.reset()
  ec2
    .on(DescribeVpcsCommand)
    .resolves({ Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', IsDefault: true }] })
  ec2
    .on(DescribeSubnetsCommand)
    .resolvesOnce({ Subnets: [], NextToken: 'more' })
    .resolves({
      Subnets: [
        {
          SubnetId: 's-1',
          AvailabilityZone: 'us-east-1a',
          VpcId: 'vpc-1',
          AvailableIpAddressCount: 250,
          Tags: [{ Key: 'Name', Value: 'private a' }],
        },
      ],
    })
  ec2
    .on(DescribeSecurityGroupsCommand)
    .resolves({ SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'default', VpcId: 'vpc-1' }] })
  ec2
    .on(DescribeInstanceTypeOfferingsCommand)
    .resolves({ InstanceTypeOfferings: [{ InstanceType: 't3.small' }, { InstanceType: 'm5.large' }] })
  elb.on(DescribeLoadBalancersCommand).resolves({
    LoadBalancers: [
      {
        LoadBalancerArn: 'arn:lb',
        LoadBalancerName: 'shop',
        Type: 'application',
        VpcId: 'vpc-1',
        DNSName: 'shop.elb',
      },
    ],
  })
  elb.on(DescribeListenersCommand).resolves({
    Listeners: [{ ListenerArn: 'arn:l', LoadBalancerArn: 'arn:lb', Port: 80, Protocol: 'HTTP' }],
  })
  elb.on(DescribeTagsCommand).resolves({ TagDescriptions: [] })
  elb.on(DescribeRulesCommand).resolves({
    Rules: [
      {
        RuleArn: 'arn:r1',
        Priority: '5',
        Conditions: [
          { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
          { Field: 'path-pattern', Values: ['/api/*', '/v2/*'] },
        ],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: 'arn:aws:elb:targetgroup/v001/1', Weight: 100 },
                { TargetGroupArn: 'arn:aws:elb:targetgroup/v002/2', Weight: 0 },
              ],
              TargetGroupStickinessConfig: { Enabled: true },
            },
          },
        ],
      },
      {
        RuleArn: 'arn:r0',
        Priority: 'default',
        IsDefault: true,
        Conditions: [],
        Actions: [{ Type: 'fixed-response' }],
      },
    ],
  })
})

afterEach(() => vi.restoreAllMocks())

describe('the catalog', () => {
  it('holds what forms need of the account', async () => {
    expect(await makeReader().catalog()).toEqual({
      readAt: now,
      vpcs: [{ vpcId: 'vpc-1', cidr: '10.0.0.0/16', isDefault: true, name: null }],
      subnets: [
        { subnetId: 's-1', zone: 'us-east-1a', vpcId: 'vpc-1', freeAddresses: 250, name: 'private a' },
      ],
      securityGroups: [{ groupId: 'sg-1', name: 'default', vpcId: 'vpc-1' }],
      instanceTypes: ['m5.large', 't3.small'],
      loadBalancers: [
        {
          arn: 'arn:lb',
          name: 'shop',
          type: 'application',
          vpcId: 'vpc-1',
          dnsName: 'shop.elb',
          zones: [],
          listeners: [
            {
              arn: 'arn:l',
              port: 80,
              protocol: 'HTTP',
              url: null,
              rules: [
                {
                  arn: 'arn:r1',
                  priority: '5',
                  summary: 'host-header shop.example.com and path-pattern /api/* or /v2/* → v001 100, v002 0',
                  conditions: [
                    { field: 'host-header', values: ['shop.example.com'] },
                    { field: 'path-pattern', values: ['/api/*', '/v2/*'] },
                  ],
                  sticky: true,
                  forwards: true,
                  entries: [
                    { targetGroupArn: 'arn:aws:elb:targetgroup/v001/1', weight: 100 },
                    { targetGroupArn: 'arn:aws:elb:targetgroup/v002/2', weight: 0 },
                  ],
                },
                {
                  arn: 'arn:r0',
                  priority: 'default',
                  summary: 'everything else → fixed-response',
                  conditions: [],
                  sticky: false,
                  forwards: false,
                  entries: [],
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it('knows where a listener really answers from its tag', async () => {
    elb.on(DescribeTagsCommand).resolves({
      TagDescriptions: [
        { ResourceArn: 'arn:l', Tags: [{ Key: 'localcloud:url', Value: 'http://127.0.0.1:49152/' }] },
      ],
    })
    const { loadBalancers } = await makeReader().catalog()
    expect(loadBalancers[0]?.listeners[0]?.url).toBe('http://127.0.0.1:49152/')
  })

  it('asks for tags twenty listeners at a time', async () => {
    elb.on(DescribeListenersCommand).resolves({
      Listeners: Array.from({ length: 45 }, (_, index) => ({
        ListenerArn: `arn:l${index}`,
        LoadBalancerArn: 'arn:lb',
        Protocol: 'HTTP',
      })),
    })
    await makeReader().catalog()
    const sizes = elb.commandCalls(DescribeTagsCommand).map(({ args }) => args[0].input.ResourceArns?.length)
    expect(sizes).toEqual([20, 20, 5])
  })

  it('is read at most every 30 s, unless it is wanted fresh', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
    const reader = makeReader()
    const [one, two] = await Promise.all([reader.catalog(), reader.catalog()])
    expect(two).toBe(one)
    clock.mockReturnValue(30_999)
    expect(await reader.catalog()).toBe(one)
    expect(await reader.catalog(true)).not.toBe(one)
    clock.mockReturnValue(61_000)
    await reader.catalog()
    expect(ec2.commandCalls(DescribeVpcsCommand)).toHaveLength(3)
    expect(ec2.commandCalls(DescribeInstanceTypeOfferingsCommand)).toHaveLength(1)
  })

  it('pays for its requests to load balancing, and does with the last one while there is nothing to pay with', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
    const looks = new Looks({ ...awsTimings, pageReads: 100, stewardMs: 1_000_000_000 })
    const reader = makeReader(60, looks)
    const sent = () => elb.calls().length
    const first = await reader.catalog()
    const cost = sent()
    expect(cost).toBeGreaterThan(0)
    expect(looks.pages.take(100 - cost)).toBe(true)
    expect(looks.pages.take(1)).toBe(false)
    clock.mockReturnValue(61_000)
    expect(await reader.catalog()).toBe(first)
    // A person’s own look does not wait, and one that has grown too old is not made do with.
    expect(await reader.catalog(true)).not.toBe(first)
    clock.mockReturnValue(400_000)
    await reader.catalog()
    expect(sent()).toBe(3 * cost)
    expect(looks.pages.msUntil(0)).toBeGreaterThan(0)
  })

  it('does not remember a failure', async () => {
    ec2
      .on(DescribeVpcsCommand)
      .rejectsOnce(refused('AccessDenied'))
      .resolves({ Vpcs: [{ VpcId: 'vpc-1' }] })
    const reader = makeReader()
    await expect(reader.catalog()).rejects.toThrow('AccessDenied')
    expect((await reader.catalog()).vpcs).toHaveLength(1)
  })
})

describe('the state of an image', () => {
  it('is AWS’s own', async () => {
    ec2
      .on(DescribeImagesCommand)
      .resolves({ Images: [{ ImageId: 'ami-1', State: 'pending', Name: 'shop-1.0.0' }] })
    expect(await makeReader().imageState('ami-1')).toEqual({ state: 'pending', name: 'shop-1.0.0' })
  })

  it.each(['InvalidAMIID.NotFound', 'InvalidAMIID.Malformed', 'InvalidAMIID.Unavailable'])(
    'is null after %s',
    async (code) => {
      ec2.on(DescribeImagesCommand).rejects(refused(code))
      expect(await makeReader().imageState('shop')).toBeNull()
    },
  )

  it('is not null because of a refusal', async () => {
    ec2.on(DescribeImagesCommand).rejects(refused('UnauthorizedOperation'))
    await expect(makeReader().imageState('ami-1')).rejects.toThrow('UnauthorizedOperation')
  })
})

describe('traffic', () => {
  const at = (time: string) => new Date(`2026-11-24T${time}Z`)
  const complete = (timestamps: Date[], values: number[]) => ({
    StatusCode: 'Complete' as const,
    Timestamps: timestamps,
    Values: values,
  })
  const answer = (...results: ReturnType<typeof complete>[]) =>
    cloudwatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: results.map((result, index) => ({ Id: `m${index}`, ...result })),
    })

  it('has a point for every whole period, 0 where nothing happened', async () => {
    answer(
      complete([at('09:56:00')], [120]),
      complete([at('09:56:00')], [3]),
      complete([at('09:56:00')], [0.25]),
    )
    const series = await makeReader().traffic(
      'arn:x:loadbalancer/app/shop/1',
      'arn:x:targetgroup/v001/1',
      6 * 60_000,
    )
    expect(series).toEqual({
      periodSec: 60,
      points: [
        { at: at('09:54:00'), requests: 0, errors: 0, p95Ms: null },
        { at: at('09:55:00'), requests: 0, errors: 0, p95Ms: null },
        { at: at('09:56:00'), requests: 120, errors: 3, p95Ms: 250 },
      ],
    })
    expect(cloudwatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input).toMatchObject({
      StartTime: at('09:54:00'),
      EndTime: at('10:00:00'),
    })
  })

  it('shows the last three minutes as far as AWS has told of them, and no drop to 0', async () => {
    answer(complete([at('09:57:00'), at('09:58:00')], [120, 110]), complete([], []), complete([], []))
    const { points } = await makeReader().traffic('arn', 'arn', 4 * 60_000)
    expect(points.map((point) => [point.at, point.requests])).toEqual([
      [at('09:56:00'), 0],
      [at('09:57:00'), 120],
      [at('09:58:00'), 110],
    ])
  })

  it('is unknown, not none, when CloudWatch did not answer completely', async () => {
    answer(complete([], []), complete([], []))
    await expect(makeReader().traffic('arn', 'arn', 60_000)).rejects.toThrow('did not tell all')
  })

  it('takes longer periods, multiples of a minute, for longer spans', async () => {
    answer(complete([], []), complete([], []), complete([], []))
    const series = await makeReader().traffic('arn', 'arn', 24 * 3_600_000)
    expect(series.periodSec).toBe(480)
    // The last of 180 ended 30 s ago: AWS may not have told of it yet.
    expect(series.points).toHaveLength(179)
  })
})
