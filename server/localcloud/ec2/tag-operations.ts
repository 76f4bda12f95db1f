import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { found } from './ids.js'
import { imageOf } from './images.js'
import { instanceOf } from './instances.js'
import { page, type PageRequest } from './pages.js'
import { type TagPair, Tags } from './tags.js'

interface TagRow {
  readonly resourceId: string
  readonly key: string
  readonly value: string
}

const types: Readonly<Record<string, string>> = {
  i: 'instance',
  ami: 'image',
  snap: 'snapshot',
  vol: 'volume',
  eni: 'network-interface',
  lt: 'launch-template',
  sg: 'security-group',
  subnet: 'subnet',
  vpc: 'vpc',
  key: 'key-pair',
}

const typeOf = (resourceId: string): string | undefined => types[resourceId.split('-')[0] ?? '']

const fields: Filterable<TagRow> = {
  'resource-id': (each) => each.resourceId,
  'resource-type': (each) => typeOf(each.resourceId),
  key: (each) => each.key,
  value: (each) => each.value,
}

export function tagOperations(core: Ec2Core): Record<string, Operation> {
  const { tags, cloud } = core
  return {
    CreateTags: (input: { Resources: string[]; Tags: TagPair[] }) => {
      Tags.check(input.Tags)
      for (const id of input.Resources) checkExists(core, id)
      for (const id of input.Resources) tags.set(id, input.Tags)
      cloud.state.changed()
      return {}
    },
    DeleteTags: (input: { Resources: string[]; Tags?: TagPair[] }) => {
      for (const id of input.Resources) tags.remove(id, input.Tags)
      cloud.state.changed()
      return {}
    },
    DescribeTags: (input: PageRequest & { Filters?: Filter[] }) => {
      const rows = filtered(tags.all(), input.Filters, fields, (each) => ({ [each.key]: each.value }))
      const { items, NextToken } = page(rows, (each) => `${each.resourceId} ${each.key}`, input)
      return {
        Tags: items.map(({ resourceId, key, value }) => ({
          ResourceId: resourceId,
          ResourceType: typeOf(resourceId),
          Key: key,
          Value: value,
        })),
        NextToken,
      }
    },
  }
}

/** Throws AwsFault with the code that EC2 has for an unknown resource of that type. */
function checkExists(core: Ec2Core, id: string): void {
  const { state } = core
  const attached = Object.values(state.instances)
  const checks: Readonly<Record<string, () => unknown>> = {
    instance: () => instanceOf(core, id),
    image: () => imageOf(core, id),
    snapshot: () => found('snapshot', id, () => state.snapshots[id]),
    volume: () => found('volume', id, () => attached.find((each) => each.volumeId === id)),
    'network-interface': () =>
      found('networkInterface', id, () => attached.find((each) => each.networkInterfaceId === id)),
    'security-group': () => found('securityGroup', id, () => state.securityGroups[id]),
    subnet: () => found('subnet', id, () => state.subnets.find((each) => each.subnetId === id)),
    vpc: () => found('vpc', id, () => state.vpcs.find((each) => each.vpcId === id)),
    'launch-template': () => state.templates[id] ?? unknownId(id),
    'key-pair': () => state.keyPairs[id] ?? unknownId(id),
  }
  const check = checks[typeOf(id) ?? '']
  if (!check) throw new AwsFault('InvalidID', `The ID '${id}' is not valid`)
  check()
}

function unknownId(id: string): never {
  throw new AwsFault('InvalidID', `The ID '${id}' is not valid`)
}
