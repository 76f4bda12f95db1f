import {
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2'
import type { Bake } from '../domain/bake.js'
import type {
  CreateImage,
  DeregisterImage,
  RequireImdsV2,
  RunBuilder,
  TerminateBuilder,
} from '../domain/call.js'
import type { BuilderSeen } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { codeOf } from './faults.js'
import { createImageRequest, deregisterImageRequest, requireImdsV2Request } from './images.js'
import { instanceProfile } from './launch-template-requests.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags, tagValue } from './tags.js'

/** The calls of a bake. */
export type BakeCall = RunBuilder | TerminateBuilder | CreateImage | RequireImdsV2 | DeregisterImage

/** Translates a bake's call into the AWS request that it is. */
export function bakeRequestFor(call: BakeCall): AwsRequest {
  switch (call.type) {
    case 'RunBuilder':
      return runBuilderRequest(call)
    case 'TerminateBuilder':
      return awsRequest('ec2', new TerminateInstancesCommand({ InstanceIds: [call.instanceId] }))
    case 'CreateImage':
      return createImageRequest(call)
    case 'RequireImdsV2':
      return requireImdsV2Request(call)
    case 'DeregisterImage':
      return deregisterImageRequest(call)
  }
}

/** Powering off must stop the builder, never terminate it: its volume is what the image is made from. */
function runBuilderRequest(call: RunBuilder): AwsRequest {
  const tags = keyedTags(call.tags)
  return awsRequest(
    'ec2',
    new RunInstancesCommand({
      ImageId: call.imageId,
      MinCount: 1,
      MaxCount: 1,
      InstanceType: call.instanceType as never,
      SubnetId: call.subnetId,
      SecurityGroupIds: [...call.securityGroupIds],
      UserData: Buffer.from(call.userData, 'utf8').toString('base64'),
      InstanceInitiatedShutdownBehavior: 'stop',
      // One hop: nothing but the builder itself has to do with its role.
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      ClientToken: call.token,
      ...(call.instanceProfile !== null && { IamInstanceProfile: instanceProfile(call.instanceProfile) }),
      ...(call.rootDeviceName !== null && {
        BlockDeviceMappings: [{ DeviceName: call.rootDeviceName, Ebs: { DeleteOnTermination: true } }],
      }),
      TagSpecifications: [
        { ResourceType: 'instance', Tags: tags },
        { ResourceType: 'volume', Tags: tags },
        { ResourceType: 'network-interface', Tags: tags },
      ],
    }),
    (reply) => ({ InstanceId: reply.Instances?.[0]?.InstanceId }),
  )
}

/** A bake's builder: by id once that is known, else by the tags of its present attempt; null when EC2 shows none. */
export async function seenBuilder({ ec2 }: ServiceClients, bake: Bake): Promise<BuilderSeen | null> {
  try {
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand(
        bake.builderId === null
          ? {
              Filters: [
                { Name: 'tag:delling:bake', Values: [bake.id] },
                { Name: 'tag:delling:attempt', Values: [String(bake.attempt)] },
              ],
            }
          : { InstanceIds: [bake.builderId] },
      ),
    )
    const instance = Reservations?.flatMap((one) => one.Instances ?? [])[0]
    return instance ? builderSeen(instance) : null
  } catch (error) {
    if (codeOf(error).startsWith('InvalidInstanceID')) return null
    throw error
  }
}

/** Builders of a bake's earlier attempts that run, by id. A bake at its first attempt is not asked about. */
export async function strayBuilders({ ec2 }: ServiceClients, bake: Bake): Promise<readonly string[]> {
  if (bake.attempt === 1) return []
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag:delling:bake', Values: [bake.id] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ],
    }),
  )
  return (Reservations ?? [])
    .flatMap((one) => one.Instances ?? [])
    .filter(({ Tags }) => tagValue(Tags, 'delling:attempt') !== String(bake.attempt))
    .flatMap(({ InstanceId }) => InstanceId ?? [])
}

function builderSeen(instance: Instance): BuilderSeen {
  const { StateReason, StateTransitionReason } = instance
  return {
    instanceId: instance.InstanceId ?? '',
    state: instance.State?.Name ?? '',
    stateReason: StateReason?.Code ?? StateReason?.Message ?? (StateTransitionReason || null),
    resultTag: tagValue(instance.Tags, 'delling:bake-result'),
  }
}
