import { randomUUID } from 'node:crypto'
import type {
  DeletePolicyType,
  DescribePoliciesType,
  ExecutePolicyType,
  PutScalingPolicyType,
  ScalingPolicy,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import type { GroupRecord, PolicyRecord, PolicySettings } from './group-record.js'
import { makeAlarms, removeAlarms, watchedMetric } from './policy-alarms.js'
import { executePolicy } from './policy-execution.js'
import { checkPolicy } from './policy-settings.js'
import { groupOf, type Parts } from './parts.js'

const MAX_POLICIES = 50

const settingNames = [
  'AdjustmentType',
  'ScalingAdjustment',
  'StepAdjustments',
  'MinAdjustmentMagnitude',
  'Cooldown',
  'MetricAggregationType',
  'EstimatedInstanceWarmup',
  'TargetTrackingConfiguration',
] as const satisfies readonly (keyof PolicySettings)[]

export function policyOperations(parts: Parts): Record<string, Operation> {
  return {
    PutScalingPolicy: (input: PutScalingPolicyType) => put(parts, input),
    DescribePolicies: (input: DescribePoliciesType) => describe(parts, input),
    DeletePolicy: (input: DeletePolicyType) => {
      const [group, policy] = policyOf(parts, input.PolicyName, input.AutoScalingGroupName)
      removeAlarms(parts.cloud, policy)
      group.policies.splice(group.policies.indexOf(policy), 1)
      parts.changed(group)
      return {}
    },
    ExecutePolicy: (input: ExecutePolicyType) => {
      const [group, policy] = policyOf(parts, input.PolicyName, input.AutoScalingGroupName)
      if (policy.type === 'TargetTrackingScaling') {
        throw new AwsFault('ValidationError', 'Target tracking policies cannot be executed')
      }
      if (
        policy.type === 'StepScaling' &&
        (input.MetricValue === undefined || input.BreachThreshold === undefined)
      ) {
        throw new AwsFault(
          'ValidationError',
          'MetricValue and BreachThreshold are required for a step scaling policy',
        )
      }
      const breach = (input.MetricValue ?? 0) - (input.BreachThreshold ?? 0)
      const why = `a user request executed policy ${policy.name}`
      executePolicy(parts, group, policy, { breach, why, honorCooldown: input.HonorCooldown ?? false })
      return {}
    },
  }
}

function put(parts: Parts, input: PutScalingPolicyType) {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const name = input.PolicyName ?? ''
  const type = checkedType(input.PolicyType ?? 'SimpleScaling')
  checkPolicy(type, input)
  if (input.TargetTrackingConfiguration) watchedMetric(parts.cloud, group, input.TargetTrackingConfiguration)
  const before = group.policies.find((policy) => policy.name === name)
  if (!before && group.policies.length >= MAX_POLICIES) {
    throw new AwsFault(
      'LimitExceeded',
      `You cannot have more than ${MAX_POLICIES} scaling policies per group`,
    )
  }
  const { region, accountId } = parts.cloud
  const arn =
    before?.arn ??
    `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${randomUUID()}` +
      `:autoScalingGroupName/${group.name}:policyName/${name}`
  const policy: PolicyRecord = {
    ...settingsOf(input),
    name,
    arn,
    type,
    enabled: input.Enabled ?? true,
    alarms: before?.alarms ?? [],
  }
  if (before) group.policies.splice(group.policies.indexOf(before), 1, policy)
  else group.policies.push(policy)
  makeAlarms(parts.cloud, group, policy)
  parts.changed(group)
  return { PolicyARN: arn, Alarms: alarmsOf(parts, policy) }
}

function settingsOf(from: PolicySettings): PolicySettings {
  return Object.fromEntries(
    settingNames.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]),
  )
}

function checkedType(type: string): PolicyRecord['type'] {
  if (type === 'SimpleScaling' || type === 'StepScaling' || type === 'TargetTrackingScaling') return type
  throw new AwsFault('ValidationError', `Policies of type '${type}' are not supported by the local cloud`)
}

function describe(parts: Parts, input: DescribePoliciesType) {
  const { AutoScalingGroupName: group } = input
  const all = Object.values(parts.records().groups)
    .filter(({ name, arn }) => group === undefined || name === group || arn === group)
    .flatMap((group) => group.policies.map((policy) => [group, policy] as const))
    .filter(([, policy]) => {
      const named =
        !input.PolicyNames?.length || [policy.name, policy.arn].some((id) => input.PolicyNames?.includes(id))
      return named && (!input.PolicyTypes?.length || input.PolicyTypes.includes(policy.type))
    })
  const { page, next } = tokenPage(all, input, { defaultSize: 50, maxSize: 100 })
  return { ScalingPolicies: page.map(([group, policy]) => view(parts, group, policy)), NextToken: next }
}

function view(parts: Parts, group: GroupRecord, policy: PolicyRecord): ScalingPolicy {
  return {
    ...settingsOf(policy),
    AutoScalingGroupName: group.name,
    PolicyName: policy.name,
    PolicyARN: policy.arn,
    PolicyType: policy.type,
    Enabled: policy.enabled,
    Alarms: alarmsOf(parts, policy),
  }
}

function alarmsOf({ cloud }: Parts, policy: PolicyRecord) {
  const names = new Set([...policy.alarms, ...cloud.metrics.alarmsCalling(policy.arn)])
  return [...names].map((AlarmName) => ({
    AlarmName,
    AlarmARN: `arn:aws:cloudwatch:${cloud.region}:${cloud.accountId}:alarm:${AlarmName}`,
  }))
}

function policyOf(
  parts: Parts,
  nameOrArn: string | undefined,
  groupName: string | undefined,
): [GroupRecord, PolicyRecord] {
  const groups = groupName ? [groupOf(parts, groupName)] : Object.values(parts.records().groups)
  for (const group of groups) {
    const policy = group.policies.find(
      (candidate) => candidate.name === nameOrArn || candidate.arn === nameOrArn,
    )
    if (policy) return [group, policy]
  }
  throw new AwsFault('ValidationError', `PolicyName not found - Policy: ${nameOrArn} not found`)
}
