import { paginateDescribeSecurityGroups, paginateDescribeSubnets, type Subnet } from '@aws-sdk/client-ec2'
import { Refusal } from '../domain/refusal.js'
import type { ServiceClients } from './clients.js'
import { tagValue } from './tags.js'
import { allPages } from './tolerant-reads.js'

export interface BuilderPlacement {
  readonly subnetId: string
  readonly zone: string
  readonly securityGroupIds: readonly string[]
}

const mark = 'delling:builder'

/**
 * Where builders may be launched: the subnets tagged `delling:builder`, else those of the default VPC, the ones with most
 * free addresses first. With each the VPC's security groups of that tag, else its default one. Throws Refusal.
 */
export async function builderPlacements({ ec2 }: ServiceClients): Promise<readonly BuilderPlacement[]> {
  const marked = await subnetsWhere(ec2, 'tag-key', mark)
  const subnets = marked.length > 0 ? marked : await subnetsWhere(ec2, 'default-for-az', 'true')
  if (subnets.length === 0)
    throw new Refusal(
      'NoBuilderSubnet',
      `This region has no default VPC, and no subnet is tagged ${mark}: tag the subnets that builders may use.`,
    )
  const groups = await securityGroupsByVpc(ec2, [...new Set(subnets.map((subnet) => subnet.VpcId ?? ''))])
  return subnets
    .toSorted((a, b) => (b.AvailableIpAddressCount ?? 0) - (a.AvailableIpAddressCount ?? 0))
    .map((subnet) => ({
      subnetId: subnet.SubnetId ?? '',
      zone: subnet.AvailabilityZone ?? '',
      securityGroupIds: groups.get(subnet.VpcId ?? '') ?? [],
    }))
}

async function subnetsWhere(ec2: ServiceClients['ec2'], name: string, value: string): Promise<Subnet[]> {
  const Filters = [
    { Name: name, Values: [value] },
    { Name: 'state', Values: ['available'] },
  ]
  return allPages(paginateDescribeSubnets({ client: ec2 }, { Filters }), (page) => page.Subnets)
}

async function securityGroupsByVpc(
  ec2: ServiceClients['ec2'],
  vpcIds: string[],
): Promise<Map<string, string[]>> {
  const Filters = [{ Name: 'vpc-id', Values: vpcIds }]
  const pages = paginateDescribeSecurityGroups({ client: ec2 }, { Filters })
  const found = await allPages(pages, (page) => page.SecurityGroups)
  return new Map(
    vpcIds.map((vpcId) => {
      const here = found.filter((group) => group.VpcId === vpcId)
      const marked = here.filter((group) => tagValue(group.Tags, mark) !== null)
      const chosen = marked.length > 0 ? marked : here.filter((group) => group.GroupName === 'default')
      return [vpcId, chosen.map((group) => group.GroupId ?? '')]
    }),
  )
}
