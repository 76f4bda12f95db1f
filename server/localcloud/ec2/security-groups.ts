import type { IpPermission } from '@aws-sdk/client-ec2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { allFound, found, newId } from './ids.js'
import { page, type PageRequest } from './pages.js'
import type { SecurityGroupRecord, TagSpecification } from './records.js'
import { specifiedTags } from './tags.js'

export interface GroupRef {
  readonly GroupId?: string
  readonly GroupName?: string
}

const fields: Filterable<SecurityGroupRecord> = {
  'group-id': (each) => each.groupId,
  'group-name': (each) => each.name,
  'vpc-id': (each) => each.vpcId,
  description: (each) => each.description,
  'ip-permission.protocol': (each) => rulesOf(each.ingress).map((rule) => rule.IpProtocol),
  'ip-permission.from-port': (each) => rulesOf(each.ingress).map((rule) => portText(rule.FromPort)),
  'ip-permission.to-port': (each) => rulesOf(each.ingress).map((rule) => portText(rule.ToPort)),
  'ip-permission.cidr': (each) =>
    rulesOf(each.ingress).flatMap((rule) => rule.IpRanges?.map(({ CidrIp }) => CidrIp) ?? []),
  'ip-permission.group-id': (each) =>
    rulesOf(each.ingress).flatMap((rule) => rule.UserIdGroupPairs?.map(({ GroupId }) => GroupId) ?? []),
}

const rulesOf = (rules: readonly object[]) => rules as readonly IpPermission[]

const portText = (port: number | undefined) => (port === undefined ? undefined : String(port))

/** The group of that id or name. Throws AwsFault as EC2 does when there is none. */
export function securityGroupOf(core: Ec2Core, { GroupId, GroupName }: GroupRef): SecurityGroupRecord {
  const { securityGroups } = core.state
  if (GroupId === undefined && GroupName === undefined)
    throw new AwsFault('MissingParameter', 'The request must contain the parameter GroupName or GroupId')
  if (GroupId !== undefined) return found('securityGroup', GroupId, (id) => securityGroups[id])
  const group = Object.values(securityGroups).find((each) => each.name === GroupName)
  if (group) return group
  throw new AwsFault('InvalidGroup.NotFound', `The security group '${GroupName ?? ''}' does not exist`)
}

/** Throws AwsFault for a name or description that EC2 does not take. */
function checkNames(name: string, description: string): void {
  const allowed = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/
  const invalid = (what: string, value: string, why: string) =>
    new AwsFault('InvalidParameterValue', `Value (${value}) for parameter ${what} is invalid. ${why}`)
  if (name.startsWith('sg-')) throw invalid('GroupName', name, 'Group names may not be in the format sg-*.')
  if (name === 'default') throw invalid('GroupName', name, 'The name is reserved.')
  const why = 'Valid are 1 to 255 of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*'
  if (!allowed.test(name)) throw invalid('GroupName', name, why)
  if (!allowed.test(description)) throw invalid('GroupDescription', description, why)
}

/** Groups are kept and checked, not enforced: everything in the local cloud is on one loopback. */
export function securityGroupOperations(core: Ec2Core): Record<string, Operation> {
  const { state, cloud, tags } = core
  return {
    DescribeSecurityGroups: (
      input: PageRequest & { GroupIds?: string[]; GroupNames?: string[]; Filters?: Filter[] },
    ) => {
      const byId =
        input.GroupIds && allFound('securityGroup', input.GroupIds, (id) => state.securityGroups[id])
      const byName = input.GroupNames?.map((GroupName) => securityGroupOf(core, { GroupName }))
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
      checkNames(input.GroupName, input.Description)
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
      const group = securityGroupOf(core, input)
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
  }
}
