import { AwsFault } from '../fault.js'
import { knownType } from './catalogue.js'
import type { Ec2Core } from './core.js'
import { baseImages } from './first-state.js'
import { found } from './ids.js'
import type { ImageRecord, SubnetRecord, TemplateData } from './records.js'
import { specifiedTags, type TagPair } from './tags.js'

export interface RunInput extends TemplateData {
  readonly MinCount?: number
  readonly MaxCount?: number
  readonly SubnetId?: string
  readonly ClientToken?: string
  readonly DryRun?: boolean
  readonly LaunchTemplate?: {
    readonly LaunchTemplateId?: string
    readonly LaunchTemplateName?: string
    readonly Version?: string
  }
}

type MetadataOptions = NonNullable<TemplateData['MetadataOptions']>

/** One checked launch: everything an instance record needs. */
export interface LaunchPlan {
  readonly image: ImageRecord
  readonly subnet: SubnetRecord
  readonly instanceType: string
  readonly groupIds: string[]
  readonly userData: string | undefined
  readonly keyName: string | undefined
  readonly profileArn: string | undefined
  readonly shutdownBehavior: 'stop' | 'terminate'
  readonly terminationProtected: boolean
  readonly monitoring: boolean
  readonly httpTokens: string
  readonly hopLimit: number
  readonly instanceTags: readonly TagPair[]
  readonly volumeTags: readonly TagPair[]
  readonly networkInterfaceTags: readonly TagPair[]
}

const MOST_USER_DATA = 16_384
const taggable = ['instance', 'volume', 'network-interface', 'spot-instances-request', 'elastic-gpu']

/** Checks a launch in the order in which EC2 does. Throws AwsFault with RunInstances' codes and messages. */
export function planLaunch(core: Ec2Core, input: RunInput, count: number): LaunchPlan {
  const image = imageFor(core, input.ImageId)
  const instanceType = input.InstanceType ?? 't3.micro'
  const type = knownType(instanceType)
  if (!type) throw new AwsFault('InvalidParameterValue', `Invalid value '${instanceType}' for InstanceType.`)
  const subnet = subnetFor(core, input)
  checkCapacity(core, instanceType, subnet.availabilityZone, count * type.vcpus)
  if (
    input.KeyName !== undefined &&
    !Object.values(core.state.keyPairs).some((pair) => pair.name === input.KeyName)
  )
    throw new AwsFault('InvalidKeyPair.NotFound', `The key pair '${input.KeyName}' does not exist`)
  const behavior = input.InstanceInitiatedShutdownBehavior ?? 'stop'
  if (behavior !== 'stop' && behavior !== 'terminate')
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid.`,
    )
  checkMetadataOptions(input.MetadataOptions ?? {})
  return {
    image,
    subnet,
    instanceType,
    groupIds: groupsFor(core, input, subnet),
    userData: checkedUserData(input.UserData),
    keyName: input.KeyName,
    profileArn: profileArn(core, input.IamInstanceProfile),
    shutdownBehavior: behavior,
    terminationProtected: input.DisableApiTermination ?? false,
    monitoring: input.Monitoring?.Enabled ?? false,
    httpTokens: input.MetadataOptions?.HttpTokens ?? (image.imdsV2 ? 'required' : 'optional'),
    hopLimit: input.MetadataOptions?.HttpPutResponseHopLimit ?? (image.imdsV2 ? 2 : 1),
    instanceTags: specifiedTags(input.TagSpecifications, 'instance', taggable),
    volumeTags: specifiedTags(input.TagSpecifications, 'volume', taggable),
    networkInterfaceTags: specifiedTags(input.TagSpecifications, 'network-interface', taggable),
  }
}

/** An image that can be launched now; `resolve:ssm:` names are looked up at this moment, as EC2 does. */
function imageFor(core: Ec2Core, imageId: string | undefined): ImageRecord {
  if (!imageId) throw new AwsFault('MissingParameter', 'The request must contain the parameter ImageId')
  const parameter = /^resolve:ssm:([^:]+)/.exec(imageId)?.[1]
  const resolved =
    parameter === undefined
      ? imageId
      : baseImages.find((base) => base.parameters.includes(parameter))?.imageId
  if (resolved === undefined)
    throw new AwsFault(
      'InvalidParameterValue',
      `Parameter ${parameter ?? ''} could not be resolved to an image.`,
    )
  const image = found('image', resolved, (id) => core.state.images[id])
  if (image.state !== 'available')
    throw new AwsFault('InvalidAMIID.Unavailable', `The image ID '[${resolved}]' is not available`)
  return image
}

function subnetFor(core: Ec2Core, input: RunInput): SubnetRecord {
  const { subnets } = core.state
  const wanted = input.SubnetId ?? input.NetworkInterfaces?.[0]?.SubnetId
  const zone = input.Placement?.AvailabilityZone
  if (wanted !== undefined) {
    const subnet = found('subnet', wanted, (id) => subnets.find((each) => each.subnetId === id))
    if (zone === undefined || subnet.availabilityZone === zone) return subnet
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${zone}) for parameter availabilityZone is invalid. Subnet '${wanted}' is in the availability zone ${subnet.availabilityZone}`,
    )
  }
  const open = subnets.filter((each) => zone === undefined || each.availabilityZone === zone)
  const subnet = open.find((each) => core.cloud.knobs.zoneHasCapacity(each.availabilityZone)) ?? open[0]
  if (subnet) return subnet
  throw new AwsFault('InvalidParameterValue', `Invalid availability zone: [${zone ?? ''}]`)
}

