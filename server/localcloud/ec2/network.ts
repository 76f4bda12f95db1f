import type { Operation } from '../cloud.js'
import type { Ec2Core } from './core.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { allFound } from './ids.js'
import { page, type PageRequest } from './pages.js'
import type { SubnetRecord, VpcRecord } from './records.js'

interface Described extends PageRequest {
  readonly Filters?: readonly Filter[]
}

/** The default VPC and its subnets: fixed, but filtered, paged and tagged as EC2's. */
export function networkOperations(core: Ec2Core): Record<string, Operation> {
  const { state, tags } = core
  return {
    DescribeVpcs: (input: Described & { VpcIds?: string[] }) => {
      const all =
        (input.VpcIds &&
          allFound('vpc', input.VpcIds, (id) => state.vpcs.find((each) => each.vpcId === id))) ??
        state.vpcs
      const kept = filtered(all, input.Filters, vpcFields, (each) => tags.of(each.vpcId))
      const { items, NextToken } = page(kept, (each) => each.vpcId, input)
      return { Vpcs: items.map((each) => describeVpc(core, each)), NextToken }
    },
    DescribeSubnets: (input: Described & { SubnetIds?: string[] }) => {
      const all =
        (input.SubnetIds &&
          allFound('subnet', input.SubnetIds, (id) => state.subnets.find((each) => each.subnetId === id))) ??
        state.subnets
      const kept = filtered(all, input.Filters, subnetFields, (each) => tags.of(each.subnetId))
      const { items, NextToken } = page(kept, (each) => each.subnetId, input)
      return { Subnets: items.map((each) => describeSubnet(core, each)), NextToken }
    },
  }
}

const vpcFields: Filterable<VpcRecord> = {
  'vpc-id': (each) => each.vpcId,
  cidr: (each) => each.cidrBlock,
  'cidr-block-association.cidr-block': (each) => each.cidrBlock,
  'is-default': () => true,
  isDefault: () => true,
  state: () => 'available',
}

const subnetFields: Filterable<SubnetRecord> = {
  'subnet-id': (each) => each.subnetId,
  'vpc-id': (each) => each.vpcId,
  'availability-zone': (each) => each.availabilityZone,
  'availability-zone-id': (each) => each.availabilityZoneId,
  'cidr-block': (each) => each.cidrBlock,
  'default-for-az': () => true,
  defaultForAz: () => true,
  state: () => 'available',
}

const describeVpc = (core: Ec2Core, vpc: VpcRecord): object => ({
  VpcId: vpc.vpcId,
  OwnerId: core.cloud.accountId,
  CidrBlock: vpc.cidrBlock,
  IsDefault: true,
  State: 'available',
  InstanceTenancy: 'default',
  DhcpOptionsId: 'dopt-00000001',
  CidrBlockAssociationSet: [
    {
      AssociationId: 'vpc-cidr-assoc-00000001',
      CidrBlock: vpc.cidrBlock,
      CidrBlockState: { State: 'associated' },
    },
  ],
  Tags: core.tags.list(vpc.vpcId),
})

function describeSubnet(core: Ec2Core, subnet: SubnetRecord): object {
  const used = Object.values(core.state.instances).filter(
    (each) => each.subnetId === subnet.subnetId && each.state !== 'terminated',
  ).length
  return {
    SubnetId: subnet.subnetId,
    SubnetArn: `arn:aws:ec2:${core.cloud.region}:${core.cloud.accountId}:subnet/${subnet.subnetId}`,
    VpcId: subnet.vpcId,
    OwnerId: core.cloud.accountId,
    AvailabilityZone: subnet.availabilityZone,
    AvailabilityZoneId: subnet.availabilityZoneId,
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: 4091 - used,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    AssignIpv6AddressOnCreation: false,
    State: 'available',
    Tags: core.tags.list(subnet.subnetId),
  }
}
