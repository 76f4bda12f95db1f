import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling'
import { DescribeImagesCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2'
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAccountLister } from '../../server/cloud/account-listing.js'
import type { Call } from '../../server/domain/call.js'
import { awsTimings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'
import { startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

let fixture: LocalCloudFixture
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.stop())

const clock = { now: () => new Date('2026-11-24T12:00:00Z') }
const looks = new Looks(awsTimings)
const tags = {
  'delling:owner': 'test',
  'delling:app': 'shop',
  'delling:cluster': 'shop-main',
  'delling:op': 'op-1',
}

describe('a listing of the account', () => {
  it('shows the groups that carry our marks, or every one, with what they are made from', async () => {
    const { readers } = fixture.clients
    const imageId = (await readers.ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))).Images?.[0]
      ?.ImageId
    const { Subnets = [] } = await readers.ec2.send(new DescribeSubnetsCommand({}))
    const perform = (call: Call) => fixture.cloud.perform(call, () => undefined, new AbortController().signal)
    const make = async (name: string, marks: Readonly<Record<string, string>>) => {
      const healthCheck = {
        path: '/',
        intervalSec: 10,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        matcher: '200',
      }
      const vpcId = Subnets[0]?.VpcId ?? ''
      const target = await perform({
        type: 'CreateTargetGroup',
        name,
        port: 8080,
        vpcId,
        healthCheck,
        tags: marks,
      })
      const template = await perform({
        type: 'CreateLaunchTemplate',
        name,
        token: name,
        imageId: imageId ?? '',
        instanceType: 't3.micro',
        securityGroupIds: [],
        instanceProfile: null,
        userData: '',
        tags: marks,
        instanceTags: marks,
      })
      await perform({
        type: 'CreateAutoScalingGroup',
        name,
        launchTemplateId: template.learnt.LaunchTemplateId ?? '',
        min: 0,
        max: 3,
        desired: 0,
        subnetIds: Subnets.map((subnet) => subnet.SubnetId ?? ''),
        targetGroupArn: target.learnt.TargetGroupArn ?? '',
        healthCheckGraceSec: 0,
        tags: marks,
      })
      await perform({ type: 'SuspendProcesses', group: name, processes: ['ScheduledActions'] })
    }
    await make('shop-main-v003', tags)
    await make('shop-main-v009', { by: 'somebody' })

    const lister = makeAccountLister(readers, { clock, looks })
    const marked = await lister.list('marked', 0)
    expect(marked).toMatchObject({ readAt: clock.now(), whole: false })
    expect(marked.groups).toMatchObject([
      {
        name: 'shop-main-v003',
        clusterTag: 'shop-main',
        ownerTag: 'test',
        operationTag: 'op-1',
        launchTemplateVersion: '1',
        min: 0,
        max: 3,
        suspended: ['ScheduledActions'],
      },
    ])
    const whole = await lister.list('whole', 0)
    expect(whole.groups.map((group) => group.name)).toEqual(['shop-main-v003', 'shop-main-v009'])
    expect(whole.groups[1]).toMatchObject({ clusterTag: null, ownerTag: null })
    const [group] = marked.groups
    expect(marked.targetGroups.find((target) => target.arn === group?.targetGroupArns[0])?.name).toBe(
      'shop-main-v003',
    )
    expect(await lister.imageOf(group?.launchTemplateId ?? '', '1')).toBe(imageId)
    expect(await lister.imageOf('lt-0123456789abcdef0', '1')).toBeNull()
  })
})

describe('the readers of one account', () => {
  const groupOf = (name: string, more: Partial<AutoScalingGroup> = {}): AutoScalingGroup => ({
    AutoScalingGroupName: name,
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 0,
    AvailabilityZones: [],
    HealthCheckType: 'ELB',
    CreatedTime: new Date(0),
    ...more,
  })

  it('share one listing for as long as they are content with it, page by page, without what is being deleted', async () => {
    const autoScaling = mockClient(AutoScalingClient)
    const elb = mockClient(ElasticLoadBalancingV2Client)
    autoScaling
      .on(DescribeAutoScalingGroupsCommand)
      .resolves({ AutoScalingGroups: [], NextToken: 'more' })
      .on(DescribeAutoScalingGroupsCommand, { NextToken: 'more' })
      .resolves({ AutoScalingGroups: [groupOf('a'), groupOf('b', { Status: 'Delete in progress' })] })
    elb.on(DescribeTargetGroupsCommand).resolves({ TargetGroups: [] })
    const lister = makeAccountLister(fixture.clients.readers, { clock, looks })
    const listings = await Promise.all([lister.list('marked', 60_000), lister.list('marked', 60_000)])
    expect(listings[0]?.groups.map((group) => group.name)).toEqual(['a'])
    expect(listings[1]).toBe(listings[0])
    expect(autoScaling.commandCalls(DescribeAutoScalingGroupsCommand)).toHaveLength(2)
    expect(autoScaling.commandCalls(DescribeAutoScalingGroupsCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: 'tag-key', Values: ['delling:cluster'] },
    ])
    await lister.list('marked', 0)
    await lister.list('whole', 60_000)
    expect(autoScaling.commandCalls(DescribeAutoScalingGroupsCommand)).toHaveLength(6)
    autoScaling.restore()
    elb.restore()
  })

  it('are never kept waiting by the budget of looks, which the target groups’ pages are noted with', async () => {
    const autoScaling = mockClient(AutoScalingClient)
    const elb = mockClient(ElasticLoadBalancingV2Client)
    autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [] })
    elb
      .on(DescribeTargetGroupsCommand)
      .resolves({ TargetGroups: [], NextMarker: 'more' })
      .on(DescribeTargetGroupsCommand, { Marker: 'more' })
      .resolves({ TargetGroups: [] })
    const none = new Looks({ ...awsTimings, pageReads: 10, stewardMs: 1_000_000_000 })
    none.pages.take(10)
    const lister = makeAccountLister(fixture.clients.readers, { clock, looks: none })
    await lister.list('whole', 0)
    // Two reads are owed, and a little has flowed in meanwhile.
    expect(Math.round(none.pages.msUntil(1) / 100_000_000)).toBe(3)
    autoScaling.restore()
    elb.restore()
  })

  it('do not ask again at once after a listing that failed', async () => {
    const autoScaling = mockClient(AutoScalingClient)
    autoScaling.on(DescribeAutoScalingGroupsCommand).rejects(new Error('not allowed'))
    const lister = makeAccountLister(fixture.clients.readers, { clock, looks })
    for (const _again of [1, 2]) await expect(lister.list('marked', 60_000)).rejects.toThrow('not allowed')
    expect(autoScaling.commandCalls(DescribeAutoScalingGroupsCommand)).toHaveLength(1)
    autoScaling.restore()
  })
})
