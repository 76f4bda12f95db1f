import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import type { SecurityGroupRecord } from './records.js'
import { type GroupRef, securityGroupOf } from './security-groups.js'

interface RulesInput extends GroupRef {
  readonly IpPermissions?: readonly object[]
  readonly IpProtocol?: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly CidrIp?: string
}

export function securityGroupRuleOperations(core: Ec2Core): Record<string, Operation> {
  const change = (input: RulesInput, how: (group: SecurityGroupRecord, rules: readonly object[]) => void) => {
    how(securityGroupOf(core, input), rulesOf(input))
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

function rulesOf(input: RulesInput): readonly object[] {
  if (input.IpPermissions) return input.IpPermissions
  const { IpProtocol = '-1', FromPort, ToPort, CidrIp } = input
  return [{ IpProtocol, FromPort, ToPort, ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp }] }) }]
}
