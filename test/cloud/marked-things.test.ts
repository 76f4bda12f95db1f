import { CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2'
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeMarkedReader } from '../../server/cloud/marked-things.js'
import { removalOf, type MarkedThing } from '../../server/domain/orphan.js'
import { until } from '../support/until.js'
import { startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

const mark = { Key: 'delling:owner', Value: 'us' }
const role = { Key: 'delling:role', Value: 'builder' }
const tagged = (type: ResourceType, ...tags: { Key: string; Value: string }[]) => ({
  TagSpecifications: [{ ResourceType: type, Tags: [mark, ...tags] }],
})

let fixture: LocalCloudFixture
let baseId = ''
let vpcId = ''
let subnetId = ''
const read = (known: readonly string[] = []) =>
  makeMarkedReader(fixture.clients.readers, 'us').read((name) => known.includes(name))
const found = async (kind: MarkedThing['kind'], known?: readonly string[]) =>
  (await read(known)).filter((thing) => thing.kind === kind)

beforeAll(async () => {
  fixture = await startFixture()
  const { ec2 } = fixture.clients.writers
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  baseId = Images[0]?.ImageId ?? ''
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  vpcId = Subnets[0]?.VpcId ?? ''
  subnetId = Subnets[0]?.SubnetId ?? ''
})
afterAll(() => fixture.stop())

describe('what of the account carries the mark', () => {
  it('is nothing of others, nor of another installation', async () => {
    const { elb } = fixture.clients.writers
    const Tags = [{ Key: 'delling:owner', Value: 'them' }]
    await elb.send(
      new CreateTargetGroupCommand({ Name: 'theirs', Protocol: 'HTTP', Port: 80, VpcId: vpcId, Tags }),
    )
    expect(await read()).toEqual([])
  })

  it('is a builder by its role, and an instance that is in no group', async () => {
    const { ec2 } = fixture.clients.writers
    const run = (...tags: { Key: string; Value: string }[]) =>
      ec2.send(
        new RunInstancesCommand({
          ImageId: baseId,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          ...tagged('instance', ...tags),
        }),
      )
    const builderId = (await run(role)).Instances?.[0]?.InstanceId ?? ''
    const strayId = (await run()).Instances?.[0]?.InstanceId ?? ''
    const [builder] = await found('builder')
    expect(builder).toMatchObject({ id: builderId, name: '' })
    expect(builder?.since).toBeInstanceOf(Date)
    expect((await found('instance')).map(({ id }) => id)).toEqual([strayId])
    const call = removalOf({ thing: builder!, fate: 'goes', why: '', href: null })!
    await fixture.cloud.perform(call, () => undefined, AbortSignal.timeout(10_000))
    await until(async () => (await found('builder')).length === 0)
  })

  it('is an image, and its snapshot once the image is gone', async () => {
    const { ec2 } = fixture.clients.writers
    const copied = await ec2.send(
      new CopyImageCommand({
        Name: 'shop-1',
        SourceImageId: baseId,
        SourceRegion: 'us-east-1',
        TagSpecifications: [
          { ResourceType: 'image', Tags: [mark] },
          { ResourceType: 'snapshot', Tags: [mark] },
        ],
      }),
    )
    const ImageId = copied.ImageId ?? ''
    await until(async () => (await found('image'))[0]?.state === 'available')
    await until(async () => (await found('snapshot')).length === 1)
    expect(await found('image')).toMatchObject([{ id: ImageId, name: 'shop-1' }])
    expect(await found('snapshot')).toMatchObject([{ usedBy: 'shop-1 is made of it' }])
    await ec2.send(new DeregisterImageCommand({ ImageId }))
    await until(async () => (await found('snapshot'))[0]?.usedBy === null)
    expect(await found('image')).toEqual([])
  })

  it('is a launch template, a target group and a group, with who uses them', async () => {
    const { ec2, elb, autoScaling } = fixture.clients.writers
    const LaunchTemplateName = 'shop-main-v001'
    await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName,
        LaunchTemplateData: { ImageId: baseId, InstanceType: 't3.micro' },
        ...tagged('launch-template'),
      }),
    )
    await elb.send(
      new CreateTargetGroupCommand({
        Name: 'shop-main-v001',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: vpcId,
        Tags: [mark],
      }),
    )
    expect(await found('launch template')).toMatchObject([{ name: LaunchTemplateName, usedBy: null }])
    const [target] = await found('target group')
    expect(target).toMatchObject({ name: 'shop-main-v001', usedBy: null, since: null })
    expect(await found('target group', ['shop-main-v001'])).toEqual([])
    await autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: 'shop-main-v001',
        LaunchTemplate: { LaunchTemplateName, Version: '1' },
        MinSize: 0,
        MaxSize: 0,
        VPCZoneIdentifier: subnetId,
        TargetGroupARNs: [target?.id ?? ''],
        Tags: [mark],
      }),
    )
    expect(await found('server group')).toMatchObject([{ name: 'shop-main-v001' }])
    expect(await found('launch template')).toMatchObject([{ usedBy: 'shop-main-v001 launches from it' }])
    expect(await found('target group')).toMatchObject([{ usedBy: 'shop-main-v001 registers with it' }])
  })

  it('is an alarm of a group that is gone', async () => {
    const { cloudwatch } = fixture.clients.writers
    const alarm = (name: string, group: string) =>
      cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          Namespace: 'AWS/EC2',
          MetricName: 'CPUUtilization',
          Statistic: 'Average',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 80,
          ComparisonOperator: 'GreaterThanThreshold',
          Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
          Tags: [mark],
        }),
      )
    await alarm('shop-main-v001-busy', 'shop-main-v001')
    await alarm('shop-main-v000-busy', 'shop-main-v000')
    expect((await found('alarm')).map(({ id }) => id)).toEqual(['shop-main-v000-busy'])
    expect(await found('alarm', ['shop-main-v000'])).toEqual([])
  })
})
