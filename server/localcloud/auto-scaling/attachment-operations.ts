import type {
  AttachLoadBalancerTargetGroupsType,
  AttachTrafficSourcesType,
  DescribeLoadBalancerTargetGroupsRequest,
  DescribeTrafficSourcesRequest,
  DetachLoadBalancerTargetGroupsType,
  DetachTrafficSourcesType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import type { AttachmentRecord, GroupRecord } from './group-record.js'
import { groupOf, type Parts } from './parts.js'

const MAX_PER_CALL = 10

type Family = AttachmentRecord['family']

export function attachmentOperations(parts: Parts): Record<string, Operation> {
  const arnsOf = (sources: AttachTrafficSourcesType['TrafficSources']) =>
    (sources ?? []).map((source) => source.Identifier ?? '')
  return {
    AttachLoadBalancerTargetGroups: (input: AttachLoadBalancerTargetGroupsType) =>
      attach(parts, groupOf(parts, input.AutoScalingGroupName), input.TargetGroupARNs ?? [], 'target-groups'),
    DetachLoadBalancerTargetGroups: (input: DetachLoadBalancerTargetGroupsType) =>
      detach(parts, groupOf(parts, input.AutoScalingGroupName), input.TargetGroupARNs ?? [], 'target-groups'),
    DescribeLoadBalancerTargetGroups: (input: DescribeLoadBalancerTargetGroupsRequest) => {
      const { page, next } = listed(parts, input, 'target-groups', 100)
      return {
        LoadBalancerTargetGroups: page.map(({ arn, state }) => ({
          LoadBalancerTargetGroupARN: arn,
          State: state,
        })),
        NextToken: next,
      }
    },
    AttachTrafficSources: (input: AttachTrafficSourcesType) =>
      attach(
        parts,
        groupOf(parts, input.AutoScalingGroupName),
        arnsOf(input.TrafficSources),
        'traffic-sources',
      ),
    DetachTrafficSources: (input: DetachTrafficSourcesType) =>
      detach(
        parts,
        groupOf(parts, input.AutoScalingGroupName),
        arnsOf(input.TrafficSources),
        'traffic-sources',
      ),
    DescribeTrafficSources: (input: DescribeTrafficSourcesRequest) => {
      const { page, next } = listed(parts, input, 'traffic-sources', 50)
      return {
        TrafficSources: page.map(({ arn, state }) => ({
          TrafficSource: arn,
          Identifier: arn,
          Type: 'elbv2',
          State: state,
        })),
        NextToken: next,
      }
    },
  }
}

function attach(parts: Parts, group: GroupRecord, arns: readonly string[], family: Family): object {
  checkCount(arns)
  if (!arns.every((arn) => parts.cloud.elb.targetGroupExists(arn))) {
    throw new AwsFault(
      'ValidationError',
      'Provided Target Groups may not be valid. Please ensure they exist and try again.',
    )
  }
  for (const arn of arns) {
    if (group.attachments.some((attachment) => attachment.arn === arn && attachment.state !== 'Removing'))
      continue
    group.attachments.push({ arn, family, state: 'Adding' })
    if ('AddToLoadBalancer' in group.suspended) continue
    for (const instance of group.instances) {
      if (instance.lifecycle === 'InService') parts.cloud.elb.register(arn, instance.id)
    }
  }
  parts.changed(group)
  return {}
}

function detach(parts: Parts, group: GroupRecord, arns: readonly string[], family: Family): object {
  checkCount(arns)
  const leaving = arns.map((arn) => {
    const found = group.attachments.find(
      (attachment) => attachment.arn === arn && attachment.family === family,
    )
    if (found) return found
    throw new AwsFault(
      'ValidationError',
      `Trying to remove Target Groups that are not part of the group: ${arn}`,
    )
  })
  for (const attachment of leaving) {
    attachment.state = 'Removing'
    for (const instance of group.instances) {
      if (parts.cloud.elb.targetState(attachment.arn, instance.id) === undefined) continue
      parts.cloud.elb.deregister(attachment.arn, instance.id).then(
        () => parts.changed(group),
        (error: unknown) => parts.cloud.log('target not deregistered', { error: String(error) }),
      )
    }
  }
  parts.changed(group)
  return {}
}

function listed(
  parts: Parts,
  input: {
    AutoScalingGroupName?: string | undefined
    NextToken?: string | undefined
    MaxRecords?: number | undefined
  },
  family: Family,
  maxSize: number,
) {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const chosen = group.attachments.filter((attachment) => attachment.family === family)
  return tokenPage(chosen, input, { defaultSize: maxSize, maxSize })
}

function checkCount(arns: readonly string[]): void {
  if (arns.length <= MAX_PER_CALL) return
  throw new AwsFault('ValidationError', `At most ${MAX_PER_CALL} target groups can be given in one call`)
}
