import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { found, newId } from './ids.js'
import { page, type PageRequest } from './pages.js'
import type { SecurityGroupRecord, TagSpecification } from './records.js'
import { specifiedTags } from './tags.js'

interface GroupRef {
  readonly GroupId?: string
  readonly GroupName?: string
}

interface RulesInput extends GroupRef {
  readonly IpPermissions?: readonly object[]
  readonly IpProtocol?: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly CidrIp?: string
}

const fields: Filterable<SecurityGroupRecord> = {
  'group-id': (each) => each.groupId,
  'group-name': (each) => each.name,
  'vpc-id': (each) => each.vpcId,
  description: (each) => each.description,
}

/** Groups are kept and checked, not enforced: everything in the local cloud is on one loopback. */
export function securityGroupOperations(core: Ec2Core): Record<string, Operation> {
  const { state, cloud, tags } = core
  const groupOf = ({ GroupId, GroupName }: GroupRef): SecurityGroupRecord => {
    if (GroupId !== undefined) return found('securityGroup', GroupId, (id) => state.securityGroups[id])
    const group = Object.values(state.securityGroups).find((each) => each.name === GroupName)
    if (group) return group
    throw new AwsFault('InvalidGroup.NotFound', `The security group '${GroupName ?? ''}' does not exist`)
  }
  const change = (input: RulesInput, how: (group: SecurityGroupRecord, rules: readonly object[]) => void) => {
    how(groupOf(input), rulesOf(input))
    cloud.state.changed()
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
    DescribeSecurityGroups: (
      input: PageRequest & { GroupIds?: string[]; GroupNames?: string[]; Filters?: Filter[] },
    ) => {
      const byId = input.GroupIds?.map((GroupId) => groupOf({ GroupId }))
      const byName = input.GroupNames?.map((GroupName) => groupOf({ GroupName }))
      const all = byId ?? byName ?? Object.values(state.securityGroups)
      const kept = filtered(all, input.Filters, fields, (each) => tags.of(each.groupId))
      const { items, NextToken } = page(kept, (each) => each.groupId, input)
      const describe = (each: SecurityGroupRecord) => ({
        GroupId: each.groupId,
        GroupName: each.name,
        Description: each.description,
        VpcId: each.vpcId,
        OwnerId: cloud.accountId,
        IpPermissions: each.ingress,
        IpPermissionsEgress: each.egress,
        Tags: tags.list(each.groupId),
      })
      return { SecurityGroups: items.map(describe), NextToken }
    },
    CreateSecurityGroup: (input: {
      GroupName: string
      Description: string
      VpcId?: string
      TagSpecifications?: TagSpecification[]
    }) => {
      const vpcId = input.VpcId ?? state.vpcs[0]?.vpcId ?? ''
      found('vpc', vpcId, (id) => state.vpcs.find((each) => each.vpcId === id))
      if (
        Object.values(state.securityGroups).some(
          (each) => each.name === input.GroupName && each.vpcId === vpcId,
        )
      )
        throw new AwsFault(
          'InvalidGroup.Duplicate',
          `The security group '${input.GroupName}' already exists for VPC '${vpcId}'`,
        )
      const pairs = specifiedTags(input.TagSpecifications, 'security-group', ['security-group'])
      const groupId = newId('sg')
      const egress = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
      state.securityGroups[groupId] = {
        groupId,
        name: input.GroupName,
        description: input.Description,
        vpcId,
        ingress: [],
        egress,
      }
      tags.set(groupId, pairs)
      cloud.state.changed()
      return { GroupId: groupId, Tags: tags.list(groupId) }
    },
    DeleteSecurityGroup: (input: GroupRef) => {
      const group = groupOf(input)
      if (group.name === 'default')
        throw new AwsFault(
          'CannotDelete',
          `the specified group: "${group.groupId}" name: "default" cannot be deleted by a user`,
        )
      const isUsed = Object.values(state.instances).some(
        (each) => each.state !== 'terminated' && each.groupIds.includes(group.groupId),
      )
      if (isUsed)
        throw new AwsFault('DependencyViolation', `resource ${group.groupId} has a dependent object`)
      delete state.securityGroups[group.groupId]
      tags.forget(group.groupId)
      cloud.state.changed()
      return { Return: true, GroupId: group.groupId }
    },
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