function checkCapacity(core: Ec2Core, instanceType: string, zone: string, vcpus: number): void {
  const { knobs, zones } = core.cloud
  if (!knobs.zoneHasCapacity(zone)) {
    const others = zones.filter((each) => knobs.zoneHasCapacity(each)).join(', ')
    throw new AwsFault(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${instanceType} capacity by not specifying an Availability Zone in your request or choosing ${others}.`,
      500,
    )
  }
  const used = Object.values(core.state.instances)
    .filter((each) => each.state === 'pending' || each.state === 'running')
    .reduce((sum, each) => sum + (knownType(each.instanceType)?.vcpus ?? 0), 0)
  const most = knobs.settings.mostVcpus
  if (used + vcpus > most)
    throw new AwsFault(
      'VcpuLimitExceeded',
      `You have requested more vCPU capacity than your current vCPU limit of ${most} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
    )
}

function groupsFor(core: Ec2Core, input: RunInput, subnet: SubnetRecord): string[] {
  const { securityGroups } = core.state
  const ids = input.SecurityGroupIds ?? input.NetworkInterfaces?.[0]?.Groups
  if (ids && ids.length > 0)
    return ids.map((groupId) => found('securityGroup', groupId, (id) => securityGroups[id]).groupId)
  const names = input.SecurityGroups ?? ['default']
  return names.map((name) => {
    const group = Object.values(securityGroups).find(
      (each) => each.name === name && each.vpcId === subnet.vpcId,
    )
    if (group) return group.groupId
    throw new AwsFault(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in default VPC '${subnet.vpcId}'`,
    )
  })
}

function checkedUserData(userData: string | undefined): string | undefined {
  if (!userData) return undefined
  const compact = userData.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0)
    throw new AwsFault('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.')
  if (Buffer.from(compact, 'base64').length > MOST_USER_DATA)
    throw new AwsFault('InvalidParameterValue', 'User data is limited to 16384 bytes')
  return compact
}

/** Throws AwsFault for options of the metadata service that do not exist. */
function checkMetadataOptions({ HttpTokens, HttpPutResponseHopLimit: hops }: MetadataOptions): void {
  if (HttpTokens !== undefined && HttpTokens !== 'optional' && HttpTokens !== 'required')
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${HttpTokens}) for parameter HttpTokens is invalid. Valid values: optional, required.`,
    )
  if (hops !== undefined && (!Number.isInteger(hops) || hops < 1 || hops > 64))
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. It must be between 1 and 64.`,
    )
}

function profileArn(core: Ec2Core, profile: TemplateData['IamInstanceProfile']): string | undefined {
  if (profile?.Arn && profile.Name)
    throw new AwsFault(
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    )
  if (profile?.Arn) return profile.Arn
  return profile?.Name && `arn:aws:iam::${core.cloud.accountId}:instance-profile/${profile.Name}`
}
