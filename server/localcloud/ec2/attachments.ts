import type { Operation } from '../cloud.js'
import type { Ec2Core } from './core.js'
import { networkInterface } from './describe-instance.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { found } from './ids.js'
import { page, type PageRequest } from './pages.js'
import type { InstanceRecord } from './records.js'

interface Described extends PageRequest {
  readonly Filters?: readonly Filter[]
}

/** An instance's root volume and network interface: they come and go with it. */
export function attachmentOperations(core: Ec2Core): Record<string, Operation> {
  const { state, cloud, tags } = core
  return {
    DescribeVolumes: (input: Described & { VolumeIds?: string[] }) => {
      const attached = Object.values(state.instances).filter((each) => each.state !== 'terminated')
      const all =
        input.VolumeIds?.map((id) =>
          found('volume', id, () => attached.find((each) => each.volumeId === id)),
        ) ?? attached
      const kept = filtered(all, input.Filters, volumeFields, (each) => tags.of(each.volumeId))
      const { items, NextToken } = page(kept, (each) => each.volumeId, input)
      return { Volumes: items.map((each) => describeVolume(core, each)), NextToken }
    },
    DescribeNetworkInterfaces: (input: Described & { NetworkInterfaceIds?: string[] }) => {
      const attached = Object.values(state.instances).filter((each) => each.state !== 'terminated')
      const byId = (id: string) => attached.find((each) => each.networkInterfaceId === id)
      const all = input.NetworkInterfaceIds?.map((id) => found('networkInterface', id, byId)) ?? attached
      const kept = filtered(all, input.Filters, interfaceFields, (each) => tags.of(each.networkInterfaceId))
      const { items, NextToken } = page(kept, (each) => each.networkInterfaceId, input)
      const describe = (each: InstanceRecord) => ({
        ...networkInterface(core, each),
        AvailabilityZone: each.availabilityZone,
        Attachment: {
          InstanceId: each.instanceId,
          InstanceOwnerId: cloud.accountId,
          DeviceIndex: 0,
          Status: 'attached',
        },
        TagSet: tags.list(each.networkInterfaceId),
      })
      return { NetworkInterfaces: items.map(describe), NextToken }
    },
  }
}

const volumeFields: Filterable<InstanceRecord> = {
  'volume-id': (each) => each.volumeId,
  'attachment.instance-id': (each) => each.instanceId,
  'availability-zone': (each) => each.availabilityZone,
  status: () => 'in-use',
  'attachment.device': () => '/dev/xvda',
  'attachment.status': () => 'attached',
  'attachment.delete-on-termination': () => true,
  encrypted: () => false,
  size: () => 8,
  'volume-type': () => 'gp3',
}

const interfaceFields: Filterable<InstanceRecord> = {
  'network-interface-id': (each) => each.networkInterfaceId,
  'attachment.instance-id': (each) => each.instanceId,
  'subnet-id': (each) => each.subnetId,
  'vpc-id': (each) => each.vpcId,
  'group-id': (each) => each.groupIds,
  'private-ip-address': (each) => each.privateIp,
  'addresses.private-ip-address': (each) => each.privateIp,
  'attachment.status': () => 'attached',
  'interface-type': () => 'interface',
  'availability-zone': (each) => each.availabilityZone,
  status: () => 'in-use',
}

function describeVolume(core: Ec2Core, instance: InstanceRecord): object {
  const attachedAt = new Date(instance.launchedAt)
  return {
    VolumeId: instance.volumeId,
    Size: 8,
    VolumeType: 'gp3',
    Encrypted: false,
    AvailabilityZone: instance.availabilityZone,
    CreateTime: attachedAt,
    State: 'in-use',
    SnapshotId: core.state.images[instance.imageId]?.snapshotId,
    Attachments: [
      {
        VolumeId: instance.volumeId,
        InstanceId: instance.instanceId,
        Device: '/dev/xvda',
        State: 'attached',
        AttachTime: attachedAt,
        DeleteOnTermination: true,
      },
    ],
    Tags: core.tags.list(instance.volumeId),
  }
}
