import {
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import type { AccountLeave } from '../engine/ports-account.js'
import type { Catalog, Clock } from '../engine/ports.js'
import { readCatalogBalancers } from './catalog-balancers.js'
import type { ServiceClients } from './clients.js'
import { tagValue } from './tags.js'
import { allPages } from './tolerant-reads.js'

const catalogMs = 30_000
/** What is older than this is not made do with, however little may be read. */
const oldestMs = 300_000
const instanceTypesMs = 3_600_000

/**
 * Reads what forms need of the account, at most every 30 s unless asked afresh; types of instances hourly. Its requests to load
 * balancing, one for each load balancer, listener and page of rules, come out of the budget of looks: while that has none to
 * spare, the last catalog does for minutes more, and whoever wants a fresh one gets it, for which looks that can wait make up.
 */
export function catalogReader(
  readers: ServiceClients,
  {
    clock,
    looks,
  }: { readonly clock: Clock; readonly looks: Pick<AccountLeave, 'takeForAccount' | 'oweForAccount'> },
): (fresh?: boolean) => Promise<Catalog> {
  const types = keptFor(instanceTypesMs, () => readInstanceTypes(readers.ec2))
  let kept: Kept<Catalog> | null = null
  let lastRequests = 0
  const read = async (paid: number): Promise<Catalog> => {
    const readAt = clock.now()
    let requests = 0
    const asked = () => {
      requests += 1
      if (requests > paid) looks.oweForAccount(1)
    }
    const [vpcs, subnets, securityGroups, instanceTypes, loadBalancers] = await Promise.all([
      readVpcs(readers.ec2),
      readSubnets(readers.ec2),
      readSecurityGroups(readers.ec2),
      types(),
      readCatalogBalancers(readers.elb, asked),
    ])
    lastRequests = requests
    return { readAt, vpcs, subnets, securityGroups, instanceTypes, loadBalancers }
  }
  const begin = (paid: number) => {
    const mine: Kept<Catalog> = { answer: read(paid), sinceMs: performance.now() }
    kept = mine
    mine.answer.catch(() => {
      if (kept === mine) kept = null
    })
    return mine.answer
  }
  return (fresh = false) => {
    const ageMs = kept ? performance.now() - kept.sinceMs : Number.POSITIVE_INFINITY
    if (fresh || !kept || ageMs >= oldestMs) return begin(0)
    if (ageMs < catalogMs || !looks.takeForAccount(lastRequests)) return kept.answer
    return begin(lastRequests)
  }
}

interface Kept<T> {
  readonly answer: Promise<T>
  readonly sinceMs: number
}

/** Keeps a good answer for a while; concurrent callers share one read. */
function keptFor<T>(keepMs: number, read: () => Promise<T>): () => Promise<T> {
  let kept: Kept<T> | null = null
  return () => {
    const nowMs = performance.now()
    if (kept && nowMs - kept.sinceMs < keepMs) return kept.answer
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
