import type { InstanceStateName } from '../cloud.js'

/** EC2 as it lies in the state file: every time is milliseconds since the epoch by the cloud's clock. */
export interface Ec2State {
  readonly vpcs: VpcRecord[]
  readonly subnets: SubnetRecord[]
  readonly securityGroups: Record<string, SecurityGroupRecord>
  readonly instances: Record<string, InstanceRecord>
  readonly images: Record<string, ImageRecord>
  readonly snapshots: Record<string, SnapshotRecord>
  readonly templates: Record<string, TemplateRecord>
  readonly keyPairs: Record<string, KeyPairRecord>
  /** By resource id. */
  readonly tags: Record<string, Record<string, string>>
  /** By operation and client token. */
  readonly tokens: Record<string, TokenRecord>
}

export interface TokenRecord {
  /** Digest of the parameters that came with the token. */
  readonly digest: string
  readonly ids: readonly string[]
}

export interface VpcRecord {
  readonly vpcId: string
  readonly cidrBlock: string
}

export interface SubnetRecord {
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  readonly cidrBlock: string
}

export interface SecurityGroupRecord {
  readonly groupId: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  /** IpPermission in the SDK's shape. */
  ingress: object[]
  egress: object[]
}

export interface StateReason {
  readonly Code: string
  readonly Message: string
}

export interface InstanceRecord {
  readonly instanceId: string
  readonly reservationId: string
  readonly imageId: string
  instanceType: string
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  readonly privateIp: string
  groupIds: string[]
  readonly volumeId: string
  readonly networkInterfaceId: string
  readonly keyName: string | undefined
  readonly profileArn: string | undefined
  readonly clientToken: string | undefined
  readonly launchIndex: number
  readonly monitoring: boolean
  readonly httpTokens: string
  readonly hopLimit: number
  userData: string | undefined
  shutdownBehavior: 'stop' | 'terminate'
  terminationProtected: boolean
  launchedAt: number
  state: InstanceStateName
  stateReason: StateReason | undefined
  transitionReason: string
  /** When it became running last, for the status checks. */
  runningAt: number | undefined
  terminatedAt: number | undefined
  /** False once its init has died without being asked. */
  alive: boolean
  /** Its disk is complete. */
  provisioned: boolean
  port: number | undefined
  /** Machine time from which Describe calls show it. */
  visibleAt: number
}

export type ImageStateName = 'pending' | 'available' | 'failed' | 'disabled'

export interface ImageRecord {
  readonly imageId: string
  readonly name: string
  readonly ownerId: string
  readonly ownerAlias: string | undefined
  readonly createdAt: number
  readonly snapshotId: string
  readonly sourceInstanceId: string | undefined
  readonly sourceImageId: string | undefined
  /** Which disk on this machine it is: base images share one. */
  readonly disk: string
  readonly isPublic: boolean
  description: string
  state: ImageStateName
  stateReason: StateReason | undefined
  imdsV2: boolean
  launchUsers: string[]
  deprecatedAt: number | undefined
  lastLaunchedAt: number | undefined
  visibleAt: number
}

export interface SnapshotRecord {
  readonly snapshotId: string
  readonly volumeId: string
  readonly ownerId: string
  readonly description: string
  readonly startedAt: number
  state: 'pending' | 'completed' | 'error'
  visibleAt: number
}

export interface TemplateVersionRecord {
  readonly number: number
  readonly description: string | undefined
  readonly createdAt: number
  /** RequestLaunchTemplateData in the SDK's shape. */
  readonly data: TemplateData
}

export interface TemplateRecord {
  readonly templateId: string
  readonly name: string
  readonly createdAt: number
  defaultVersion: number
  latestVersion: number
  versions: TemplateVersionRecord[]
}

export interface KeyPairRecord {
  readonly keyPairId: string
  readonly name: string
  readonly createdAt: number
}

export interface TagSpecification {
  readonly ResourceType?: string
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[]
}

/** What a launch template says and RunInstances may say, as far as the local cloud acts on it; the rest is kept as sent. */
export interface TemplateData {
  readonly ImageId?: string
  readonly InstanceType?: string
  readonly KeyName?: string
  readonly UserData?: string
  readonly SecurityGroupIds?: readonly string[]
  readonly SecurityGroups?: readonly string[]
  readonly IamInstanceProfile?: { readonly Arn?: string; readonly Name?: string }
  readonly InstanceInitiatedShutdownBehavior?: string
  readonly DisableApiTermination?: boolean
  readonly Monitoring?: { readonly Enabled?: boolean }
  readonly MetadataOptions?: { readonly HttpTokens?: string; readonly HttpPutResponseHopLimit?: number }
  readonly NetworkInterfaces?: readonly { readonly SubnetId?: string; readonly Groups?: readonly string[] }[]
  readonly TagSpecifications?: readonly TagSpecification[]
  readonly Placement?: { readonly AvailabilityZone?: string }
}
