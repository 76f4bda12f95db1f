import {
  CreateLaunchTemplateCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteTagsCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2'
import type { CreateLaunchTemplate, CreateTags, DeleteLaunchTemplate, DeleteTags } from '../domain/call.js'
import { fieldsOf, listOf, textOf, type Fields } from '../domain/fields.js'
import { sdkFields } from './plain-fields.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function createLaunchTemplateRequest(call: CreateLaunchTemplate): AwsRequest {
  const { carried = {} } = call
  const { TagSpecifications, MetadataOptions, NetworkInterfaces, ...rest } = carried
  const cards = listOf(NetworkInterfaces)
  const tags = tagSpecifications(call, listOf(TagSpecifications))
  return awsRequest(
    'ec2',
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: call.name,
      ClientToken: call.token,
      LaunchTemplateData: {
        ...sdkFields(rest),
        ImageId: call.imageId,
        // Requirements choose the type by themselves; AWS takes no type beside them.
        ...(rest.InstanceRequirements === undefined && { InstanceType: call.instanceType as never }),
        ...securityOf(call, cards),
        UserData: Buffer.from(call.userData, 'utf8').toString('base64'),
        // Two hops, so that an application in a container still reaches the metadata.
        MetadataOptions: {
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 2,
          ...sdkFields(fieldsOf(MetadataOptions)),
        },
        ...(call.instanceProfile !== null && { IamInstanceProfile: instanceProfile(call.instanceProfile) }),
        ...(tags.length > 0 && { TagSpecifications: tags }),
      },
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: keyedTags(call.tags) }],
    }),
    (reply) => ({ LaunchTemplateId: reply.LaunchTemplate?.LaunchTemplateId }),
  )
}

/** AWS takes security groups inside the interfaces where there are any. */
function securityOf({ securityGroupIds }: CreateLaunchTemplate, cards: readonly Fields[]) {
  const groups = [...securityGroupIds]
  if (cards.length === 0) return groups.length > 0 ? { SecurityGroupIds: groups } : {}
  return {
    NetworkInterfaces: cards.map((card, index) => ({
      ...sdkFields(card),
      ...(index === 0 && groups.length > 0 ? { Groups: groups } : {}),
    })),
  }
}

/** Our marks on instances and volumes win over carried tags of the same key. */
function tagSpecifications({ instanceTags }: CreateLaunchTemplate, carried: readonly Fields[]) {
  const carriedOf = (type: string) =>
    carried
      .filter(({ ResourceType }) => ResourceType === type)
      .flatMap(({ Tags }) => listOf(Tags).map(({ Key, Value }) => [textOf(Key), textOf(Value)] as const))
  const types = ['instance', 'volume', ...carried.map(({ ResourceType }) => textOf(ResourceType))]
  return [...new Set(types)].flatMap((type) => {
    const ours = type === 'instance' || type === 'volume' ? instanceTags : {}
    const tags = keyedTags({ ...Object.fromEntries(carriedOf(type)), ...ours })
    return tags.length > 0 ? [{ ResourceType: type as ResourceType, Tags: tags }] : []
  })
}

export function deleteLaunchTemplateRequest(call: DeleteLaunchTemplate): AwsRequest {
  return awsRequest('ec2', new DeleteLaunchTemplateCommand({ LaunchTemplateId: call.launchTemplateId }))
}

/** A profile is given by its name or by its ARN. */
export function instanceProfile(profile: string): { Name: string } | { Arn: string } {
  return profile.startsWith('arn:') ? { Arn: profile } : { Name: profile }
}

export function createTagsRequest({ launchTemplateId, tags }: CreateTags): AwsRequest {
  return awsRequest('ec2', new CreateTagsCommand({ Resources: [launchTemplateId], Tags: keyedTags(tags) }))
}

export function deleteTagsRequest({ launchTemplateId, keys }: DeleteTags): AwsRequest {
  const tags = keys.map((Key) => ({ Key }))
  return awsRequest('ec2', new DeleteTagsCommand({ Resources: [launchTemplateId], Tags: tags }))
}
