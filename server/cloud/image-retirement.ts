import {
  DeleteSnapshotCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  paginateDescribeImages,
  type Image,
} from '@aws-sdk/client-ec2'
import type { DeleteSnapshot } from '../domain/call.js'
import type { AccountImage } from '../domain/image-retention.js'
import type { ImageCloud, RetiringImageSeen } from '../engine/ports-images.js'
import type { Clients, ServiceClients } from './clients.js'
import { codeOf } from './faults.js'
import { readImageReferences } from './image-references.js'
import { asDeregistered, deregisterImageRequest } from './images.js'
import { awsRequest, performRequest, type AwsRequest } from './request.js'
import { tagValue } from './tags.js'
import { allPages, orNull } from './tolerant-reads.js'

/** AWS as the end of an image needs it. */
export function makeImageCloud({ readers, writers }: Clients, now: () => Date): ImageCloud {
  return {
    references: () => readImageReferences(readers, now()),
    ownImages: () => ownImages(readers),
    sharedWith: (imageId) => sharedWith(readers, imageId),
    async observeImage(imageId, snapshots) {
      const at = now()
      const [image, left] = await Promise.all([seen(readers, imageId), standing(readers, snapshots)])
      return { at, image, snapshots: left }
    },
    async perform(call, beforeSend, signal) {
      if (call.type === 'DeleteSnapshot')
        return performRequest(writers, deleteSnapshotRequest(call), beforeSend, signal)
      if (call.type !== 'DeregisterImage') throw new Error(`${call.type} is no call of an image's end.`)
      try {
        return await performRequest(writers, deregisterImageRequest(call), beforeSend, signal)
      } catch (error) {
        throw asDeregistered(error)
      }
    },
  }
}

export function deleteSnapshotRequest({ snapshotId }: DeleteSnapshot): AwsRequest {
  return awsRequest('ec2', new DeleteSnapshotCommand({ SnapshotId: snapshotId }))
}

/** A thousand a page. Images of other accounts and those without any mark of Delling’s are never looked at. */
export async function ownImages({ ec2 }: ServiceClients): Promise<readonly AccountImage[]> {
  const images = await allPages(
    paginateDescribeImages(
      { client: ec2 },
      { Owners: ['self'], Filters: [{ Name: 'tag-key', Values: ['delling:owner'] }], MaxResults: 1000 },
    ),
    (page) => page.Images,
  )
  return images.map(accountImage)
}

function accountImage(image: Image): AccountImage {
  const disks = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs ? [Ebs] : []))
  const createdAt = new Date(image.CreationDate ?? Number.NaN)
  return {
    imageId: image.ImageId ?? '',
    state: image.State ?? '',
    owner: tagValue(image.Tags, 'delling:owner'),
    createdAt: Number.isNaN(createdAt.getTime()) ? null : createdAt,
    isPublic: image.Public ?? false,
    sizeGib: disks.reduce((sum, { VolumeSize = 0 }) => sum + VolumeSize, 0),
    snapshots: disks.filter(({ SnapshotId }) => SnapshotId !== undefined).length,
  }
}

async function sharedWith({ ec2 }: ServiceClients, imageId: string): Promise<readonly string[]> {
  const { LaunchPermissions = [] } = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId: imageId, Attribute: 'launchPermission' }),
  )
  return LaunchPermissions.map(
    ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
      UserId ??
      (Group === 'all' ? 'everybody' : Group) ??
      OrganizationArn ??
      OrganizationalUnitArn ??
      'somebody',
  )
}

async function seen({ ec2 }: ServiceClients, imageId: string): Promise<RetiringImageSeen['image']> {
  try {
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
    const image = Images?.[0]
    if (!image) return null
    return {
      state: image.State ?? '',
      owner: tagValue(image.Tags, 'delling:owner'),
      snapshots: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    }
  } catch (error) {
    // Malformed, unavailable, not found: there is no such image any more.
    if (codeOf(error).startsWith('InvalidAMIID')) return null
    throw error
  }
}

/** One by one: named together, one that is gone would hide the others. */
async function standing({ ec2 }: ServiceClients, snapshots: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    snapshots.map((id) => orNull(() => ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] })))),
  )
  return found.flatMap((reply) => (reply?.Snapshots ?? []).map(({ SnapshotId }) => SnapshotId ?? ''))
}
