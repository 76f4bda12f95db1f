import type { Activity, AutoScalingGroup, Instance } from '@aws-sdk/client-auto-scaling'
import { setTimeout as rest } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeAutoScaling } from '../../server/localcloud/auto-scaling/service.js'
import { makeCloudWatch } from '../../server/localcloud/cloudwatch/service.js'
import type { Service } from '../../server/localcloud/cloud.js'
import { AwsFault } from '../../server/localcloud/fault.js'
import {
  type LoadBalancingService,
  makeLoadBalancing,
} from '../../server/localcloud/load-balancing/service.js'
import { ask, type FakeCloud, fakeCloud, until } from './unit/fake-cloud.js'
import { makeStack, type Stack } from './unit/stack.js'

let cloud: FakeCloud
let watch: Service
let elb: LoadBalancingService
let asg: Service
let stack: Stack

beforeEach(async () => {
  cloud = await fakeCloud()
  watch = makeCloudWatch(cloud)
  elb = makeLoadBalancing(cloud)
  asg = makeAutoScaling(cloud)
  await watch.start()
  await elb.start()
  await asg.start()
  stack = await makeStack(cloud, elb)
})

afterEach(async () => {
  await asg.stop()
  await elb.stop()
  await watch.stop()
  for (const { instanceId } of cloud.fake.all.values()) cloud.fake.terminate(instanceId)
})

const plain = {
  AutoScalingGroupName: 'shop-v001',
  LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' },
  MinSize: 0,
  MaxSize: 9,
  DesiredCapacity: 3,
  VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c',
}

const create = (change: object = {}) => ask(asg, 'CreateAutoScalingGroup', { ...plain, ...change })
const update = (change: object) =>
  ask(asg, 'UpdateAutoScalingGroup', { AutoScalingGroupName: 'shop-v001', ...change })

async function group(): Promise<AutoScalingGroup> {
  const { AutoScalingGroups } = await ask<{ AutoScalingGroups: AutoScalingGroup[] }>(
    asg,
    'DescribeAutoScalingGroups',
    {
      AutoScalingGroupNames: ['shop-v001'],
    },
  )
  return AutoScalingGroups[0]!
}

const instances = async (): Promise<Instance[]> => (await group()).Instances ?? []

async function serving(count: number): Promise<Instance[]> {
  await until(`${count} in service`, async () => {
    const all = await instances()
    return all.length === count && all.every((instance) => instance.LifecycleState === 'InService')
  })
  return instances()
}

async function activities(): Promise<Activity[]> {
  const answer = await ask<{ Activities: Activity[] }>(asg, 'DescribeScalingActivities', {
    AutoScalingGroupName: 'shop-v001',
    IncludeDeletedGroups: true,
  })
  return answer.Activities
}

