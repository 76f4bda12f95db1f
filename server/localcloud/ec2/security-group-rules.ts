import type { IpPermission } from '@aws-sdk/client-ec2'
import { isIP } from 'node:net'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import type { SecurityGroupRecord } from './records.js'
import { type GroupRef, securityGroupOf } from './security-groups.js'

interface RulesInput extends GroupRef {
  readonly IpPermissions?: readonly IpPermission[]
  readonly IpProtocol?: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly CidrIp?: string
}

export function securityGroupRuleOperations(core: Ec2Core): Record<string, Operation> {
  const change = (
    input: RulesInput,
    how: (group: SecurityGroupRecord, rules: readonly IpPermission[]) => void,
  ) => {
    const group = securityGroupOf(core, input)
    const rules = rulesOf(input)
    for (const rule of rules) checkRule(core, rule)
    how(group, rules)
    core.cloud.state.changed()
    return { Return: true }
  }
  const authorize = (side: 'ingress' | 'egress') => (input: RulesInput) =>
    change(input, (group, rules) => {
      const known = new Set(group[side].map((rule) => JSON.stringify(rule)))
      const double = rules.find((rule) => known.has(JSON.stringify(rule)))
      if (double)
        throw new AwsFault(
          'InvalidPermission.Duplicate',
          `the specified rule "${JSON.stringify(double)}" already exists`,
        )
      group[side].push(...rules)
    })
  const revoke = (side: 'ingress' | 'egress') => (input: RulesInput) =>
    change(input, (group, rules) => {
      const doomed = new Set(rules.map((rule) => JSON.stringify(rule)))
      const kept = group[side].filter((rule) => !doomed.has(JSON.stringify(rule)))
      if (kept.length === group[side].length)
        throw new AwsFault(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        )
      group[side] = kept
    })

  return {
    AuthorizeSecurityGroupIngress: authorize('ingress'),
    AuthorizeSecurityGroupEgress: authorize('egress'),
    RevokeSecurityGroupIngress: revoke('ingress'),
    RevokeSecurityGroupEgress: revoke('egress'),
  }
}

/** Throws AwsFault for ports, addresses and groups that cannot be in a rule. */
function checkRule(core: Ec2Core, rule: IpPermission): void {
  const { IpProtocol: protocol = '', FromPort: from, ToPort: to } = rule
  const invalid = (message: string) => new AwsFault('InvalidParameterValue', message)
  const isNumber = /^(-1|\d{1,3})$/.test(protocol)
  if (!isNumber && !['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol.toLowerCase()))
    throw invalid(`Invalid value '${protocol}' for IP protocol. Unknown protocol.`)
  const hasPorts = ['tcp', 'udp', '6', '17'].includes(protocol.toLowerCase())
  if (hasPorts && (from === undefined || to === undefined))
    throw invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
  if (hasPorts && [from, to].some((port = 0) => port < 0 || port > 65_535))
    throw invalid(`Invalid value '${from}-${to}' for portRange. Ports are between 0 and 65535.`)
  if (hasPorts && (from ?? 0) > (to ?? 0)) throw invalid(`Invalid TCP/UDP port range (${from}:${to})`)
  for (const { CidrIp = '' } of rule.IpRanges ?? [])
    if (!isNetwork(CidrIp, 4)) throw invalid(`CIDR block ${CidrIp} is malformed`)
  for (const { CidrIpv6 = '' } of rule.Ipv6Ranges ?? [])
    if (!isNetwork(CidrIpv6, 6)) throw invalid(`CIDR block ${CidrIpv6} is malformed`)
  for (const { GroupId, GroupName } of rule.UserIdGroupPairs ?? [])
    securityGroupOf(core, { ...(GroupId ? { GroupId } : { GroupName: GroupName ?? '' }) })
}

function isNetwork(value: string, version: 4 | 6): boolean {
  const [address = '', bits = '', ...rest] = value.split('/')
  return (
    isIP(address) === version &&
    rest.length === 0 &&
    /^\d{1,3}$/.test(bits) &&
    Number(bits) <= (version === 4 ? 32 : 128)
  )
}

function rulesOf(input: RulesInput): readonly IpPermission[] {
  if (input.IpPermissions) return input.IpPermissions
  if (input.IpProtocol === undefined)
    throw new AwsFault('MissingParameter', 'The request must contain the parameter IpPermissions')
  const { IpProtocol = '-1', FromPort, ToPort, CidrIp } = input
  return [{ IpProtocol, FromPort, ToPort, ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp }] }) }]
}
