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
  const resource = lookup(id)
  if (resource !== undefined) return resource
  return refused(kinds[kind], [id])
}

/** The resources of those ids; an id that is malformed is refused before one that is unknown. */
export function allFound<T>(
  kind: keyof typeof kinds,
  ids: readonly string[],
  lookup: (id: string) => T | undefined,
): T[] {
  const resources = ids.map((id) => [id, lookup(id)] as const)
  const missing = resources.filter(([, resource]) => resource === undefined).map(([id]) => id)
  if (missing.length > 0) refused(kinds[kind], missing)
  return resources.flatMap(([, resource]) => (resource === undefined ? [] : [resource]))
}

function refused(kind: Kind, ids: readonly string[]): never {
  const malformed = ids.find((id) => !isWellFormed(id, kind.prefix))
  if (malformed !== undefined) {
    const hint = kind.expected ? ` (expecting "${kind.expected}")` : ''
    throw new AwsFault(kind.malformed, `Invalid id: "${malformed}"${hint}`)
  }
  const [first = ''] = ids
  throw new AwsFault(kind.notFound, ids.length > 1 && kind.several ? kind.several(ids) : kind.message(first))
}