describe('a group', () => {
  it('launches what is desired, evenly over its zones, with its tags', async () => {
    await create({
      DesiredCapacity: 6,
      Tags: [
        { Key: 'app', Value: 'shop', PropagateAtLaunch: true },
        { Key: 'secret', Value: 'no', PropagateAtLaunch: false },
      ],
    })
    const six = await serving(6)
    const zones = six.map((instance) => instance.AvailabilityZone).sort()
    expect(zones).toEqual([
      'us-east-1a',
      'us-east-1a',
      'us-east-1b',
      'us-east-1b',
      'us-east-1c',
      'us-east-1c',
    ])
    expect(cloud.fake.launches[0]!.tags).toEqual({ app: 'shop', 'aws:autoscaling:groupName': 'shop-v001' })
  })

  it('tells each launch in AWS words, newest first', async () => {
    await create({ DesiredCapacity: 1 })
    const [one] = await serving(1)
    const [activity] = await activities()
    expect(activity).toMatchObject({
      StatusCode: 'Successful',
      Progress: 100,
      Description: `Launching a new EC2 instance: ${one!.InstanceId}`,
    })
    expect(activity!.Cause).toMatch(
      /^At .+Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 1\. {2}At .+Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1\.$/,
    )
  })

  it('replaces an instance that has died, and says why', async () => {
    await create()
    const [victim] = await serving(3)
    cloud.fake.change(victim!.InstanceId!, { alive: false })
    await until('it is replaced', async () =>
      (await instances()).every((one) => one.InstanceId !== victim!.InstanceId),
    )
    await serving(3)
    expect(cloud.ec2.instance(victim!.InstanceId!)?.state).toBe('terminated')
    const causes = (await activities()).map((activity) => activity.Cause).join('\n')
    expect(causes).toContain('taken out of service in response to an EC2 instance status checks failure')
    expect(causes).toContain(
      'an instance was launched in response to an unhealthy instance needing to be replaced',
    )
  })

  it('replaces an instance that somebody terminated', async () => {
    await create()
    const [victim] = await serving(3)
    cloud.fake.terminate(victim!.InstanceId!)
    await until('another is there', () => cloud.fake.running().length === 3)
    expect((await serving(3)).map((one) => one.InstanceId)).not.toContain(victim!.InstanceId)
  })

  it('replaces what its target group finds unhealthy once it has been healthy', async () => {
    const target = await stack.group('a', 0)
    await stack.weights([target, 1])
    await create({ TargetGroupARNs: [target.arn], HealthCheckType: 'ELB', HealthCheckGracePeriod: 300 })
    const [victim] = await serving(3)
    await until(
      'all are healthy',
      async () => (await stack.states(target)).join() === 'healthy,healthy,healthy',
    )
    cloud.fake.app = (_request, response, id) => {
      response.statusCode = id === victim!.InstanceId ? 500 : 200
      response.end()
    }
    await until('it is gone', () => cloud.ec2.instance(victim!.InstanceId!)?.state === 'terminated')
    await serving(3)
    expect((await activities()).map((one) => one.Cause).join()).toContain(
      'an ELB system health check failure',
    )
  })

  it('leaves a booting instance alone that has not been healthy yet', async () => {
    const target = await stack.group('a', 0)
    await stack.weights([target, 1])
    cloud.fake.app = (_request, response) => {
      response.statusCode = 503
      response.end()
    }
    await create({ TargetGroupARNs: [target.arn], HealthCheckType: 'ELB', HealthCheckGracePeriod: 300 })
    await serving(3)
    await until('all are unhealthy', async () =>
      (await stack.states(target)).every((state) => state === 'unhealthy'),
    )
    await rest(300)
    expect(cloud.fake.launches).toHaveLength(3)
  })

  it('goes down by its policies, never below its minimum, and drains first', async () => {
    await create({ MinSize: 1, DesiredCapacity: 3, TerminationPolicies: ['NewestInstance'] })
    const before = await serving(3)
    await update({ MaxSize: 1 })
    const [left] = await serving(1)
    expect(before.map((one) => one.InstanceId)).toContain(left!.InstanceId)
    expect((await group()).DesiredCapacity).toBe(1)
    await expect(update({ DesiredCapacity: 0 })).rejects.toThrow(
      'Desired capacity:0 must be between the specified min size:1 and max size:1',
    )
  })

  it('does not terminate what is protected from scale-in, and says so', async () => {
    await create({ NewInstancesProtectedFromScaleIn: true })
    await serving(3)
    await update({ DesiredCapacity: 0 })
    await until('it says so', async () =>
      (await activities()).some(
        (one) => one.StatusMessage?.includes('all remaining instances are protected') ?? false,
      ),
    )
    expect(await instances()).toHaveLength(3)
    const InstanceIds = (await instances()).map((one) => one.InstanceId!)
    await ask(asg, 'SetInstanceProtection', {
      AutoScalingGroupName: 'shop-v001',
      InstanceIds,
      ProtectedFromScaleIn: false,
    })
    await serving(0)
  })

  it('fills other zones when one has no capacity, with a failed activity, and evens out later', async () => {
    cloud.fake.failLaunch = (zone) =>
      zone === 'us-east-1a'
        ? new AwsFault(
            'InsufficientInstanceCapacity',
            `We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (${zone}).`,
            500,
          )
        : undefined
    await create()
    const three = await serving(3)
    expect(three.map((one) => one.AvailabilityZone)).not.toContain('us-east-1a')
    const failed = (await activities()).find((activity) => activity.StatusCode === 'Failed')
    expect(failed!.StatusMessage).toBe(
      'We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a). Launching EC2 instance failed.',
    )
    expect(failed!.Details).toContain('us-east-1a')

    cloud.fake.failLaunch = () => undefined
    await until('the zones are even', async () => {
      const all = await instances()
      return all.length === 3 && new Set(all.map((one) => one.AvailabilityZone)).size === 3
    })
  })
})

