import type {
  AvailabilityZone,
  CreateLoadBalancerInput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancersInput,
  LoadBalancer,
  ModifyLoadBalancerAttributesInput,
  SetIpAddressTypeInput,
  SetSecurityGroupsInput,
  SetSubnetsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { markerPage } from '../page-of.js'
import { attributeList, defaultAttributes, withAttributes } from './attributes.js'
import { checkNumber } from './describe-limit.js'
import { removeListener } from './listener-operations.js'
import { arnOf, loadBalancerOf, newId, type Parts } from './parts.js'
import type { LoadBalancerRecord } from './records.js'
import { tagsFrom } from './tag-operations.js'

const PROVISIONING_MS = 90_000
const MAX_LOAD_BALANCERS = 50

export function loadBalancerOperations(parts: Parts): Record<string, Operation> {
  return {
    CreateLoadBalancer: (input: CreateLoadBalancerInput) => ({
      LoadBalancers: [describe(parts, create(parts, input))],
    }),
    DescribeLoadBalancers: (input: DescribeLoadBalancersInput) => describeAll(parts, input),
    DeleteLoadBalancer: (input: DeleteLoadBalancerInput) => remove(parts, input),
    DescribeLoadBalancerAttributes: (input: DescribeLoadBalancerAttributesInput) => ({
      Attributes: attributeList(loadBalancerOf(parts, input.LoadBalancerArn).attributes),
    }),
    ModifyLoadBalancerAttributes: (input: ModifyLoadBalancerAttributesInput) => {
      const record = loadBalancerOf(parts, input.LoadBalancerArn)
      record.attributes = withAttributes('load balancer', record.attributes, input.Attributes ?? [])
      parts.changed()
      return { Attributes: attributeList(record.attributes) }
    },
    SetSubnets: (input: SetSubnetsInput) => {
      const record = loadBalancerOf(parts, input.LoadBalancerArn)
      record.subnetIds = checkedSubnets(parts, input)
      parts.changed()
      return { AvailabilityZones: zonesOf(parts, record), IpAddressType: record.ipAddressType }
    },
    SetSecurityGroups: (input: SetSecurityGroupsInput) => {
      const record = loadBalancerOf(parts, input.LoadBalancerArn)
      record.securityGroups = [...(input.SecurityGroups ?? [])]
      parts.changed()
      return { SecurityGroupIds: record.securityGroups }
    },
    SetIpAddressType: (input: SetIpAddressTypeInput) => {
      const record = loadBalancerOf(parts, input.LoadBalancerArn)
      record.ipAddressType = input.IpAddressType ?? 'ipv4'
      parts.changed()
      return { IpAddressType: record.ipAddressType }
    },
  }
}

function create(parts: Parts, input: CreateLoadBalancerInput): LoadBalancerRecord {
  const { cloud } = parts
  const name = checkedName(input.Name ?? '')
  if (input.Type && input.Type !== 'application') {
    throw new AwsFault(
      'ValidationError',
      `Load balancers of type '${input.Type}' are not supported by the local cloud, only 'application'`,
    )
  }
  const subnetIds = checkedSubnets(parts, input)
  const scheme = input.Scheme ?? 'internet-facing'
  const known = Object.values(parts.records().loadBalancers).find((record) => record.name === name)
  if (known) {
    const same =
      known.scheme === scheme && [...known.subnetIds].sort().join() === [...subnetIds].sort().join()
    if (same) return known
    throw new AwsFault(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${name}' exists, but with different settings`,
    )
  }
  if (Object.keys(parts.records().loadBalancers).length >= MAX_LOAD_BALANCERS)
    throw new AwsFault('TooManyLoadBalancers', "You've reached the limit on the number of load balancers")
  const tags = tagsFrom(input.Tags)
  const id = newId()
  const record: LoadBalancerRecord = {
    arn: arnOf(cloud, `loadbalancer/app/${name}/${id}`),
    name,
    dnsName: `${scheme === 'internal' ? 'internal-' : ''}${name}-${parseInt(id.slice(0, 8), 16)}.${cloud.region}.elb.localhost`,
    scheme,
    vpcId: cloud.ec2.subnet(subnetIds[0] ?? '')?.vpcId ?? '',
    ipAddressType: input.IpAddressType ?? 'ipv4',
    createdAt: cloud.clock.now().getTime(),
    state: 'provisioning',
    subnetIds,
    securityGroups: [...(input.SecurityGroups ?? [])],
    attributes: defaultAttributes('load balancer'),
    tags,
  }
  parts.records().loadBalancers[record.arn] = record
  activateLater(parts, record)
  parts.changed()
  return record
}

/** Also called at the start for those that a stopped cloud left unfinished. */
export function activateLater(parts: Parts, record: LoadBalancerRecord): void {
  const activate = () => {
    record.state = 'active'
    parts.cloud.state.changed()
  }
  const delayMs = parts.cloud.clock.scaled(PROVISIONING_MS)
  if (delayMs === 0) activate()
  else setTimeout(activate, delayMs).unref()
}

function checkedName(name: string): string {
  if (name.length > 32) {
    throw new AwsFault(
      'ValidationError',
      `The load balancer name '${name}' cannot be longer than '32' characters`,
    )
  }
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name) || name.startsWith('internal-')) {
    throw new AwsFault(
      'ValidationError',
      `The load balancer name '${name}' can contain only characters that are alphanumeric characters and hyphens(-), ` +
        `cannot begin or end with a hyphen, and cannot begin with 'internal-'`,
    )
  }
  return name
}

