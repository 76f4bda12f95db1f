import { CreateLaunchTemplateCommand, DeleteLaunchTemplateCommand } from '@aws-sdk/client-ec2'
import type { CreateLaunchTemplate, DeleteLaunchTemplate } from '../domain/call.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function createLaunchTemplateRequest(call: CreateLaunchTemplate): AwsRequest {
  const instanceTags = keyedTags(call.instanceTags)
  return awsRequest(
    'ec2',
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: call.name,
      ClientToken: call.token,
      LaunchTemplateData: {
        ImageId: call.imageId,
        InstanceType: call.instanceType as never,
        ...(call.securityGroupIds.length > 0 && { SecurityGroupIds: [...call.securityGroupIds] }),
        UserData: Buffer.from(call.userData, 'utf8').toString('base64'),
        // Two hops, so that an application in a container still reaches the metadata.
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
        ...(call.instanceProfile !== null && { IamInstanceProfile: instanceProfile(call.instanceProfile) }),
        ...(instanceTags.length > 0 && {
          TagSpecifications: [
            { ResourceType: 'instance', Tags: instanceTags },
            { ResourceType: 'volume', Tags: instanceTags },
          ],
        }),
      },
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: keyedTags(call.tags) }],
    }),
    (reply) => ({ LaunchTemplateId: reply.LaunchTemplate?.LaunchTemplateId }),
  )
}

export function deleteLaunchTemplateRequest(call: DeleteLaunchTemplate): AwsRequest {
  return awsRequest('ec2', new DeleteLaunchTemplateCommand({ LaunchTemplateId: call.launchTemplateId }))
}

/** A profile is given by its name or by its ARN. */
export function instanceProfile(profile: string): { Name: string } | { Arn: string } {
  return profile.startsWith('arn:') ? { Arn: profile } : { Name: profile }
}