describe('a suspended process', () => {
  const suspend = (...ScalingProcesses: string[]) =>
    ask(asg, 'SuspendProcesses', { AutoScalingGroupName: 'shop-v001', ScalingProcesses })
  const resume = (...ScalingProcesses: string[]) =>
    ask(asg, 'ResumeProcesses', { AutoScalingGroupName: 'shop-v001', ScalingProcesses })

  it('Launch launches nothing until it is resumed', async () => {
    await create({ DesiredCapacity: 0 })
    await suspend('Launch')
    await update({ DesiredCapacity: 2 })
    await rest(300)
    expect(await instances()).toEqual([])
    await resume('Launch')
    await serving(2)
  })

  it('Terminate, HealthCheck and ReplaceUnhealthy each keep a dead instance', async () => {
    await create()
    const [victim] = await serving(3)
    for (const process of ['Terminate', 'HealthCheck', 'ReplaceUnhealthy']) {
      await suspend(process)
      cloud.fake.change(victim!.InstanceId!, { alive: false })
      await rest(250)
      expect((await instances()).map((one) => one.InstanceId)).toContain(victim!.InstanceId)
      cloud.fake.change(victim!.InstanceId!, { alive: true })
      await ask(asg, 'SetInstanceHealth', { InstanceId: victim!.InstanceId, HealthStatus: 'Healthy' })
      await resume(process)
    }
    cloud.fake.change(victim!.InstanceId!, { alive: false })
    await until('it is replaced', async () =>
      (await instances()).every((one) => one.InstanceId !== victim!.InstanceId),
    )
  })

  it('AddToLoadBalancer leaves instances unregistered, also after it is resumed', async () => {
    const target = await stack.group('a', 0)
    await create({ DesiredCapacity: 0, TargetGroupARNs: [target.arn] })
    await suspend('AddToLoadBalancer')
    await update({ DesiredCapacity: 1 })
    await serving(1)
    await resume('AddToLoadBalancer')
    await rest(250)
    expect(await stack.states(target)).toEqual([])
    await update({ DesiredCapacity: 2 })
    await serving(2)
    expect(await stack.states(target)).toHaveLength(1)
  })

  it('that AWS does not know is refused', async () => {
    await create({ DesiredCapacity: 0 })
    await expect(suspend('Sleep')).rejects.toMatchObject({ code: 'ValidationError' })
  })
})

describe('a scheduled action', () => {
  const schedule = (change: object) =>
    ask(asg, 'PutScheduledUpdateGroupAction', {
      AutoScalingGroupName: 'shop-v001',
      ScheduledActionName: 'night',
      DesiredCapacity: 1,
      ...change,
    })

  it('acts when the clock is moved past it, once', async () => {
    await create({ DesiredCapacity: 0 })
    const at = new Date(Date.now() + 8 * 3600_000)
    await schedule({ StartTime: at })
    await rest(200)
    expect((await group()).DesiredCapacity).toBe(0)
    cloud.clock.setTo(at)
    await serving(1)
    const { ScheduledUpdateGroupActions } = await ask<{ ScheduledUpdateGroupActions: unknown[] }>(
      asg,
      'DescribeScheduledActions',
      {},
    )
    expect(ScheduledUpdateGroupActions).toEqual([])
  })

  it('that recurs acts at its cron time in its time zone, and again the day after', async () => {
    cloud.clock.setTo(new Date('2026-11-23T12:00:00Z'))
    await create({ DesiredCapacity: 0 })
    await schedule({ Recurrence: '0 22 * * *', TimeZone: 'Europe/Berlin' })
    const next = async () => {
      const answer = await ask<{ ScheduledUpdateGroupActions: { StartTime: Date }[] }>(
        asg,
        'DescribeScheduledActions',
        {},
      )
      return answer.ScheduledUpdateGroupActions[0]!.StartTime.toISOString()
    }
    expect(await next()).toBe('2026-11-23T21:00:00.000Z')
    cloud.clock.setTo(new Date('2026-11-23T21:00:30Z'))
    await serving(1)
    expect(await next()).toBe('2026-11-24T21:00:00.000Z')
  })

  it('is skipped and not made up for while ScheduledActions is suspended', async () => {
    await create({ DesiredCapacity: 0 })
    const at = new Date(Date.now() + 3600_000)
    await schedule({ StartTime: at })
    await ask(asg, 'SuspendProcesses', {
      AutoScalingGroupName: 'shop-v001',
      ScalingProcesses: ['ScheduledActions'],
    })
    cloud.clock.setTo(at)
    await rest(250)
    await ask(asg, 'ResumeProcesses', {
      AutoScalingGroupName: 'shop-v001',
      ScalingProcesses: ['ScheduledActions'],
    })
    await rest(250)
    expect((await group()).DesiredCapacity).toBe(0)
  })

  it('in the past is refused', async () => {
    await create({ DesiredCapacity: 0 })
    await expect(schedule({ StartTime: new Date(Date.now() - 1000) })).rejects.toThrow(
      'Given start time is in the past',
    )
  })
})

