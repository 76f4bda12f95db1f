import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { ClientTokens } from './client-tokens.js'
import { type Ec2Core, isVisible, visibleFrom } from './core.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { allFound, found, newId } from './ids.js'
import { instanceOf } from './instances.js'
import type { ImageRecord, TagSpecification } from './records.js'
import { page, type PageRequest } from './pages.js'
import { specifiedTags } from './tags.js'
import type { Imaging } from './imaging.js'

interface ImagesInput extends PageRequest {
  readonly ImageIds?: readonly string[]
  readonly Owners?: readonly string[]
  readonly ExecutableUsers?: readonly string[]
  readonly Filters?: readonly Filter[]
  readonly IncludeDeprecated?: boolean
}

interface CreateImageInput {
  readonly InstanceId: string
  readonly Name: string
  readonly Description?: string
  readonly NoReboot?: boolean
  readonly TagSpecifications?: readonly TagSpecification[]
  readonly DryRun?: boolean
}

const visible = (core: Ec2Core) => (id: string) => {
  const image = core.state.images[id]
  return image && isVisible(image) ? image : undefined
}

export const imageOf = (core: Ec2Core, imageId: string): ImageRecord => found('image', imageId, visible(core))

/** An image of this account: Amazon's cannot be changed. */
export function ownImage(core: Ec2Core, imageId: string): ImageRecord {
  const image = imageOf(core, imageId)
  if (image.ownerId === core.cloud.accountId) return image
  throw new AwsFault('AuthFailure', `Not authorized for image:${imageId}`, 403)
}

const fields: Filterable<ImageRecord> = {
  'image-id': (each) => each.imageId,
  name: (each) => each.name,
  description: (each) => each.description,
  state: (each) => each.state,
  'owner-id': (each) => each.ownerId,
  'owner-alias': (each) => each.ownerAlias,
  'is-public': (each) => each.isPublic,
  'block-device-mapping.snapshot-id': (each) => each.snapshotId,
  'source-instance-id': (each) => each.sourceInstanceId,
  'creation-date': (each) => new Date(each.createdAt).toISOString(),
  'image-type': () => 'machine',
  'root-device-type': () => 'ebs',
  'root-device-name': () => '/dev/xvda',
  'virtualization-type': () => 'hvm',
  architecture: () => 'x86_64',
  hypervisor: () => 'xen',
  'ena-support': () => 'true',
  'sriov-net-support': () => 'simple',
  'boot-mode': () => 'uefi-preferred',
  'platform-details': () => 'Linux/UNIX',
  'usage-operation': () => 'RunInstances',
  'imds-support': (each) => (each.imdsV2 ? 'v2.0' : undefined),
  'image-allowed': () => true,
  'source-image-id': (each) => each.sourceImageId,
  'state-reason-code': (each) => each.stateReason?.Code,
  'state-reason-message': (each) => each.stateReason?.Message,
  'block-device-mapping.device-name': () => '/dev/xvda',
  'block-device-mapping.delete-on-termination': () => true,
  'block-device-mapping.encrypted': () => false,
  'block-device-mapping.volume-size': () => 8,
  'block-device-mapping.volume-type': () => 'gp3',
  platform: () => undefined,
  'kernel-id': () => undefined,
  'ramdisk-id': () => undefined,
  'product-code': () => undefined,
}

function describeImage(core: Ec2Core, image: ImageRecord): object {
  const snapshotAt = {
    SnapshotId: image.snapshotId,
    VolumeSize: 8,
    VolumeType: 'gp3',
    DeleteOnTermination: true,
  }
  return {
    ImageId: image.imageId,
    Name: image.name,
    Description: image.description,
    ImageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    ImageType: 'machine',
    State: image.state,
    StateReason: image.stateReason,
    OwnerId: image.ownerId,
    ImageOwnerAlias: image.ownerAlias,
    Public: image.isPublic,
    ImageAllowed: true,
    CreationDate: new Date(image.createdAt).toISOString(),
    DeprecationTime: image.deprecatedAt && new Date(image.deprecatedAt).toISOString(),
    LastLaunchedTime: image.lastLaunchedAt && new Date(image.lastLaunchedAt).toISOString(),
    Architecture: 'x86_64',
    RootDeviceType: 'ebs',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { ...snapshotAt, Encrypted: false } }],
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    EnaSupport: true,
    SriovNetSupport: 'simple',
    BootMode: 'uefi-preferred',
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    ImdsSupport: image.imdsV2 ? 'v2.0' : undefined,
    SourceInstanceId: image.sourceInstanceId,
    SourceImageId: image.sourceImageId,
    Tags: core.tags.list(image.imageId),
  }
}

