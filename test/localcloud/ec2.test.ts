import {
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  ModifyImageAttributeCommand,
  paginateDescribeInstances,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  baseImageId,
  type CloudUnderTest,
  cloudUnderTest,
  instance,
  reached,
  run,
  until,
} from './cloud-under-test.js'

const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
    return 'done'
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}

describe('EC2', () => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await cloudUnderTest()
  })
  afterAll(async () => cloud.stop())

  const launch = (input: Partial<RunInstancesCommandInput>) =>
    cloud.ec2.send(new RunInstancesCommand({ ImageId: baseImageId, MinCount: 1, MaxCount: 1, ...input }))

  it('answers the same client token with the same instance, and refuses it for another request', async () => {
    const first = await launch({ ClientToken: 'token-1', InstanceType: 't3.micro' })
    const second = await launch({ ClientToken: 'token-1', InstanceType: 't3.micro' })
    expect(second.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId)
    expect(await codeOf(launch({ ClientToken: 'token-1', InstanceType: 't3.small' }))).toMatch(
      /^IdempotentParameterMismatch/,
    )
  })

  it('gives every instance once over its pages, and refuses tokens that it did not make', async () => {
    await launch({
      MinCount: 12,
      MaxCount: 12,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'set', Value: 'pages' }] }],
    })
    const Filters = [{ Name: 'tag:set', Values: ['pag*'] }]
    const seen: (string | undefined)[] = []
    let pages = 0
    for await (const page of paginateDescribeInstances({ client: cloud.ec2, pageSize: 5 }, { Filters })) {
      pages += 1
      seen.push(
        ...(page.Reservations ?? []).flatMap(
          (each) => each.Instances?.map(({ InstanceId }) => InstanceId) ?? [],
        ),
      )
    }
    expect([pages, seen.length, new Set(seen).size]).toEqual([3, 12, 12])
    expect(await codeOf(cloud.ec2.send(new DescribeInstancesCommand({ NextToken: 'nonsense' })))).toMatch(
      /^InvalidNextToken/,
    )
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: seen.flatMap((id) => id ?? []) }))
  })

  it('refuses launches with EC2’s own codes and messages, and makes nothing', async () => {
    const count = async () => (await cloud.ec2.send(new DescribeInstancesCommand({}))).Reservations?.length
    const before = await count()
    const userData = Buffer.alloc(17_000, 'a').toString('base64')
    expect(await codeOf(launch({ ImageId: 'ami-0123456789abcdef0' }))).toBe(
      "InvalidAMIID.NotFound: The image id '[ami-0123456789abcdef0]' does not exist",
    )
    expect(await codeOf(launch({ ImageId: 'ami-x' }))).toMatch(/^InvalidAMIID.Malformed/)
    expect(await codeOf(launch({ SubnetId: 'subnet-0123456789abcdef0' }))).toMatch(
      /^InvalidSubnetID.NotFound/,
    )
    expect(await codeOf(launch({ SecurityGroupIds: ['sg-0123456789abcdef0'] }))).toMatch(
      /^InvalidGroup.NotFound/,
    )
    expect(await codeOf(launch({ KeyName: 'none' }))).toMatch(/^InvalidKeyPair.NotFound/)
    expect(await codeOf(launch({ UserData: userData }))).toBe(
      'InvalidParameterValue: User data is limited to 16384 bytes',
    )
    expect(await codeOf(launch({ UserData: 'not base 64!' }))).toMatch(/^InvalidUserData.Malformed/)
    expect(await codeOf(launch({ DryRun: true }))).toMatch(/^DryRunOperation/)
    expect(await count()).toBe(before)
  })

  it('has no capacity in a zone when told so', async () => {
    const { Subnets } = await cloud.ec2.send(new DescribeSubnetsCommand({}))
    expect(Subnets?.map((each) => each.AvailabilityZone)).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c'])
    await cloud.control('PUT', '/knobs', { zonesWithoutCapacity: ['us-east-1a'] })
    expect(await codeOf(launch({ SubnetId: Subnets?.[0]?.SubnetId ?? '' }))).toMatch(
      /^InsufficientInstanceCapacity: We currently do not have sufficient t3.micro capacity in the Availability Zone you requested \(us-east-1a\)/,
    )
    expect(await codeOf(launch({ SubnetId: Subnets?.[1]?.SubnetId ?? '' }))).toBe('done')
    await cloud.control('PUT', '/knobs', { zonesWithoutCapacity: [] })
  })

  it('does not know a new instance before its time, when told so', async () => {
    await cloud.control('PUT', '/knobs', { invisibleMs: 400 })
    const id = await run(cloud.ec2, '#!/bin/sh\n')
    expect(await codeOf(instance(cloud.ec2, id))).toBe(
      `InvalidInstanceID.NotFound: The instance ID '${id}' does not exist`,
    )
    await cloud.control('PUT', '/knobs', { invisibleMs: 0 })
    await until('it is known', () => instance(cloud.ec2, id).catch(() => undefined))
  })

  it('launches from a template version, whose tags and user data the instance has', async () => {
    const { ec2 } = cloud
    const data = {
      ImageId: baseImageId,
      InstanceType: 't3.small' as const,
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'from', Value: 'template' }] }],
    }
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: 'shop', LaunchTemplateData: data }),
    )
    const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId ?? ''
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId,
        SourceVersion: '1',
        LaunchTemplateData: { InstanceType: 't3.large' },
      }),
    )
    const { LaunchTemplateVersions } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Latest', '$Default'] }),
    )
    expect(
      LaunchTemplateVersions?.map((each) => [each.VersionNumber, each.LaunchTemplateData?.InstanceType]),
    ).toEqual([
      [2, 't3.large'],
      [1, 't3.small'],
    ])
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: { LaunchTemplateId, Version: '1' },
      }),
    )
    expect(Instances?.[0]?.InstanceType).toBe('t3.small')
    expect(Instances?.[0]?.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'from', Value: 'template' },
        { Key: 'aws:ec2launchtemplate:version', Value: '1' },
      ]),
    )
    const again = new CreateLaunchTemplateCommand({ LaunchTemplateName: 'shop', LaunchTemplateData: data })
    expect(await codeOf(ec2.send(again))).toBe(
      'InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.',
    )
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }))
    expect(await codeOf(ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId })))).toMatch(
      /^InvalidLaunchTemplateId.NotFound/,
    )
  })

  it('makes, changes, shows and removes images with their snapshots', async () => {
    const { ec2 } = cloud
    const id = await run(ec2, '#!/bin/sh\npoweroff\n')
    await reached(ec2, id, 'stopped')
    const TagSpecifications = (['image', 'snapshot'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: [{ Key: 'app', Value: 'shop' }],
    }))
    const create = (Name: string) =>
      ec2.send(new CreateImageCommand({ InstanceId: id, Name, TagSpecifications }))
    const { ImageId = '' } = await create('shop-1.0.0')
    expect(await codeOf(create('shop-1.0.0'))).toBe(
      `InvalidAMIName.Duplicate: AMI name shop-1.0.0 is already in use by AMI ${ImageId}`,
    )
    expect(await codeOf(create('no:colon'))).toMatch(/^InvalidAMIName.Malformed/)
    const mine = new DescribeImagesCommand({
      Owners: ['self'],
      Filters: [
        { Name: 'name', Values: ['shop-*'] },
        { Name: 'tag:app', Values: ['shop'] },
      ],
    })
    const image = await until('it is available', async () => {
      const { Images } = await ec2.send(mine)
      return Images?.[0]?.State === 'available' ? Images[0] : undefined
    })
    expect(image.ImageId).toBe(ImageId)
    await ec2.send(new ModifyImageAttributeCommand({ ImageId, Description: { Value: 'sold' } }))
    const described = await ec2.send(new DescribeImageAttributeCommand({ ImageId, Attribute: 'description' }))
    expect(described.Description?.Value).toBe('sold')
    expect(
      await codeOf(
        ec2.send(new ModifyImageAttributeCommand({ ImageId: baseImageId, Description: { Value: 'x' } })),
      ),
    ).toMatch(/^AuthFailure/)
    const { Snapshots } = await ec2.send(
      new DescribeSnapshotsCommand({ Filters: [{ Name: 'tag:app', Values: ['shop'] }] }),
    )
    expect(Snapshots?.map((each) => [each.State, each.Progress])).toEqual([['completed', '100%']])
    expect(
      await codeOf(ec2.send(new DeleteSnapshotCommand({ SnapshotId: Snapshots?.[0]?.SnapshotId ?? '' }))),
    ).toMatch(/^InvalidSnapshot.InUse/)
    await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }))
    expect((await ec2.send(new DescribeSnapshotsCommand({}))).Snapshots).toEqual([])
    expect(await codeOf(launch({ ImageId }))).toMatch(/^InvalidAMIID.NotFound/)
  })

  it('makes the next image fail when told so', async () => {
    const { ec2 } = cloud
    const id = await run(ec2, '#!/bin/sh\npoweroff\n')
    await reached(ec2, id, 'stopped')
    await cloud.control('PUT', '/knobs', { failNextImages: 1 })
    const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId: id, Name: 'will-fail' }))
    const failed = await until('it fails', async () => {
      const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId ?? ''] }))
      return Images?.[0]?.State === 'failed' ? Images[0] : undefined
    })
    expect(failed.StateReason?.Code).toBe('Server.InternalError')
  })

  it('refuses reserved tags, unknown resources and unknown filters', async () => {
    const { ec2 } = cloud
    const id = await run(ec2, '#!/bin/sh\n')
    const tag = (Resources: string[], Key: string) =>
      codeOf(ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'v' }] })))
    expect(await tag([id], 'aws:mine')).toMatch(/^InvalidParameterValue/)
    expect(await tag(['i-0123456789abcdef0'], 'k')).toMatch(/^InvalidInstanceID.NotFound/)
    expect(await tag(['nonsense-1'], 'k')).toMatch(/^InvalidID/)
    const Filters = [{ Name: 'colour', Values: ['red'] }]
    expect(await codeOf(ec2.send(new DescribeInstancesCommand({ Filters })))).toBe(
      "InvalidParameterValue: The filter 'colour' is invalid",
    )
    expect(
      await codeOf(ec2.send(new DescribeInstancesCommand({ InstanceIds: [id], MaxResults: 5 }))),
    ).toMatch(/^InvalidParameterCombination/)
  })

  it('keeps security groups', async () => {
    const { ec2 } = cloud
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }),
    )
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['web', 'default'] }] }),
    )
    expect(SecurityGroups?.map((each) => each.GroupName).sort()).toEqual(['default', 'web'])
    const { Instances } = await launch({ SecurityGroupIds: [GroupId ?? ''] })
    expect(Instances?.[0]?.SecurityGroups).toEqual([{ GroupId, GroupName: 'web' }])
  })
})