describe('a lifecycle hook', () => {
  const hook = {
    LifecycleHookName: 'ready',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    HeartbeatTimeout: 7200,
    DefaultResult: 'ABANDON',
  }

  it('holds a launch in Pending:Wait until it is completed', async () => {
    cloud.clock.pace = 'brisk'
    await create({ DesiredCapacity: 1, LifecycleHookSpecificationList: [hook] })
    await until('it waits', async () => (await instances())[0]?.LifecycleState === 'Pending:Wait')
    const [one] = await instances()
    await ask(asg, 'CompleteLifecycleAction', {
      AutoScalingGroupName: 'shop-v001',
      LifecycleHookName: 'ready',
      InstanceId: one!.InstanceId,
      LifecycleActionResult: 'CONTINUE',
    })
    await serving(1)
  })

  it('that is abandoned cancels the launch with AWS words', async () => {
    cloud.clock.pace = 'brisk'
    await create({ DesiredCapacity: 1, LifecycleHookSpecificationList: [hook] })
    await until('it waits', async () => (await instances())[0]?.LifecycleState === 'Pending:Wait')
    const [one] = await instances()
    await ask(asg, 'CompleteLifecycleAction', {
      AutoScalingGroupName: 'shop-v001',
      LifecycleHookName: 'ready',
      InstanceId: one!.InstanceId,
      LifecycleActionResult: 'ABANDON',
    })
    await until('it is gone', () => cloud.ec2.instance(one!.InstanceId!)?.state === 'terminated')
    const cancelled = (await activities()).find((activity) => activity.StatusCode === 'Cancelled')
    expect(cancelled!.StatusMessage).toContain("Instance failed to complete user's Lifecycle Action")
    expect(cancelled!.StatusMessage).toContain('ABANDON Result')
  })
})

describe('standby', () => {
  it('takes an instance out of the load balancer and back in', async () => {
    const target = await stack.group('a', 0)
    await stack.weights([target, 1])
    await create({ DesiredCapacity: 2, TargetGroupARNs: [target.arn] })
    const [one] = await serving(2)
    const query = { AutoScalingGroupName: 'shop-v001', InstanceIds: [one!.InstanceId!] }
    await ask(asg, 'EnterStandby', { ...query, ShouldDecrementDesiredCapacity: true })
    await until('it stands by', async () =>
      (await instances()).some((instance) => instance.LifecycleState === 'Standby'),
    )
    expect((await group()).DesiredCapacity).toBe(1)
    expect(await stack.states(target)).toHaveLength(1)
    await ask(asg, 'ExitStandby', query)
    await serving(2)
    await until('both are registered', async () => (await stack.states(target)).length === 2)
  })
})

describe('attaching later', () => {
  it('goes Adding, Added, InService, and the other family of calls does not see it', async () => {
    const target = await stack.group('a', 0)
    await create({ DesiredCapacity: 1 })
    await serving(1)
    const source = { Identifier: target.arn, Type: 'elbv2' }
    await ask(asg, 'AttachTrafficSources', { AutoScalingGroupName: 'shop-v001', TrafficSources: [source] })
    const state = async () => {
      const answer = await ask<{ TrafficSources: { State: string }[] }>(asg, 'DescribeTrafficSources', {
        AutoScalingGroupName: 'shop-v001',
      })
      return answer.TrafficSources[0]?.State
    }
    await until('it is added', async () => (await state()) === 'Added')
    await rest(200)
    expect(await state()).toBe('Added')
    await stack.weights([target, 1])
    await until('it is in service', async () => (await state()) === 'InService')
    const other = await ask<{ LoadBalancerTargetGroups: unknown[] }>(
      asg,
      'DescribeLoadBalancerTargetGroups',
      {
        AutoScalingGroupName: 'shop-v001',
      },
    )
    expect(other.LoadBalancerTargetGroups).toEqual([])
    await ask(asg, 'DetachTrafficSources', { AutoScalingGroupName: 'shop-v001', TrafficSources: [source] })
    await until('it is detached', async () => (await state()) === undefined)
    expect(await stack.states(target)).toEqual([])
  })
})

