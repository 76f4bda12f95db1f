import type { InstanceStateName } from '../cloud.js'
import { knownType } from './catalogue.js'
import type { Ec2Core } from './core.js'
import type { Filterable } from './filters.js'
import type { InstanceRecord } from './records.js'

const stateCodes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

export const stateOf = (name: InstanceStateName) => ({ Code: stateCodes[name], Name: name })

const hostName = (ip: string) => `ip-${ip.replaceAll('.', '-')}.ec2.internal`

/** The SDK's Instance. A terminated one has no network any more. */
export function describeInstance(core: Ec2Core, instance: InstanceRecord): object {
  const gone = instance.state === 'terminated'
  const groups = instance.groupIds.map((GroupId) => ({
    GroupId,
    GroupName: core.state.securityGroups[GroupId]?.name,
  }))
  const address = gone ? undefined : instance.privateIp
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    State: stateOf(instance.state),
    StateReason: instance.stateReason,
    StateTransitionReason: instance.transitionReason,
    PrivateDnsName: address === undefined ? '' : hostName(address),
    PublicDnsName: '',
    KeyName: instance.keyName,
    AmiLaunchIndex: instance.launchIndex,
    ProductCodes: [],
    InstanceType: instance.instanceType,
    LaunchTime: new Date(instance.launchedAt),
    Placement: { AvailabilityZone: instance.availabilityZone, GroupName: '', Tenancy: 'default' },
    Monitoring: { State: instance.monitoring ? 'enabled' : 'disabled' },
    SubnetId: gone ? undefined : instance.subnetId,
    VpcId: gone ? undefined : instance.vpcId,
    PrivateIpAddress: address,
    Architecture: 'x86_64',
    RootDeviceType: 'ebs',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: gone ? [] : [rootDevice(instance)],
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    EnaSupport: true,
    EbsOptimized: false,
    SourceDestCheck: gone ? undefined : true,
    ClientToken: instance.clientToken ?? '',
    IamInstanceProfile: instance.profileArn && { Arn: instance.profileArn, Id: 'AIPALOCALCLOUD0000001' },
    NetworkInterfaces: gone ? [] : [networkInterface(core, instance)],
    SecurityGroups: gone ? [] : groups,
    Tags: core.tags.list(instance.instanceId),
    CpuOptions: { CoreCount: knownType(instance.instanceType)?.vcpus ?? 1, ThreadsPerCore: 1 },
    MetadataOptions: {
      State: 'applied',
      HttpTokens: instance.httpTokens,
      HttpPutResponseHopLimit: instance.hopLimit,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'enabled',
    },
  }
}

const rootDevice = (instance: InstanceRecord) => ({
  DeviceName: '/dev/xvda',
  Ebs: {
    VolumeId: instance.volumeId,
    Status: 'attached',
    DeleteOnTermination: true,
    AttachTime: new Date(instance.launchedAt),
  },
})

export function networkInterface(core: Ec2Core, instance: InstanceRecord) {
  return {
    NetworkInterfaceId: instance.networkInterfaceId,
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    OwnerId: core.cloud.accountId,
    Status: 'in-use',
    PrivateIpAddress: instance.privateIp,
    PrivateDnsName: hostName(instance.privateIp),
    SourceDestCheck: true,
    Groups: instance.groupIds.map((GroupId) => ({
      GroupId,
      GroupName: core.state.securityGroups[GroupId]?.name,
    })),
    PrivateIpAddresses: [{ PrivateIpAddress: instance.privateIp, Primary: true }],
    InterfaceType: 'interface',
  }
}

export const instanceFilters = (core: Ec2Core): Filterable<InstanceRecord> => ({
  'instance-id': (each) => each.instanceId,
  'instance-state-name': (each) => each.state,
  'instance-state-code': (each) => stateCodes[each.state],
  'instance-type': (each) => each.instanceType,
  'image-id': (each) => each.imageId,
  'subnet-id': (each) => each.subnetId,
  'vpc-id': (each) => each.vpcId,
  'availability-zone': (each) => each.availabilityZone,
  'private-ip-address': (each) => (each.state === 'terminated' ? undefined : each.privateIp),
  'private-dns-name': (each) => hostName(each.privateIp),
  'instance.group-id': (each) => each.groupIds,
  'instance.group-name': (each) => each.groupIds.map((id) => core.state.securityGroups[id]?.name),
  'iam-instance-profile.arn': (each) => each.profileArn,
  'key-name': (each) => each.keyName,
  'client-token': (each) => each.clientToken,
  'reservation-id': (each) => each.reservationId,
  'launch-time': (each) => new Date(each.launchedAt).toISOString(),
  'state-reason-code': (each) => each.stateReason?.Code,
  'root-device-type': () => 'ebs',
  architecture: () => 'x86_64',
  'availability-zone-id': (each) =>
    core.state.subnets.find(({ subnetId }) => subnetId === each.subnetId)?.availabilityZoneId,
  'block-device-mapping.device-name': () => '/dev/xvda',
  'block-device-mapping.volume-id': (each) => each.volumeId,
  'block-device-mapping.delete-on-termination': () => true,
  'block-device-mapping.status': () => 'attached',
  'dns-name': () => undefined,
  hypervisor: () => 'xen',
  'instance-lifecycle': () => undefined,
  'ip-address': () => undefined,
  'launch-index': (each) => each.launchIndex,
  'metadata-options.http-tokens': (each) => each.httpTokens,
  'metadata-options.http-endpoint': () => 'enabled',
  'metadata-options.http-put-response-hop-limit': (each) => each.hopLimit,
  'monitoring-state': (each) => (each.monitoring ? 'enabled' : 'disabled'),
  'network-interface.group-id': (each) => each.groupIds,
  'network-interface.network-interface-id': (each) => each.networkInterfaceId,
  'network-interface.private-dns-name': (each) => hostName(each.privateIp),
  'network-interface.subnet-id': (each) => each.subnetId,
  'network-interface.vpc-id': (each) => each.vpcId,
  'network-interface.addresses.private-ip-address': (each) => each.privateIp,
  platform: () => undefined,
  'platform-details': () => 'Linux/UNIX',
  'placement-group-name': () => undefined,
  'requester-id': () => undefined,
  'root-device-name': () => '/dev/xvda',
  'source-dest-check': () => true,
  'spot-instance-request-id': () => undefined,
  'state-reason-message': (each) => each.stateReason?.Message,
  tenancy: () => 'default',
  'virtualization-type': () => 'hvm',
  'owner-id': () => core.cloud.accountId,
})
