import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { type Filter, filtered } from './filters.js'
import { imageOf, ownImage } from './images.js'
import type { Imaging } from './imaging.js'
import { allFound, found } from './ids.js'
import { page, type PageRequest } from './pages.js'
import type { ImageRecord, SnapshotRecord } from './records.js'

interface Permission {
  readonly UserId?: string
  readonly Group?: string
}

interface ImageChange {
  readonly ImageId: string
  readonly ImdsSupport?: { readonly Value?: string }
  readonly Description?: { readonly Value?: string }
  readonly Attribute?: string
  readonly Value?: string
  readonly OperationType?: string
  readonly UserIds?: readonly string[]
  readonly UserGroups?: readonly string[]
  readonly LaunchPermission?: {
    readonly Add?: readonly Permission[]
    readonly Remove?: readonly Permission[]
  }
}

export function imageAttributeOperations(core: Ec2Core, imaging: Imaging): Record<string, Operation> {
  const { state, cloud, tags } = core
  const setDeprecation = (imageId: string, at: number | undefined) => {
    const image = ownImage(core, imageId)
    if (at !== undefined && at < core.now())
      throw new AwsFault('InvalidParameterValue', 'The deprecation date must be in the future.')
    image.deprecatedAt = at
    cloud.state.changed()
    return { Return: true }
  }
  const setDisabled = (imageId: string, disabled: boolean) => {
    const image = ownImage(core, imageId)
    if (image.state === (disabled ? 'available' : 'disabled'))
      image.state = disabled ? 'disabled' : 'available'
    cloud.state.changed()
    return { Return: true }
  }
  return {
    ModifyImageAttribute: (input: ImageChange) => {
      modify(ownImage(core, input.ImageId), input)
      cloud.state.changed()
      return {}
    },
    DescribeImageAttribute: (input: { ImageId: string; Attribute: string }) => {
      const image = imageOf(core, input.ImageId)
      return { ImageId: image.imageId, ...attribute(image, input.Attribute) }
    },
    EnableImageDeprecation: (input: { ImageId: string; DeprecateAt: Date }) =>
      setDeprecation(input.ImageId, input.DeprecateAt.getTime()),
    DisableImageDeprecation: (input: { ImageId: string }) => setDeprecation(input.ImageId, undefined),
    DisableImage: (input: { ImageId: string }) => setDisabled(input.ImageId, true),
    EnableImage: (input: { ImageId: string }) => setDisabled(input.ImageId, false),
    DescribeSnapshots: (
      input: PageRequest & { SnapshotIds?: string[]; OwnerIds?: string[]; Filters?: Filter[] },
    ) => {
      if (input.SnapshotIds && input.MaxResults !== undefined)
        throw new AwsFault(
          'InvalidParameterCombination',
          'The parameter snapshotSet cannot be used with the parameter maxResults',
        )
      const named =
        input.SnapshotIds && allFound('snapshot', input.SnapshotIds, (id) => core.state.snapshots[id])
      const isOwner = ({ ownerId }: SnapshotRecord, owner: string) =>
        owner === ownerId || (owner === 'self' && ownerId === cloud.accountId)
      const all = (named ?? Object.values(state.snapshots)).filter(
        (each) => input.OwnerIds?.some((owner) => isOwner(each, owner)) ?? true,
      )
      const fields = {
        'snapshot-id': (each: SnapshotRecord) => each.snapshotId,
        status: (each: SnapshotRecord) => each.state,
        'volume-id': (each: SnapshotRecord) => each.volumeId,
        'owner-id': (each: SnapshotRecord) => each.ownerId,
        description: (each: SnapshotRecord) => each.description,
        'start-time': (each: SnapshotRecord) => new Date(each.startedAt).toISOString(),
        progress: (each: SnapshotRecord) => (each.state === 'completed' ? '100%' : '0%'),
        'volume-size': () => 8,
        encrypted: () => false,
        'storage-tier': () => 'standard',
        'owner-alias': () => undefined,
      }
      const kept = filtered(all, input.Filters, fields, (each) => tags.of(each.snapshotId))
      const { items, NextToken } = page(kept, (each) => each.snapshotId, input)
      return { Snapshots: items.map((each) => describeSnapshot(core, each)), NextToken }
    },
    DeleteSnapshot: (input: { SnapshotId: string }) => {
      const snapshot = snapshotOf(core, input.SnapshotId)
      const user = Object.values(state.images).find((each) => each.snapshotId === snapshot.snapshotId)
      if (user)
        throw new AwsFault(
          'InvalidSnapshot.InUse',
          `The snapshot ${snapshot.snapshotId} is currently in use by ${user.imageId}`,
        )
      imaging.removeSnapshot(snapshot.snapshotId)
      return {}
    },
  }
}

