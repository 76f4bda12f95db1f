import { randomBytes } from 'node:crypto'
import { AwsFault } from '../fault.js'

/** `i-0` and 16 more hexadecimal digits, as EC2 makes them since 2018. */
export const newId = (prefix: string): string => `${prefix}-0${randomBytes(8).toString('hex')}`

export const isWellFormed = (id: string, prefix: string): boolean =>
  new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)

interface Kind {
  readonly prefix: string
  readonly notFound: string
  readonly malformed: string
  readonly message: (id: string) => string
}

const kinds = {
  instance: {
    prefix: 'i',
    notFound: 'InvalidInstanceID.NotFound',
    malformed: 'InvalidInstanceID.Malformed',
    message: (id: string) => `The instance ID '${id}' does not exist`,
  },
  image: {
    prefix: 'ami',
    notFound: 'InvalidAMIID.NotFound',
    malformed: 'InvalidAMIID.Malformed',
    message: (id: string) => `The image id '[${id}]' does not exist`,
  },
  snapshot: {
    prefix: 'snap',
    notFound: 'InvalidSnapshot.NotFound',
    malformed: 'InvalidSnapshotID.Malformed',
    message: (id: string) => `The snapshot '${id}' does not exist.`,
  },
  subnet: {
    prefix: 'subnet',
    notFound: 'InvalidSubnetID.NotFound',
    malformed: 'InvalidSubnetID.NotFound',
    message: (id: string) => `The subnet ID '${id}' does not exist`,
  },
  vpc: {
    prefix: 'vpc',
    notFound: 'InvalidVpcID.NotFound',
    malformed: 'InvalidVpcID.NotFound',
    message: (id: string) => `The vpc ID '${id}' does not exist`,
  },
  securityGroup: {
    prefix: 'sg',
    notFound: 'InvalidGroup.NotFound',
    malformed: 'InvalidGroupId.Malformed',
    message: (id: string) => `The security group '${id}' does not exist`,
  },
  volume: {
    prefix: 'vol',
    notFound: 'InvalidVolume.NotFound',
    malformed: 'InvalidVolumeID.Malformed',
    message: (id: string) => `The volume '${id}' does not exist.`,
  },
  networkInterface: {
    prefix: 'eni',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    message: (id: string) => `The networkInterface ID '${id}' does not exist`,
  },
} satisfies Record<string, Kind>

/** The resource of that id, or EC2's error for an id that is malformed or unknown. */
export function found<T>(kind: keyof typeof kinds, id: string, lookup: (id: string) => T | undefined): T {
  const resource = lookup(id)
  if (resource !== undefined) return resource
  const { prefix, notFound, malformed, message } = kinds[kind]
  if (!isWellFormed(id, prefix)) throw new AwsFault(malformed, `Invalid id: "${id}"`)
  throw new AwsFault(notFound, message(id))
}
