import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type Instance,
  PutScheduledUpdateGroupActionCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateLaunchTemplateCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTagsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  baseImageId,
  type CloudUnderTest,
  cloudUnderTest,
  servingUserData,
  shown,
  until,
} from './cloud-under-test.js'

let cloud: CloudUnderTest
let asg: AutoScalingClient
let elb: ElasticLoadBalancingV2Client
let watch: CloudWatchClient
let subnets: string[]
let vpc: string
let listenerArn: string
let url: string
const groups: Record<string, string> = {}

const freePortBase = 20_000 + (process.pid % 10_000)

async function launch(version: string): Promise<void> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: version, Protocol: 'HTTP', Port: 8080, VpcId: vpc }),
  )
  groups[version] = TargetGroups?.[0]?.TargetGroupArn ?? ''
  await cloud.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: version,
      LaunchTemplateData: {
        ImageId: baseImageId,
        InstanceType: 't3.micro',
        UserData: Buffer.from(servingUserData(version)).toString('base64'),
      },
    }),
  )
  await asg.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: version,
      LaunchTemplate: { LaunchTemplateName: version, Version: '1' },
      MinSize: 3,
      MaxSize: 6,
      VPCZoneIdentifier: subnets.join(','),
      TargetGroupARNs: [groups[version]],
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 300,
      Tags: [{ Key: 'app', Value: 'shop', PropagateAtLaunch: true }],
    }),
  )
}

const weights = (...pairs: [string, number][]) =>
  elb.send(
    new ModifyListenerCommand({
      ListenerArn: listenerArn,
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: pairs.map(([name, Weight]) => ({ TargetGroupArn: groups[name], Weight })),
          },
        },
      ],
    }),
  )

async function instances(name: string): Promise<Instance[]> {
  const { AutoScalingGroups } = await asg.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  )
  return AutoScalingGroups?.[0]?.Instances ?? []
}

async function healthyIds(name: string): Promise<string[]> {
  const { TargetHealthDescriptions } = await elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: groups[name] }),
  )
  return (TargetHealthDescriptions ?? [])
    .filter((description) => description.TargetHealth?.State === 'healthy')
    .map((description) => description.Target?.Id ?? '')
    .sort()
}

const registered = (name: string, size: number) =>
  until(`${size} of ${name} are registered`, async () => {
    const ids = (await instances(name))
      .filter((instance) => instance.LifecycleState === 'InService')
      .map((instance) => instance.InstanceId ?? '')
      .sort()
    return ids.length === size && ids.join() === (await healthyIds(name)).join() ? ids : undefined
  })

beforeAll(async () => {
  cloud = await cloudUnderTest()
  asg = new AutoScalingClient(cloud.client)
  elb = new ElasticLoadBalancingV2Client(cloud.client)
  watch = new CloudWatchClient(cloud.client)
  const { Subnets } = await cloud.ec2.send(new DescribeSubnetsCommand({}))
  subnets = (Subnets ?? []).map((subnet) => subnet.SubnetId ?? '')
  vpc = Subnets?.[0]?.VpcId ?? ''
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: subnets }))
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: freePortBase,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
    }),
  )
  listenerArn = Listeners?.[0]?.ListenerArn ?? ''
  const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [listenerArn] }))
  url = TagDescriptions?.[0]?.Tags?.find((tag) => tag.Key === 'localcloud:url')?.Value ?? ''
})

afterAll(async () => cloud.stop())

