import type {
  AutoScalingGroupNamesType,
  CreateAutoScalingGroupType,
  DeleteAutoScalingGroupType,
  DescribeAutoScalingInstancesType,
  Filter,
  SetDesiredCapacityType,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import { checkedSize, checkLimits, clamp, setDesired } from './capacity.js'
import type { GroupRecord } from './group-record.js'
import {
  checkedHealthCheckType,
  checkedPolicies,
  checkSettings,
  groupFrom,
  keptFrom,
  subnetsFrom,
  templateFrom,
} from './group-settings.js'
import { groupView, memberView } from './group-view.js'
import { removeAlarms } from './policy-alarms.js'
import { groupOf, type Parts, stamp } from './parts.js'

const DEFAULT_RECORDS = 50

interface GroupCalls {
  readonly parts: Parts
  /** Terminates everything at once, without draining and hooks. */
  readonly discardAll: (group: GroupRecord) => void
}

export function groupOperations({ parts, discardAll }: GroupCalls): Record<string, Operation> {
  return {
    CreateAutoScalingGroup: (input: CreateAutoScalingGroupType) => create(parts, input),
    DescribeAutoScalingGroups: (input: AutoScalingGroupNamesType) => describe(parts, input),
    UpdateAutoScalingGroup: (input: UpdateAutoScalingGroupType) => update(parts, input),
    DeleteAutoScalingGroup: (input: DeleteAutoScalingGroupType) => remove(parts, input, discardAll),
    SetDesiredCapacity: (input: SetDesiredCapacityType) => setCapacity(parts, input),
    DescribeAutoScalingInstances: (input: DescribeAutoScalingInstancesType) =>
      describeInstances(parts, input),
  }
}

function create(parts: Parts, input: CreateAutoScalingGroupType): object {
  const { groups } = parts.records()
  const known = Object.values(groups).find(({ name }) => name === input.AutoScalingGroupName)
  if (known) {
    throw new AwsFault(
      'AlreadyExists',
      `AutoScalingGroup by this name already exists - A group with the name ${known.name} already exists` +
        (known.deleting ? ' and is pending delete' : ''),
    )
  }
  const group = groupFrom(parts.cloud, input)
  const most = parts.cloud.knobs.settings.mostScalingGroups
  if (Object.keys(groups).length >= most) {
    throw new AwsFault(
      'LimitExceeded',
      `You cannot have more than ${most} Auto Scaling groups in this Region`,
    )
  }
  group.cause =
    `At ${stamp(parts.cloud)} a user request created an AutoScalingGroup ` +
    `changing the desired capacity from 0 to ${group.desired}.  `
  groups[group.name] = group
  parts.changed(group)
  return {}
}

function describe(parts: Parts, input: AutoScalingGroupNamesType) {
  const names = input.AutoScalingGroupNames
  const most = input.MaxRecords ?? DEFAULT_RECORDS
  if ((names?.length ?? 0) > most) {
    throw new AwsFault(
      'ValidationError',
      `The number of group names that may be passed in is limited to ${most}`,
    )
  }
  const filters = (input.Filters ?? []).map(matcherOf)
  const chosen = Object.values(parts.records().groups).filter(
    (group) =>
      (!names?.length || names.includes(group.name) || names.includes(group.arn)) &&
      filters.every((matches) => matches(group)),
  )
  const { page, next } = tokenPage(chosen, input, { defaultSize: DEFAULT_RECORDS, maxSize: 100 })
  const AutoScalingGroups = page.map((group) => groupView(parts.cloud, group, input.IncludeInstances ?? true))
  return { AutoScalingGroups, NextToken: next }
}

function matcherOf({ Name: name = '', Values: values = [] }: Filter): (group: GroupRecord) => boolean {
  if (name === 'tag-key') return (group) => group.tags.some((tag) => values.includes(tag.key))
  if (name === 'tag-value') return (group) => group.tags.some((tag) => values.includes(tag.value))
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length)
    return (group) => group.tags.some((tag) => tag.key === key && values.includes(tag.value))
  }
  throw new AwsFault(
    'ValidationError',
    `Filter name '${name}' is not valid. Valid names: tag-key, tag-value, tag:<key>`,
  )
}