export function imageOperations(core: Ec2Core, imaging: Imaging): Record<string, Operation> {
  const { state, cloud, tags } = core
  const tokens = new ClientTokens(state.tokens)
  return {
    DescribeImages: (input: ImagesInput) => {
      const owned = (image: ImageRecord, owner: string) =>
        owner === 'self'
          ? image.ownerId === cloud.accountId
          : owner === image.ownerAlias || owner === image.ownerId
      const all =
        (input.ImageIds && allFound('image', input.ImageIds, visible(core))) ??
        Object.values(state.images).filter(isVisible)
      const executable = (image: ImageRecord, user: string) =>
        user === 'all'
          ? image.isPublic || image.launchUsers.includes('all')
          : user === 'self'
            ? image.isPublic || image.launchUsers.includes(cloud.accountId)
            : image.launchUsers.includes(user)
      const shown = all.filter(
        (image) =>
          (input.Owners?.some((owner) => owned(image, owner)) ?? true) &&
          (input.ExecutableUsers?.some((user) => executable(image, user)) ?? true),
      )
      const kept = filtered(shown, input.Filters, fields, (each) => tags.of(each.imageId))
      const { items, NextToken } = page(kept, (each) => each.imageId, input, { least: 1, most: 1000 })
      return { Images: items.map((each) => describeImage(core, each)), NextToken }
    },
    CreateImage: (input: CreateImageInput) => createImage(core, imaging, input),
    CopyImage: (input: {
      Name: string
      SourceImageId: string
      SourceRegion: string
      ClientToken?: string
      Description?: string
      CopyImageTags?: boolean
      TagSpecifications?: TagSpecification[]
    }) => {
      const source = imageOf(core, input.SourceImageId)
      if (input.SourceRegion !== cloud.region)
        throw new AwsFault('InvalidParameterValue', `Invalid region: ${input.SourceRegion}`)
      const earlier = tokens.earlier('CopyImage', input.ClientToken, input)
      if (earlier) return { ImageId: earlier[0] }
      if (source.state !== 'available')
        throw new AwsFault('InvalidRequest', `The image ${source.imageId} is not available.`)
      const copy = newImage(core, input, {
        description: input.Description ?? '',
        sourceImageId: source.imageId,
      })
      if (input.CopyImageTags) tags.setOwned(copy.imageId, tags.of(source.imageId))
      tokens.remember('CopyImage', input.ClientToken, input, [copy.imageId])
      imaging.copy(source, copy)
      return { ImageId: copy.imageId }
    },
    DeregisterImage: async (input: { ImageId: string; DeleteAssociatedSnapshots?: boolean }) => {
      const image = ownImage(core, input.ImageId)
      await imaging.remove(image)
      if (!input.DeleteAssociatedSnapshots) return { Return: true }
      imaging.removeSnapshot(image.snapshotId)
      return {
        Return: true,
        DeleteSnapshotResults: [{ SnapshotId: image.snapshotId, ReturnCode: 'success' }],
      }
    },
  }
}

function checkName(core: Ec2Core, name: string): void {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name))
    throw new AwsFault(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/', '_', '[', ']', '@', ''' and ' '",
    )
  const taken = Object.values(core.state.images).find(
    (each) => each.name === name && each.ownerId === core.cloud.accountId && each.state !== 'failed',
  )
  if (taken)
    throw new AwsFault(
      'InvalidAMIName.Duplicate',
      `AMI name ${name} is already in use by AMI ${taken.imageId}`,
    )
}

function createImage(core: Ec2Core, imaging: Imaging, input: CreateImageInput): object {
  const instance = instanceOf(core, input.InstanceId)
  if (instance.state !== 'running' && instance.state !== 'stopped')
    throw new AwsFault(
      'IncorrectInstanceState',
      `Instance '${instance.instanceId}' is not in the 'running' or 'stopped' states.`,
    )
  checkName(core, input.Name)
  specifiedTags(input.TagSpecifications, 'image', ['image', 'snapshot'])
  if (input.DryRun)
    throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
  const image = newImage(core, input, {
    description: input.Description ?? '',
    sourceInstanceId: instance.instanceId,
    sourceImageId: instance.imageId,
    volumeId: instance.volumeId,
    imdsV2: core.state.images[instance.imageId]?.imdsV2 ?? false,
  })
  imaging.capture(instance, image, input.NoReboot ?? false)
  return { ImageId: image.imageId }
}

interface Origin {
  readonly description: string
  readonly sourceInstanceId?: string
  readonly sourceImageId?: string
  readonly volumeId?: string
  readonly imdsV2?: boolean
}

function newImage(
  core: Ec2Core,
  input: { readonly Name: string; readonly TagSpecifications?: readonly TagSpecification[] },
  origin: Origin,
): ImageRecord {
  checkName(core, input.Name)
  const imageId = newId('ami')
  const snapshotId = newId('snap')
  const image: ImageRecord = {
    imageId,
    name: input.Name,
    ownerId: core.cloud.accountId,
    ownerAlias: undefined,
    createdAt: core.now(),
    snapshotId,
    sourceInstanceId: origin.sourceInstanceId,
    sourceImageId: origin.sourceImageId,
    disk: imageId,
    isPublic: false,
    description: origin.description,
    state: 'pending',
    stateReason: undefined,
    imdsV2: origin.imdsV2 ?? false,
    launchUsers: [],
    deprecatedAt: undefined,
    lastLaunchedAt: undefined,
    visibleAt: visibleFrom(core.cloud),
  }
  core.state.images[imageId] = image
  core.state.snapshots[snapshotId] = {
    snapshotId,
    volumeId: origin.volumeId ?? 'vol-ffffffff',
    ownerId: core.cloud.accountId,
    description: `Created by CreateImage(${origin.sourceInstanceId ?? origin.sourceImageId ?? ''}) for ${imageId}`,
    startedAt: core.now(),
    state: 'pending',
    visibleAt: image.visibleAt,
  }
  core.tags.set(imageId, specifiedTags(input.TagSpecifications, 'image', ['image', 'snapshot']))
  core.tags.set(snapshotId, specifiedTags(input.TagSpecifications, 'snapshot', ['image', 'snapshot']))
  core.cloud.state.changed()
  return image
}
