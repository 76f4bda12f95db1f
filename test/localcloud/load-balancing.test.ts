import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling'
import { CreateLaunchTemplateCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  baseImageId,
  type CloudUnderTest,
  cloudUnderTest,
  servingUserData,
  until,
} from './cloud-under-test.js'

let home: string
let cloud: CloudUnderTest
let elb: ElasticLoadBalancingV2Client
let listenerArn: string

const connect = async () => {
  cloud = await cloudUnderTest({ home })
  elb = new ElasticLoadBalancingV2Client(cloud.client)
}

const urlOf = async () => {
  const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [listenerArn] }))
  return TagDescriptions?.[0]?.Tags?.find((tag) => tag.Key === 'localcloud:url')?.Value ?? ''
}

const members = async () => {
  const { AutoScalingGroups } = await new AutoScalingClient(cloud.client).send(
    new DescribeAutoScalingGroupsCommand({}),
  )
  return (AutoScalingGroups?.[0]?.Instances ?? []).map((instance) => instance.InstanceId)
}

const answers = (url: string) =>
  until('the listener answers', () =>
    fetch(url).then(
      async (response) => (await response.text()) === 'up',
      () => false,
    ),
  )

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'localcloud-'))
  await connect()
})

afterAll(async () => {
  await cloud.stop()
  await rm(cloud.running.instancesDir, { recursive: true, force: true })
  await rm(home, { recursive: true, force: true })
})

describe('a restarted cloud', () => {
  it('serves on the same address from the same instances, and replaces none of them', async () => {
    const { Subnets = [] } = await cloud.ec2.send(new DescribeSubnetsCommand({}))
    const subnets = Subnets.map((subnet) => subnet.SubnetId ?? '')
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'lb', Subnets: subnets }))
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ Name: 'tg', Protocol: 'HTTP', Port: 80, VpcId: Subnets[0]?.VpcId }),
    )
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: 'HTTP',
        Port: 30_000 + (process.pid % 10_000),
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    )
    listenerArn = Listeners?.[0]?.ListenerArn ?? ''
    await cloud.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'app',
        LaunchTemplateData: {
          ImageId: baseImageId,
          InstanceType: 't3.micro',
          UserData: Buffer.from(servingUserData('up')).toString('base64'),
        },
      }),
    )
    await new AutoScalingClient(cloud.client).send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: 'app',
        LaunchTemplate: { LaunchTemplateName: 'app', Version: '1' },
        MinSize: 3,
        MaxSize: 3,
        VPCZoneIdentifier: subnets.join(','),
        TargetGroupARNs: [TargetGroupArn ?? ''],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 300,
      }),
    )
    const url = await urlOf()
    await answers(url)
    await until('three are members', async () => (await members()).length === 3)
    const before = await members()

    await cloud.stop()
    await expect(fetch(url)).rejects.toThrow()
    await connect()
    await answers(await urlOf())
    expect(await urlOf()).toBe(url)
    expect(await members()).toEqual(before)
  })
})

describe('a refused call', () => {
  it('has the code of the SDK’s own model and changes nothing', async () => {
    const rules = async () => (await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }))).Rules
    const before = await rules()
    const unknown = `${listenerArn.split(':listener/')[0]}:targetgroup/none/0123456789abcdef`
    await expect(
      elb.send(
        new ModifyListenerCommand({
          ListenerArn: listenerArn,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: unknown }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'TargetGroupNotFoundException', Code: 'TargetGroupNotFound' })
    expect(await rules()).toEqual(before)
  })
})
