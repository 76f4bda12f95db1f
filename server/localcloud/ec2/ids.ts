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
  /** For several at once, where EC2 names them all. */
  readonly several?: (ids: readonly string[]) => string
  /** What a malformed id should have begun with, where EC2 says so. */
  readonly expected?: string
}

const kinds = {
  instance: {
    prefix: 'i',
    notFound: 'InvalidInstanceID.NotFound',
    malformed: 'InvalidInstanceID.Malformed',
    message: (id: string) => `The instance ID '${id}' does not exist`,
    several: (ids: readonly string[]) => `The instance IDs '${ids.join(', ')}' do not exist`,
  },
  image: {
    prefix: 'ami',
    notFound: 'InvalidAMIID.NotFound',
    malformed: 'InvalidAMIID.Malformed',
    message: (id: string) => `The image id '[${id}]' does not exist`,
    several: (ids: readonly string[]) => `The image ids '[${ids.join(', ')}]' do not exist`,
    expected: 'ami-...',
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
  const [resource] = allFound(kind, [id], lookup)
  if (resource === undefined) throw new Error(`${id} was neither found nor refused.`)
  return resource
}

/** The resources of those ids; an id that is malformed is refused before one that is unknown. */
export function allFound<T>(
  kind: keyof typeof kinds,
  ids: readonly string[],
  lookup: (id: string) => T | undefined,
): T[] {
  const { prefix, malformed, expected, notFound, message, several } = kinds[kind] as Kind
  const misshapen = ids.find((id) => !isWellFormed(id, prefix))
  if (misshapen !== undefined) {
    const hint = expected ? ` (expecting "${expected}")` : ''
    throw new AwsFault(malformed, `Invalid id: "${misshapen}"${hint}`)
  }
  const resources = ids.map((id) => lookup(id))
  const missing = ids.filter((_, at) => resources[at] === undefined)
  const [first] = missing
  if (first === undefined) return resources.filter((resource) => resource !== undefined)
  throw new AwsFault(notFound, missing.length > 1 && several ? several(missing) : message(first))
}