describe('blue and green through the SDK', () => {
  it('two groups over three zones get registered while only one has traffic', async () => {
    await launch('v001')
    await weights(['v001', 100])
    await registered('v001', 3)
    const zones = (await instances('v001')).map((instance) => instance.AvailabilityZone)
    expect(new Set(zones).size).toBe(3)
    expect(await (await fetch(url)).text()).toBe('v001')
    await launch('v002')
    await weights(['v001', 100], ['v002', 0])
    await registered('v002', 3)
    expect(await (await fetch(url)).text()).toBe('v001')
  })

  it('a switch and a switch back lose no request of a busy client', async () => {
    const seen: string[] = []
    let running = true
    const clients = Array.from({ length: 4 }, async () => {
      while (running) {
        const response = await fetch(url)
        const text = await response.text()
        seen.push(response.ok ? text : String(response.status))
      }
    })
    const count = () => seen.length
    const more = async () => {
      const from = count()
      await until('traffic goes on', async () => count() > from + 50)
    }
    await more()
    await weights(['v001', 0], ['v002', 100])
    await more()
    await weights(['v001', 100], ['v002', 0])
    await more()
    running = false
    await Promise.all(clients)
    const changes = seen.filter((version, at) => at > 0 && version !== seen[at - 1])
    expect(new Set(seen)).toEqual(new Set(['v001', 'v002']))
    // Four clients are under way at each change, so answers may interleave for a moment, no longer.
    expect(changes.length).toBeLessThanOrEqual(16)
  })

  it('an instance whose process is killed is replaced and the new one registered', async () => {
    const before = await registered('v001', 3)
    const victim = before[0]!
    const { initPid } = await shown(cloud, victim)
    process.kill(initPid!, 'SIGKILL')
    await until('it is no longer a member', async () =>
      (await instances('v001')).every((instance) => instance.InstanceId !== victim),
    )
    const after = await registered('v001', 3)
    expect(after).not.toContain(victim)
    const { Activities } = await asg.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: 'v001' }),
    )
    expect(Activities?.map((activity) => activity.Description)).toContain(
      `Terminating EC2 instance: ${victim}`,
    )
  })

  it('a scheduled action acts when the control interface moves the clock', async () => {
    const at = new Date(Date.now() + 12 * 3600_000)
    await asg.send(
      new PutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName: 'v002',
        ScheduledActionName: 'morning',
        StartTime: at,
        DesiredCapacity: 4,
      }),
    )
    await cloud.control('PUT', '/clock', { now: at.toISOString() })
    await registered('v002', 4)
  })

  it('traffic and processes have their numbers in CloudWatch', async () => {
    const metric = {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Dimensions: [
        { Name: 'TargetGroup', Value: groups['v001']!.split(':').at(-1) },
        { Name: 'LoadBalancer', Value: listenerArn.split(':listener/')[1]!.split('/').slice(0, 3).join('/') },
      ],
    }
    const { MetricDataResults } = await watch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 3600_000),
        EndTime: new Date(Date.now() + 24 * 3600_000),
        MetricDataQueries: [
          { Id: 'm1', MetricStat: { Metric: metric, Period: 86_400, Stat: 'Sum' }, ReturnData: false },
          { Id: 'e1', Expression: 'SUM([FILL(m1, 0)])' },
        ],
      }),
    )
    expect(MetricDataResults?.[0]?.Id).toBe('e1')
    const requests = MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0)
    expect(requests).toBeGreaterThan(100)
    await until('processor use is known by group', async () => {
      const { Metrics } = await watch.send(
        new ListMetricsCommand({
          Namespace: 'AWS/EC2',
          MetricName: 'CPUUtilization',
          Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'v001' }],
        }),
      )
      return Metrics?.length === 1
    })
  })

  it('a group that is emptied and deleted leaves no process', async () => {
    await weights(['v001', 100])
    await asg.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: 'v002',
        MinSize: 0,
        MaxSize: 0,
        DesiredCapacity: 0,
      }),
    )
    const ids = (await instances('v002')).map((instance) => instance.InstanceId ?? '')
    await until('it is empty', async () => (await instances('v002')).length === 0)
    await asg.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'v002' }))
    for (const id of ids) expect((await shown(cloud, id)).state).toBe('terminated')
    const { AutoScalingGroups } = await asg.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['v002'] }),
    )
    expect(AutoScalingGroups).toEqual([])
    await expect(
      asg.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'v002' })),
    ).rejects.toMatchObject({ name: 'ValidationError' })
  })
})