/** Everything is checked before anything is changed. */
function update(parts: Parts, input: UpdateAutoScalingGroupType): object {
  const { cloud } = parts
  const group = groupOf(parts, input.AutoScalingGroupName)
  const [min, max] = [input.MinSize ?? group.min, input.MaxSize ?? group.max]
  // Limits move the desired capacity unless it is given with them.
  const desired = input.DesiredCapacity ?? (min > max ? group.desired : clamp({ min, max }, group.desired))
  checkLimits(min, max, desired)
  checkSettings(input)
  const changed: Partial<GroupRecord> = { min, max }
  if (input.LaunchTemplate || input.MixedInstancesPolicy) changed.launchTemplate = templateFrom(cloud, input)
  if (input.VPCZoneIdentifier) changed.subnetIds = subnetsFrom(cloud, input.VPCZoneIdentifier, undefined)
  if (input.HealthCheckType) changed.healthCheckType = checkedHealthCheckType(input.HealthCheckType)
  if (input.HealthCheckGracePeriod !== undefined) changed.graceSeconds = input.HealthCheckGracePeriod
  if (input.DefaultCooldown !== undefined) changed.cooldownSeconds = input.DefaultCooldown
  if (input.TerminationPolicies) changed.terminationPolicies = checkedPolicies(input.TerminationPolicies)
  if (input.NewInstancesProtectedFromScaleIn !== undefined)
    changed.protectNew = input.NewInstancesProtectedFromScaleIn
  if (input.DeletionProtection) changed.deletionProtection = input.DeletionProtection
  if (input.DefaultInstanceWarmup !== undefined) changed.warmupSeconds = input.DefaultInstanceWarmup
  changed.kept = { ...group.kept, ...keptFrom(input) }
  if (input.LaunchTemplate) delete changed.kept.MixedInstancesPolicy
  Object.assign(group, changed)
  if (group.warmupSeconds === -1) delete group.warmupSeconds
  setDesired(
    parts,
    group,
    desired,
    `a user request update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired}`,
  )
  parts.changed(group)
  return {}
}

function setCapacity(parts: Parts, input: SetDesiredCapacityType): object {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const desired = checkedSize('DesiredCapacity', input.DesiredCapacity ?? 0)
  const beyond = (bound: string, value: number) =>
    new AwsFault(
      'ValidationError',
      `New SetDesiredCapacity value ${desired} is ${bound} value ${value} for the AutoScalingGroup.`,
    )
  if (desired > group.max) throw beyond('above max', group.max)
  if (desired < group.min) throw beyond('below min', group.min)
  const cooling = Date.now() < (group.scaledAt ?? 0) + parts.cloud.clock.scaled(group.cooldownSeconds * 1000)
  if (input.HonorCooldown && cooling) {
    throw new AwsFault('ScalingActivityInProgress', `Group ${group.name} is in cooldown`)
  }
  setDesired(parts, group, desired, 'a user request explicitly set group desired capacity')
  parts.changed(group)
  return {}
}

function remove(
  parts: Parts,
  input: DeleteAutoScalingGroupType,
  discardAll: GroupCalls['discardAll'],
): object {
  const group = groupOf(parts, input.AutoScalingGroupName)
  const force = input.ForceDelete ?? false
  if (group.deletionProtection === 'prevent-all-deletion' || (force && group.deletionProtection !== 'none')) {
    throw new AwsFault(
      'ValidationError',
      `You cannot delete Auto Scaling group ${group.name} because its deletion protection is ${group.deletionProtection}.`,
    )
  }
  if (!force && group.instances.some((instance) => !instance.lifecycle.startsWith('Terminating'))) {
    throw new AwsFault(
      'ResourceInUse',
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    )
  }
  if (!force && (group.instances.length > 0 || parts.log.busy(group))) {
    throw new AwsFault(
      'ScalingActivityInProgress',
      'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
    )
  }
  for (const policy of group.policies) removeAlarms(parts.cloud, policy)
  Object.assign(group, { deleting: true, min: 0, desired: 0 })
  if (force) discardAll(group)
  parts.changed(group)
  return {}
}

function describeInstances(parts: Parts, input: DescribeAutoScalingInstancesType) {
  if ((input.InstanceIds?.length ?? 0) > DEFAULT_RECORDS) {
    throw new AwsFault(
      'ValidationError',
      `The number of instance ids that may be passed in is limited to ${DEFAULT_RECORDS}`,
    )
  }
  const all = Object.values(parts.records().groups)
    .flatMap((group) => group.instances.map((instance) => [group, instance] as const))
    .filter(([, instance]) => !input.InstanceIds?.length || input.InstanceIds.includes(instance.id))
  const { page, next } = tokenPage(all, input, { defaultSize: 50, maxSize: 50 })
  return {
    AutoScalingInstances: page.map(([group, instance]) => memberView(group, instance)),
    NextToken: next,
  }
}
