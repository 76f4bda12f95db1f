import {
  CreateImageCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  type Image,
} from '@aws-sdk/client-ec2'
import type { CreateImage, DeregisterImage, RequireImdsV2 } from '../domain/call.js'
import { CallRefused, type ImageSeen } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { codeOf } from './faults.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

/** Only ever sent for a stopped builder, so nothing has to be rebooted. */
export function createImageRequest(call: CreateImage): AwsRequest {
  const tags = keyedTags(call.tags)
  return awsRequest(
    'ec2',
    new CreateImageCommand({
      InstanceId: call.instanceId,
      Name: call.name,
      Description: call.description,
      TagSpecifications: [
        { ResourceType: 'image', Tags: tags },
        { ResourceType: 'snapshot', Tags: tags },
      ],
    }),
    (reply) => ({ ImageId: reply.ImageId }),
  )
}

/** Cannot be undone by anybody, which is the point of it. */
export function requireImdsV2Request(call: RequireImdsV2): AwsRequest {
  return awsRequest(
    'ec2',
    new ModifyImageAttributeCommand({ ImageId: call.imageId, ImdsSupport: { Value: 'v2.0' } }),
  )
}

/** Takes the image's snapshots with it. */
export function deregisterImageRequest(call: DeregisterImage): AwsRequest {
  return awsRequest(
    'ec2',
    new DeregisterImageCommand({ ImageId: call.imageId, DeleteAssociatedSnapshots: true }),
  )
}

/**
 * EC2 calls an image unavailable that is deregistered already: for a repeated DeregisterImage it is gone. Whoever launches
 * from it or changes it is refused by the same code.
 */
export function asDeregistered(error: unknown): unknown {
  return error instanceof CallRefused && error.code === 'InvalidAMIID.Unavailable'
    ? new CallRefused(error.code, error.message, error.requestId, 'gone')
    : error
}

/** Our image by its id, else by its name; null when EC2 shows none. */
export async function seenImage(
  { ec2 }: ServiceClients,
  { imageId, imageName }: { readonly imageId: string | null; readonly imageName: string | null },
): Promise<ImageSeen | null> {
  if (imageId === null && imageName === null) return null
  try {
    const { Images } = await ec2.send(
      new DescribeImagesCommand(
        imageId === null
          ? { Owners: ['self'], Filters: [{ Name: 'name', Values: [imageName ?? ''] }] }
          : { ImageIds: [imageId] },
      ),
    )
    const image = Images?.[0]
    return image ? imageSeen(image) : null
  } catch (error) {
    if (codeOf(error).startsWith('InvalidAMIID')) return null
    throw error
  }
}

function imageSeen(image: Image): ImageSeen {
  const { StateReason, CreationDate, Tags } = image
  return {
    imageId: image.ImageId ?? '',
    name: image.Name ?? '',
    state: image.State ?? '',
    stateReason: StateReason ? [StateReason.Code, StateReason.Message].filter(Boolean).join(': ') : null,
    imdsV2Required: image.ImdsSupport === 'v2.0',
    tags: Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    createdAt: CreationDate ? new Date(CreationDate) : null,
  }
}
