import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CopyImageCommand,
  DeleteLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeImageCloud } from '../../server/cloud/image-retirement.js'
import type { ImageCloud } from '../../server/engine/ports-images.js'
import { until } from '../support/until.js'
import { startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

let fixture: LocalCloudFixture
let images: ImageCloud
let imageId = ''
let snapshotId = ''

beforeAll(async () => {
  fixture = await startFixture()
  images = makeImageCloud(fixture.clients, () => new Date())
  const { ec2 } = fixture.clients.writers
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const copied = await ec2.send(
    new CopyImageCommand({
      Name: 'shop-1.0.0-ab12cd34',
      SourceImageId: Images[0]?.ImageId,
      SourceRegion: 'us-east-1',
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'delling:owner', Value: 'us' }] }],
    }),
  )
  imageId = copied.ImageId ?? ''
  await until(async () => (await images.observeImage(imageId, [])).image?.state === 'available')
  snapshotId = (await images.observeImage(imageId, [])).image?.snapshots[0] ?? ''
})
afterAll(() => fixture.stop())

const users = async () =>
  (await images.references()).references
    .filter((each) => each.imageId === imageId)
    .map(({ kind, name }) => `${kind} ${name}`)
const perform = (call: Parameters<ImageCloud['perform']>[0]) =>
  images.perform(call, () => undefined, AbortSignal.timeout(10_000))

describe('what of the account refers to an image', () => {
  it('is an instance until it is terminated', async () => {
    const { ec2 } = fixture.clients.writers
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({ ImageId: imageId, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' }),
    )
    const id = Instances[0]?.InstanceId ?? ''
    expect(await users()).toEqual([`instance ${id}`])
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await until(async () => (await users()).length === 0)
  })

  it('is a launch template by its first version or its newest', async () => {
    const { ec2 } = fixture.clients.writers
    const LaunchTemplateName = 'theirs'
    await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: { ImageId: imageId } }),
    )
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateName,
        LaunchTemplateData: { ImageId: 'ami-0123456789abcdef0' },
      }),
    )
    expect(await users()).toEqual(['launch template theirs'])
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName }))
    expect(await users()).toEqual([])
  })
})

describe('what the account says of our images', () => {
  it('is their mark, date and size, of none that carries no mark', async () => {
    const { ec2 } = fixture.clients.writers
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
    const plain = await ec2.send(
      new CopyImageCommand({
        Name: 'by-hand',
        SourceImageId: Images[0]?.ImageId,
        SourceRegion: 'us-east-1',
      }),
    )
    const listed = await images.ownImages()
    expect(listed).toMatchObject([
      { imageId, state: 'available', owner: 'us', isPublic: false, sizeGib: 8, snapshots: 1 },
    ])
    expect(listed[0]?.createdAt?.getTime()).toBeGreaterThan(0)
    await until(async () => (await images.observeImage(plain.ImageId ?? '', [])).image?.state === 'available')
    await perform({ type: 'DeregisterImage', imageId: plain.ImageId ?? '' })
  })

  it('is who else may launch from one', async () => {
    const { ec2 } = fixture.clients.writers
    expect(await images.sharedWith(imageId)).toEqual([])
    const change = (how: 'Add' | 'Remove') =>
      ec2.send(
        new ModifyImageAttributeCommand({
          ImageId: imageId,
          LaunchPermission: { [how]: [{ UserId: '210987654321' }, { Group: 'all' }] },
        }),
      )
    await change('Add')
    expect(await images.sharedWith(imageId)).toEqual(['210987654321', 'everybody'])
    await change('Remove')
    expect(await images.sharedWith(imageId)).toEqual([])
    await expect(images.sharedWith('ami-0123456789abcdef0')).rejects.toThrow()
  })

  it('names the groups that were read, so that a reading without ours shows', async () => {
    expect((await images.references()).groups).toEqual([])
  })
})

describe('the end of an image', () => {
  it('takes its snapshots along, and a repeated one finds it gone', async () => {
    expect(await images.observeImage(imageId, [snapshotId])).toMatchObject({
      image: { state: 'available', owner: 'us', snapshots: [snapshotId] },
      snapshots: [snapshotId],
    })
    await expect(perform({ type: 'DeleteSnapshot', snapshotId })).rejects.toMatchObject({
      code: 'InvalidSnapshot.InUse',
      means: 'refused',
    })
    const { requestId } = await perform({ type: 'DeregisterImage', imageId })
    expect(requestId).toBeTruthy()
    await until(async () => (await images.observeImage(imageId, [snapshotId])).image === null)
    expect((await images.observeImage(imageId, [snapshotId])).snapshots).toEqual([])
    await expect(perform({ type: 'DeregisterImage', imageId })).rejects.toMatchObject({ means: 'gone' })
    await expect(perform({ type: 'DeleteSnapshot', snapshotId })).rejects.toMatchObject({ means: 'gone' })
    const left = await fixture.clients.readers.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    expect(left.Snapshots).toEqual([])
  })
})