describe('deleting', () => {
  it('is refused while instances are there, and their end is waited for', async () => {
    await create()
    await serving(3)
    await expect(
      ask(asg, 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'shop-v001' }),
    ).rejects.toMatchObject({
      code: 'ResourceInUse',
    })
    await update({ MinSize: 0, MaxSize: 0 })
    await serving(0)
    await ask(asg, 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'shop-v001' })
    await until('it is gone', async () => (await group()) === undefined)
    expect((await activities())[0]!.AutoScalingGroupState).toBe('Deleted')
  })

  it('by force takes the instances along, unless the group is protected', async () => {
    await create({ DeletionProtection: 'prevent-force-deletion' })
    await serving(3)
    const force = () =>
      ask(asg, 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'shop-v001', ForceDelete: true })
    await expect(force()).rejects.toMatchObject({ code: 'ValidationError' })
    await update({ DeletionProtection: 'none' })
    await force()
    await until('it is gone', async () => (await group()) === undefined)
    expect(cloud.fake.running()).toEqual([])
  })

  it('of an unknown group is a ValidationError in AWS words', async () => {
    await expect(ask(asg, 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'no' })).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'AutoScalingGroup name not found - AutoScalingGroup: no not found',
    })
  })
})

describe('creating', () => {
  it.each([
    ['a colon in the name', { AutoScalingGroupName: 'a:b' }, 'ValidationError'],
    ['a minimum above the maximum', { MinSize: 4, MaxSize: 3 }, 'ValidationError'],
    ['a desired capacity out of range', { DesiredCapacity: 10 }, 'ValidationError'],
    ['an unknown subnet', { VPCZoneIdentifier: 'subnet-x' }, 'ValidationError'],
    ['an unknown target group', { TargetGroupARNs: ['arn:none'] }, 'ValidationError'],
    ['an unknown template', { LaunchTemplate: { LaunchTemplateName: 'none' } }, 'ValidationError'],
  ])('with %s is refused and makes nothing', async (_what, change, code) => {
    await expect(create(change)).rejects.toMatchObject({ code })
    const answer = await ask<{ AutoScalingGroups: unknown[] }>(asg, 'DescribeAutoScalingGroups', {})
    expect(answer.AutoScalingGroups).toEqual([])
  })

  it('twice is AlreadyExists', async () => {
    await create({ DesiredCapacity: 0 })
    await expect(create({ DesiredCapacity: 0 })).rejects.toMatchObject({ code: 'AlreadyExists' })
  })
})

describe('target tracking', () => {
  it('scales an idle group in to its minimum', async () => {
    const target = await stack.group('a', 0)
    await stack.weights([target, 1])
    await create({ MinSize: 1, DesiredCapacity: 3, TargetGroupARNs: [target.arn], DefaultInstanceWarmup: 0 })
    await serving(3)
    const label = `${stack.loadBalancerArn.split(':loadbalancer/')[1]}/${target.arn.split(':').at(-1)}`
    const put = (ResourceLabel: string) =>
      ask<{ Alarms: unknown[] }>(asg, 'PutScalingPolicy', {
        AutoScalingGroupName: 'shop-v001',
        PolicyName: 'requests',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
          TargetValue: 100,
        },
      })
    await expect(put('app/other/1/targetgroup/other/2')).rejects.toMatchObject({ code: 'ValidationError' })
    expect((await put(label)).Alarms).toHaveLength(2)
    await until('the idle group is at its minimum', async () => (await group()).DesiredCapacity === 1, 40_000)
    await serving(1)
    expect((await activities()).map((one) => one.Cause).join()).toMatch(
      /a monitor alarm TargetTracking-shop-v001-AlarmLow-\S+ in state ALARM triggered policy requests changing the desired capacity from 3 to 1/,
    )
  }, 60_000)

  it('scales out by a step policy when its alarm is set off', async () => {
    await create({ DesiredCapacity: 1 })
    await serving(1)
    const { PolicyARN } = await ask<{ PolicyARN: string }>(asg, 'PutScalingPolicy', {
      AutoScalingGroupName: 'shop-v001',
      PolicyName: 'more',
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    })
    await ask(watch, 'PutMetricAlarm', {
      AlarmName: 'busy',
      Namespace: 'Shop',
      MetricName: 'Queue',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [PolicyARN],
    })
    await ask(watch, 'SetAlarmState', { AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'test' })
    await serving(3)
  })
})
