import type {
  CreateTargetGroupInput,
  DeleteTargetGroupInput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupsInput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupInput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { markerPage } from '../page-of.js'
import { attributeList, defaultAttributes, withAttributes } from './attributes.js'
import { checkNumber } from './describe-limit.js'
import { groupsOf, usersOf } from './forward-actions.js'
import { checkedHealthCheck, firstHealthCheck } from './health-check-settings.js'
import { arnOf, loadBalancerOf, newId, type Parts, targetGroupOf } from './parts.js'
import type { LoadBalancingRecords, TargetGroupRecord } from './records.js'
import { tagsFrom } from './tag-operations.js'

const MAX_GROUPS = 3000

export function targetGroupOperations(parts: Parts): Record<string, Operation> {
  return {
    CreateTargetGroup: (input: CreateTargetGroupInput) => ({
      TargetGroups: [describe(create(parts, input), parts)],
    }),
    DescribeTargetGroups: (input: DescribeTargetGroupsInput) => describeAll(parts, input),
    ModifyTargetGroup: (input: ModifyTargetGroupInput) => {
      const record = targetGroupOf(parts, input.TargetGroupArn)
      record.healthCheck = checkedHealthCheck(record.healthCheck, input)
      parts.changed()
      parts.registry.recheck(record.arn)
      return { TargetGroups: [describe(record, parts)] }
    },
    DeleteTargetGroup: (input: DeleteTargetGroupInput) => {
      const record = targetGroupOf(parts, input.TargetGroupArn)
      if (usersOf(parts.records()).has(record.arn)) {
        throw new AwsFault(
          'ResourceInUse',
          `Target group '${record.arn}' is currently in use by a listener or a rule`,
        )
      }
      delete parts.records().targetGroups[record.arn]
      parts.changed()
      return {}
    },
    DescribeTargetGroupAttributes: (input: DescribeTargetGroupAttributesInput) => ({
      Attributes: attributeList(targetGroupOf(parts, input.TargetGroupArn).attributes),
    }),
    ModifyTargetGroupAttributes: (input: ModifyTargetGroupAttributesInput) => {
      const record = targetGroupOf(parts, input.TargetGroupArn)
      const attributes = withAttributes('target group', record.attributes, input.Attributes ?? [])
      if (attributes['stickiness.enabled'] === 'true') checkStickiness(record.arn, parts.records())
      record.attributes = attributes
      parts.changed()
      return { Attributes: attributeList(attributes) }
    },
  }
}

function create(parts: Parts, input: CreateTargetGroupInput): TargetGroupRecord {
  const name = checkedName(input.Name ?? '')
  const { cloud } = parts
  const protocol = checkedProtocol(input.Protocol)
  const targetType = input.TargetType ?? 'instance'
  if (targetType !== 'instance' && targetType !== 'ip') {
    throw new AwsFault(
      'ValidationError',
      `Target groups of type '${targetType}' are not supported by the local cloud, only 'instance' and 'ip'`,
    )
  }
  if (!input.Port || input.Port < 1 || input.Port > 65_535) {
    throw new AwsFault('ValidationError', 'A port between 1 and 65535 must be specified')
  }
  if (!input.VpcId) {
    throw new AwsFault(
      'ValidationError',
      `A VPC ID must be specified for creating a target group with target type '${targetType}'`,
    )
  }
  if (!/^vpc-[0-9a-f]+$/.test(input.VpcId))
    throw new AwsFault('ValidationError', `The VPC ID '${input.VpcId}' is not found`)
  const record: TargetGroupRecord = {
    arn: arnOf(cloud, `targetgroup/${name}/${newId()}`),
    name,
    protocol,
    protocolVersion: checkedVersion(input.ProtocolVersion ?? 'HTTP1'),
    port: input.Port,
    vpcId: input.VpcId,
    targetType,
    ipAddressType: input.IpAddressType ?? 'ipv4',
    healthCheck: checkedHealthCheck(firstHealthCheck(protocol), input),
    attributes: defaultAttributes('target group'),
    tags: tagsFrom(input.Tags),
    targets: [],
  }
  const known = Object.values(parts.records().targetGroups).find((group) => group.name === name)
  if (known) return adopted(known, record)
  if (Object.keys(parts.records().targetGroups).length >= MAX_GROUPS)
    throw new AwsFault('TooManyTargetGroups', "You've reached the limit on the number of target groups")
  parts.records().targetGroups[record.arn] = record
  parts.changed()
  return record
}

/** Creating a group that exists is fine as long as all settings are equal. */
function adopted(known: TargetGroupRecord, asked: TargetGroupRecord): TargetGroupRecord {
  const settings = ({ protocol, protocolVersion, port, vpcId, targetType, healthCheck }: TargetGroupRecord) =>
    JSON.stringify([protocol, protocolVersion, port, vpcId, targetType, healthCheck])
  if (settings(known) === settings(asked)) return known
  throw new AwsFault(
    'DuplicateTargetGroupName',
    `A target group with the same name '${known.name}' exists, but with different settings`,
  )
}

function checkedName(name: string): string {
  if (name.length > 32) {
    throw new AwsFault('ValidationError', `Target group name '${name}' cannot be longer than '32' characters`)
  }
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw new AwsFault(
      'ValidationError',
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    )
  }
  if (name.startsWith('-') || name.endsWith('-')) {
    throw new AwsFault('ValidationError', `Target group name '${name}' cannot begin or end with a hyphen(-)`)
  }
  return name
}

