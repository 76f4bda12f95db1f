import { newId } from './ids.js'
import type { Ec2State, ImageRecord } from './records.js'

/** The disk that the Amazon-owned base images share: this machine's programs and nothing more. */
export const BASE_DISK = 'base'

export interface BaseImage {
  readonly name: string
  readonly description: string
  readonly imageId: string
  readonly snapshotId: string
  /** SSM parameters that lead to it. */
  readonly parameters: readonly string[]
}

/** Fixed ids, so that what a person wrote down stays good after a reset. */
export const baseImages: readonly BaseImage[] = [
  {
    name: 'al2023-ami-2023.9.20261110.0-kernel-6.1-x86_64',
    description: 'Amazon Linux 2023 (local cloud: the programs of this machine)',
    imageId: 'ami-0a1b2c3d4e5f60001',
    snapshotId: 'snap-0a1b2c3d4e5f60001',
    parameters: [
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64',
    ],
  },
  {
    name: 'debian-12-amd64-20261101-2290',
    description: 'Debian 12 (local cloud: the programs of this machine)',
    imageId: 'ami-0a1b2c3d4e5f60002',
    snapshotId: 'snap-0a1b2c3d4e5f60002',
    parameters: ['/aws/service/debian/release/12/latest/amd64'],
  },
]

/** A fresh account: default VPC, a subnet in each zone, a default security group, Amazon's base images. */
export function firstEc2State(
  region: string,
  zones: readonly string[],
  accountId: string,
  now: number,
): Ec2State {
  const vpcId = newId('vpc')
  const groupId = newId('sg')
  const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
  const own = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: groupId, UserId: accountId }] }
  return {
    vpcs: [{ vpcId, cidrBlock: '172.31.0.0/16' }],
    subnets: zones.map((availabilityZone, i) => ({
      subnetId: newId('subnet'),
      vpcId,
      availabilityZone,
      availabilityZoneId: `use1-az${availabilityZone.slice(region.length).charCodeAt(0) - 'a'.charCodeAt(0) + 1}`,
      cidrBlock: `172.31.${i * 16}.0/20`,
    })),
    securityGroups: {
      [groupId]: {
        groupId,
        name: 'default',
        description: 'default VPC security group',
        vpcId,
        ingress: [own],
        egress: [all],
      },
    },
    instances: {},
    images: Object.fromEntries(baseImages.map((base) => [base.imageId, baseRecord(base, now)])),
    snapshots: {},
    templates: {},
    keyPairs: {},
    tags: {},
    tokens: {},
  }
}

const baseRecord = ({ imageId, snapshotId, name, description }: BaseImage, now: number): ImageRecord => ({
  imageId,
  name,
  description,
  ownerId: '137112412989',
  ownerAlias: 'amazon',
  createdAt: now,
  snapshotId,
  sourceInstanceId: undefined,
  sourceImageId: undefined,
  disk: BASE_DISK,
  isPublic: true,
  state: 'available',
  stateReason: undefined,
  imdsV2: true,
  launchUsers: [],
  deprecatedAt: undefined,
  lastLaunchedAt: undefined,
  visibleAt: 0,
})
