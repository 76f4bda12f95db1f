import {
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import type { Catalog, Clock } from '../engine/ports.js'
import { readCatalogBalancers } from './catalog-balancers.js'
import type { ServiceClients } from './clients.js'
import { tagValue } from './tags.js'
import { allPages } from './tolerant-reads.js'

const catalogMs = 30_000
const instanceTypesMs = 3_600_000

/** Reads what forms need of the account, at most every 30 s unless asked afresh; types of instances hourly. */
export function catalogReader(readers: ServiceClients, clock: Clock): (fresh?: boolean) => Promise<Catalog> {
  const types = cached(instanceTypesMs, () => readInstanceTypes(readers.ec2))
  const catalog = cached(catalogMs, async (): Promise<Catalog> => {
    const readAt = clock.now()
    const [vpcs, subnets, securityGroups, instanceTypes, loadBalancers] = await Promise.all([
      readVpcs(readers.ec2),
      readSubnets(readers.ec2),
      readSecurityGroups(readers.ec2),
      types(false),
      readCatalogBalancers(readers.elb),
    ])
    return { readAt, vpcs, subnets, securityGroups, instanceTypes, loadBalancers }
  })
  return (fresh = false) => catalog(fresh)
}

/** Keeps a good answer for a while; concurrent callers share one read, except one who wants it fresh. */
function cached<T>(keepMs: number, read: () => Promise<T>): (fresh: boolean) => Promise<T> {
  let kept: { readonly answer: Promise<T>; readonly sinceMs: number } | null = null
  return (fresh) => {
    const nowMs = performance.now()
    if (kept && !fresh && nowMs - kept.sinceMs < keepMs) return kept.answer
    const mine = { answer: read(), sinceMs: nowMs }
    kept = mine
    mine.answer.catch(() => {
      if (kept === mine) kept = null
    })
    return mine.answer
  }
}

async function readVpcs(client: EC2Client): Promise<Catalog['vpcs']> {
  const vpcs = await allPages(paginateDescribeVpcs({ client }, {}), (page) => page.Vpcs)
  return vpcs.map((vpc) => ({
    vpcId: vpc.VpcId ?? '',
    cidr: vpc.CidrBlock ?? '',
    isDefault: vpc.IsDefault === true,
    name: tagValue(vpc.Tags, 'Name'),
  }))
}

async function readSubnets(client: EC2Client): Promise<Catalog['subnets']> {
  const subnets = await allPages(paginateDescribeSubnets({ client }, {}), (page) => page.Subnets)
  return subnets.map((subnet) => ({
    subnetId: subnet.SubnetId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    vpcId: subnet.VpcId ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    name: tagValue(subnet.Tags, 'Name'),
  }))
}

async function readSecurityGroups(client: EC2Client): Promise<Catalog['securityGroups']> {
  const groups = await allPages(paginateDescribeSecurityGroups({ client }, {}), (page) => page.SecurityGroups)
  return groups.map(({ GroupId = '', GroupName = '', VpcId = '' }) => ({
    groupId: GroupId,
    name: GroupName,
    vpcId: VpcId,
  }))
}

async function readInstanceTypes(client: EC2Client): Promise<readonly string[]> {
  const pages = paginateDescribeInstanceTypeOfferings({ client }, { LocationType: 'region' })
  const offerings = await allPages(pages, (page) => page.InstanceTypeOfferings)
  return offerings.map(({ InstanceType }) => InstanceType ?? '').sort()
}