function checkedProtocol(protocol: string | undefined): string {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol
  throw new AwsFault(
    'ValidationError',
    `Target group protocol '${protocol}' is not supported by the local cloud, only 'HTTP' and 'HTTPS'`,
  )
}

function checkedVersion(version: string): string {
  if (['HTTP1', 'HTTP2', 'GRPC'].includes(version)) return version
  throw new AwsFault(
    'ValidationError',
    `Target group protocol version '${version}' must be one of 'GRPC, HTTP1, HTTP2'`,
  )
}

function checkStickiness(arn: string, records: LoadBalancingRecords): void {
  const actions = [
    ...Object.values(records.listeners).flatMap((listener) => listener.defaultActions),
    ...Object.values(records.rules).flatMap((rule) => rule.actions),
  ]
  const conflict = actions.some((action) => {
    const groups = groupsOf(action)
    const sticky = action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled ?? false
    return groups.length > 1 && !sticky && groups.some((group) => group.targetGroupArn === arn)
  })
  if (!conflict) return
  throw new AwsFault(
    'InvalidConfigurationRequest',
    `This target group appears behind a rule with group stickiness disabled (${arn}). ` +
      'You must enable group stickiness before enabling target stickiness',
  )
}

function describeAll(parts: Parts, input: DescribeTargetGroupsInput) {
  const records = parts.records()
  const users = usersOf(records)
  const all = Object.values(records.targetGroups)
  const shown = (chosen: readonly TargetGroupRecord[]) =>
    chosen.map((record) => describe(record, parts, users))
  const given = [input.TargetGroupArns?.length, input.Names?.length, input.LoadBalancerArn].filter(Boolean)
  checkNumber('target groups', input.TargetGroupArns, input.Names)
  if (given.length > 1) {
    throw new AwsFault(
      'ValidationError',
      'Specify only one of target group ARNs, names, or a load balancer ARN',
    )
  }
  if (input.TargetGroupArns?.length) {
    return { TargetGroups: shown(input.TargetGroupArns.map((arn) => targetGroupOf(parts, arn))) }
  }
  if (input.Names?.length) {
    const chosen = input.Names.map((name) => all.find((record) => record.name === name))
    if (chosen.includes(undefined))
      throw new AwsFault('TargetGroupNotFound', 'One or more target groups not found')
    return { TargetGroups: shown(chosen.filter((record) => record !== undefined)) }
  }
  const loadBalancer = input.LoadBalancerArn && loadBalancerOf(parts, input.LoadBalancerArn).arn
  const chosen = loadBalancer ? all.filter((record) => users.get(record.arn)?.has(loadBalancer)) : all
  const { page, next } = markerPage(chosen, input)
  return { TargetGroups: shown(page), NextMarker: next }
}

function describe(record: TargetGroupRecord, parts: Parts, users = usersOf(parts.records())): TargetGroup {
  const check = record.healthCheck
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: record.protocol as TargetGroup['Protocol'],
    Port: record.port,
    VpcId: record.vpcId,
    HealthCheckProtocol: check.protocol as TargetGroup['HealthCheckProtocol'],
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: [...(users.get(record.arn) ?? [])],
    TargetType: record.targetType,
    ProtocolVersion: record.protocolVersion,
    IpAddressType: record.ipAddressType as TargetGroup['IpAddressType'],
  }
}