const snapshotOf = (core: Ec2Core, snapshotId: string): SnapshotRecord =>
  found('snapshot', snapshotId, (id) => core.state.snapshots[id])

const describeSnapshot = (core: Ec2Core, snapshot: SnapshotRecord): object => ({
  SnapshotId: snapshot.snapshotId,
  VolumeId: snapshot.volumeId,
  OwnerId: snapshot.ownerId,
  Description: snapshot.description,
  StartTime: new Date(snapshot.startedAt),
  State: snapshot.state,
  Progress: snapshot.state === 'completed' ? '100%' : '0%',
  VolumeSize: 8,
  Encrypted: false,
  StorageTier: 'standard',
  Tags: core.tags.list(snapshot.snapshotId),
})

/** One attribute a call, as EC2 has it. `ImdsSupport` cannot be taken back. */
function modify(image: ImageRecord, input: ImageChange): void {
  const description =
    input.Description?.Value ?? (input.Attribute === 'description' ? input.Value : undefined)
  const imds = input.ImdsSupport?.Value ?? (input.Attribute === 'imdsSupport' ? input.Value : undefined)
  if (imds !== undefined) {
    if (imds !== 'v2.0')
      throw new AwsFault('InvalidParameterValue', `Value ( ${imds} ) for parameter imdsSupport is invalid.`)
    image.imdsV2 = true
  } else if (description !== undefined) image.description = description
  else if (input.LaunchPermission || input.Attribute === 'launchPermission') {
    const { Add, Remove } = input.LaunchPermission ?? permissionsOf(input)
    for (const each of [...(Add ?? []), ...(Remove ?? [])]) checkPermission(each)
    const removed = new Set(Remove?.map((each) => each.UserId ?? each.Group))
    const added = Add?.map((each) => each.UserId ?? each.Group ?? '') ?? []
    image.launchUsers = [...new Set([...image.launchUsers.filter((each) => !removed.has(each)), ...added])]
  } else throw new AwsFault('InvalidParameterCombination', 'No attributes specified.')
}

/** The call's older form: who, and whether to add or to remove. */
function permissionsOf(input: ImageChange): NonNullable<ImageChange['LaunchPermission']> {
  const who = [
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.UserGroups ?? []).map((Group) => ({ Group })),
  ]
  if (input.OperationType === 'add') return { Add: who }
  if (input.OperationType === 'remove') return { Remove: who }
  throw new AwsFault(
    'InvalidParameterValue',
    `Value (${input.OperationType}) for parameter operationType is invalid. Valid values: add, remove.`,
  )
}

function checkPermission({ UserId, Group }: Permission): void {
  const [kind, value] = UserId === undefined ? ['userGroup', Group] : ['userId', UserId]
  if (kind === 'userId' ? /^\d{12}$/.test(value ?? '') : value === 'all') return
  throw new AwsFault(
    'InvalidAMIAttributeItemValue',
    `Invalid attribute item value "${value}" for ${kind} item type.`,
  )
}

function attribute(image: ImageRecord, name: string): object {
  switch (name) {
    case 'description':
      return { Description: { Value: image.description } }
    case 'imdsSupport':
      return { ImdsSupport: { Value: image.imdsV2 ? 'v2.0' : undefined } }
    case 'launchPermission':
      return {
        LaunchPermissions: image.launchUsers.map((each) =>
          each === 'all' ? { Group: each } : { UserId: each },
        ),
      }
    case 'blockDeviceMapping':
      return {
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { SnapshotId: image.snapshotId, VolumeSize: 8 } },
        ],
      }
    default:
      throw new AwsFault(
        'InvalidParameterValue',
        `Value (${name}) for parameter attribute is invalid. Unknown attribute.`,
      )
  }
}
