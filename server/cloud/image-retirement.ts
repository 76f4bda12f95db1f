import { DeleteSnapshotCommand, DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import type { DeleteSnapshot } from '../domain/call.js'
import type { ImageCloud, RetiringImageSeen } from '../engine/ports-images.js'
import type { Clients, ServiceClients } from './clients.js'
import { codeOf } from './faults.js'
import { readImageReferences } from './image-references.js'
import { asDeregistered, deregisterImageRequest } from './images.js'
import { awsRequest, performRequest, type AwsRequest } from './request.js'
import { tagValue } from './tags.js'
import { orNull } from './tolerant-reads.js'

/** AWS as the end of an image needs it. */
export function makeImageCloud({ readers, writers }: Clients, now: () => Date): ImageCloud {
  return {
    references: () => readImageReferences(readers, now()),
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