function checkedSubnets(
  parts: Parts,
  input: Pick<CreateLoadBalancerInput, 'Subnets' | 'SubnetMappings'>,
): string[] {
  if (input.Subnets?.length && input.SubnetMappings?.length)
    throw new AwsFault('ValidationError', 'Subnets and subnet mappings cannot be specified at the same time')
  const ids = input.Subnets ?? (input.SubnetMappings ?? []).map((mapping) => mapping.SubnetId ?? '')
  const subnets = ids.map((id) => {
    const subnet = parts.cloud.ec2.subnet(id)
    if (!subnet) throw new AwsFault('SubnetNotFound', `The subnet ID '${id}' does not exist`)
    return subnet
  })
  const zones = new Set(subnets.map((subnet) => subnet.availabilityZone))
  if (zones.size < 2) {
    throw new AwsFault(
      'ValidationError',
      'At least two subnets in two different Availability Zones must be specified',
    )
  }
  if (zones.size < subnets.length) {
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    )
  }
  if (new Set(subnets.map((subnet) => subnet.vpcId)).size > 1) {
    throw new AwsFault('InvalidConfigurationRequest', 'All subnets must belong to the same VPC')
  }
  return [...ids]
}

function zonesOf(parts: Parts, record: LoadBalancerRecord): AvailabilityZone[] {
  return record.subnetIds.map((SubnetId) => ({
    SubnetId,
    ZoneName: parts.cloud.ec2.subnet(SubnetId)?.availabilityZone,
    LoadBalancerAddresses: [],
  }))
}

function describe(parts: Parts, record: LoadBalancerRecord): LoadBalancer {
  return {
    LoadBalancerArn: record.arn,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
    CreatedTime: new Date(record.createdAt),
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: record.state },
    Type: 'application',
    AvailabilityZones: zonesOf(parts, record),
    SecurityGroups: record.securityGroups,
    IpAddressType: record.ipAddressType as LoadBalancer['IpAddressType'],
  }
}

function describeAll(parts: Parts, input: DescribeLoadBalancersInput) {
  const all = Object.values(parts.records().loadBalancers)
  checkNumber('load balancers', input.LoadBalancerArns, input.Names)
  if (input.LoadBalancerArns?.length && input.Names?.length) {
    throw new AwsFault('ValidationError', 'Load balancer ARNs and names cannot be specified at the same time')
  }
  if (input.LoadBalancerArns?.length) {
    const chosen = input.LoadBalancerArns.map((arn) => loadBalancerOf(parts, arn))
    return { LoadBalancers: chosen.map((record) => describe(parts, record)) }
  }
  if (input.Names?.length) {
    const missing = input.Names.filter((name) => !all.some((record) => record.name === name))
    if (missing.length > 0) {
      throw new AwsFault('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`)
    }
    const chosen = all.filter((record) => input.Names?.includes(record.name))
    return { LoadBalancers: chosen.map((record) => describe(parts, record)) }
  }
  const { page, next } = markerPage(all, input)
  return { LoadBalancers: page.map((record) => describe(parts, record)), NextMarker: next }
}

function remove(parts: Parts, input: DeleteLoadBalancerInput): object {
  const records = parts.records()
  const record = records.loadBalancers[input.LoadBalancerArn ?? '']
  // Deleting what is gone is no fault; something that never was a load balancer is one.
  if (!record && input.LoadBalancerArn?.includes(':loadbalancer/')) return {}
  if (!record) return loadBalancerOf(parts, input.LoadBalancerArn)
  if (record.attributes['deletion_protection.enabled'] === 'true') {
    throw new AwsFault(
      'OperationNotPermitted',
      `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
    )
  }
  const listeners = Object.values(records.listeners).filter(
    (listener) => listener.loadBalancerArn === record.arn,
  )
  for (const listener of listeners) removeListener(parts, listener)
  delete records.loadBalancers[record.arn]
  parts.changed()
  return {}
}
