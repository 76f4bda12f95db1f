import type { Call, Tags } from './call.js'
import { groupNamed } from './cluster-state.js'
import { weightOf, type ObservedGroup } from './observation.js'
import type { Diagnosis, Operation, Outcome } from './operation.js'
import { failedActivitySentences, reasonLaunchHopeless } from './launch-failure.js'
import { neededFor, reasonNotRegistered, registeredPart } from './readiness.js'
import { freePriority, isParked, joined, maxRuleEntries, parkedConditions } from './rule-lists.js'
import type { ServerGroup } from './server-group.js'
import { serverGroupName } from './names.js'
import { managedTag, ownTags } from './tags.js'
import { later, observedOf, record, sinceMs, wait, type Turn, type TurnStep } from './turn.js'
import { serverGroupUserData } from './user-data.js'

/** Processes that would change an idle group's size. */
export const sizingProcesses = ['AlarmNotification', 'ScheduledActions'] as const

/** While a target group carries nothing it must not make the load balancer look sick in DNS. */
export const guardedAttributes = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': 'off',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
} as const
export const unguardedAttributes = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
} as const

/** Reserves the push number: recorded before anything is made under the name. */
export function startLaunch(turn: Turn, operation: Operation): TurnStep {
  const { cluster, groups } = turn.state
  const push = cluster.lastPush + 1
  const to = serverGroupName(cluster.name, push)
  if (operation.kind === 'create') return record(operation, { type: 'LaunchStarted', push, to, from: null })
  const live = groups.find((group) => weightOf(turn.seen.rule, group.targetGroupArn) > 0)
  if (!live)
    return record(operation, {
      type: 'Refused',
      sentence: `No group of ${cluster.name} carries traffic, so there is nothing to switch from. Nothing was changed.`,
    })
  return record(operation, { type: 'LaunchStarted', push, to, from: live.name })
}

/** A cluster's load balancer and listener: existing ones are only looked at. */
export function prepareBalancer(turn: Turn, operation: Operation): TurnStep {
  const { settings, name, application } = turn.state.cluster
  const { balancer } = settings
  const seen = turn.seen.balancer
  const tags = { ...ownTags(turn.owner, application, name, operation.id), ...managedTag }
  const until = later(operation.phaseSince, turn.timings.registerDeadlineMs)
  const late = turn.seen.at > until
  if (!seen) {
    if (balancer.loadBalancerArn)
      return abort(turn, operation, `The load balancer ${balancer.loadBalancerName} is gone.`)
    if (late) return abort(turn, operation, `The load balancer ${balancer.loadBalancerName} did not appear.`)
    const call: Call = {
      type: 'CreateLoadBalancer',
      name: balancer.loadBalancerName,
      subnetIds: settings.subnets.map((subnet) => subnet.subnetId),
      securityGroupIds: settings.securityGroupIds,
      tags,
    }
    return act(operation, call, balancer.loadBalancerName, 'A load balancer for the cluster.')
  }
  const disabled = settings.subnets.map((subnet) => subnet.zone).filter((zone) => !seen.zones.includes(zone))
  if (disabled.length > 0)
    return abort(
      turn,
      operation,
      `The load balancer ${balancer.loadBalancerName} is not enabled in ${disabled.join(', ')}; a target there is never checked.`,
    )
  if (!seen.listenerArn) {
    if (balancer.listenerArn)
      return abort(turn, operation, `The listener on port ${balancer.listenerPort} is gone.`)
    if (late) return abort(turn, operation, `The listener on port ${balancer.listenerPort} did not appear.`)
    const call: Call = {
      type: 'CreateListener',
      loadBalancerArn: seen.loadBalancerArn,
      port: balancer.listenerPort,
      tags,
    }
    return act(operation, call, balancer.loadBalancerName, `A listener on port ${balancer.listenerPort}.`)
  }
  if (seen.state !== 'active') {
    if (late)
      return abort(turn, operation, `The load balancer ${balancer.loadBalancerName} stayed ${seen.state}.`)
    return wait(turn, operation, `The load balancer ${balancer.loadBalancerName} is ${seen.state}.`, until)
  }
  return record(operation, {
    type: 'BalancerReady',
    loadBalancerArn: seen.loadBalancerArn,
    listenerArn: seen.listenerArn,
  })
}

/** Makes what is missing of the new group, one call a turn. */
export function launch(turn: Turn, operation: Operation): TurnStep {
  const group = groupNamed(turn.state, operation.to)
  if (!group)
    throw new Error(`operation ${operation.id} launches ${operation.to ?? 'nothing'}, which is not recorded`)
  const seen = observedOf(turn, group.name)
  const until = later(operation.phaseSince, turn.timings.registerDeadlineMs)
  const owner = seen?.autoScaling?.operationTag
  if (seen?.autoScaling && owner !== operation.id)
    return abort(
      turn,
      operation,
      `An Auto Scaling group named ${group.name} exists and was not made by this deployment.`,
    )
  if (seen?.launchTemplateId && seen.launchTemplateOperationTag !== operation.id)
    return abort(
      turn,
      operation,
      `A launch template named ${group.name} exists and was not made by this deployment.`,
    )
  const missing = missingPart(turn, operation, group, seen)
  if (missing && turn.seen.at > until)
    return abort(turn, operation, `${group.name} could not be made before ${until.toISOString()}.`)
  if (missing) return missing
  const { targetGroupArn, launchTemplateId } = seen ?? {}
  if (!targetGroupArn || !launchTemplateId)
    throw new Error(`${group.name} has no target group or launch template`)
  return record(operation, { type: 'NextSeen', targetGroupArn, launchTemplateId })
}

function missingPart(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  seen: ObservedGroup | null,
): TurnStep | null {
  const { settings, name, application } = turn.state.cluster
  const tags = { ...ownTags(turn.owner, application, name, operation.id), 'delling:group': group.name }
  const say = (call: Call, why: string) => act(operation, call, group.name, why)
  if (!seen?.targetGroupArn) {
    const call: Call = {
      type: 'CreateTargetGroup',
      name: group.targetGroupName,
      port: settings.port,
      vpcId: settings.vpcId,
      healthCheck: settings.healthCheck,
      tags,
    }
    return say(call, 'The target group that health-checks the new instances.')
  }
  const attributes = {
    'deregistration_delay.timeout_seconds': String(settings.deregistrationDelaySec),
    ...guardedAttributes,
  }
  if (differs(seen.targetGroupAttributes, attributes))
    return say(
      {
        type: 'ModifyTargetGroupAttributes',
        group: group.name,
        targetGroupArn: seen.targetGroupArn,
        attributes,
      },
      'Its drain time, and the guard that keeps an idle group out of DNS decisions.',
    )
  if (!seen.launchTemplateId)
    return say(launchTemplate(turn, operation, group, tags), 'What each instance is made from, pinned.')
  if (!seen.autoScaling) return createGroup(turn, operation, group, seen, tags)
  const quiet = sizingProcesses.filter((process) => !seen.autoScaling?.suspended.includes(process))
  if (quiet.length > 0)
    return suspend(operation, group.name, seen, quiet, 'So that nothing resizes it before the switch.')
  const policy = settings.scaling
  if (policy && !seen.policies.includes(`${group.name}-cpu`))
    return say(
      {
        type: 'PutScalingPolicy',
        group: group.name,
        name: `${group.name}-cpu`,
        targetPercent: policy.targetPercent,
      },
      `Keeps mean processor use near ${policy.targetPercent} % once it is live.`,
    )
  return null
}

function launchTemplate(turn: Turn, operation: Operation, group: ServerGroup, tags: Tags): Call {
  const { settings, name } = turn.state.cluster
  return {
    type: 'CreateLaunchTemplate',
    name: group.name,
    token: operation.id,
    imageId: group.image.imageId,
    instanceType: settings.instanceType,
    securityGroupIds: settings.securityGroupIds,
    instanceProfile: settings.instanceProfile,
    userData: serverGroupUserData(settings, {
      DELLING_CLUSTER: name,
      DELLING_SERVER_GROUP: group.name,
      DELLING_VERSION: group.image.version,
    }),
    tags,
    instanceTags: { ...tags, Name: group.name },
  }
}

function createGroup(
  turn: Turn,
  operation: Operation,
  group: ServerGroup,
  seen: ObservedGroup,
  tags: Tags,
): TurnStep {
  const { settings } = turn.state.cluster
  const desired = Math.max(group.size.desired, neededFor(observedOf(turn, operation.from)))
  const max = Math.max(group.size.max, desired)
  const call: Call = {
    type: 'CreateAutoScalingGroup',
    name: group.name,
    launchTemplateId: seen.launchTemplateId ?? '',
    min: desired,
    max,
    desired,
    subnetIds: settings.subnets.map((subnet) => subnet.subnetId),
    targetGroupArn: seen.targetGroupArn ?? '',
    healthCheckGraceSec: settings.healthCheckGraceSec,
    tags,
  }
  return {
    kind: 'act',
    call,
    object: group.name,
    operation,
    why: `${desired} instances over ${new Set(settings.subnets.map((subnet) => subnet.zone)).size} zones, as many as carry the traffic now.`,
    debt: {
      kind: 'minSize',
      object: group.name,
      operationId: operation.id,
      original: { min: group.size.min, max: group.size.max },
      attempted: { min: desired, max },
    },
  }
}

/** Waits until the new group is registered; lets it join the rule at weight 0 on the way. */
export function register(turn: Turn, operation: Operation): TurnStep {
  const group = groupNamed(turn.state, operation.to)
  const seen = observedOf(turn, operation.to)
  const from = observedOf(turn, operation.from)
  if (!group || !seen) throw new Error(`operation ${operation.id} registers a group that is not recorded`)
  const needed = Math.max(group.size.desired, neededFor(from))
  const reason = reasonNotRegistered(seen, needed, 3)
  const polled = turn.sightings.registered.get(group.name)
  const listed = isListed(turn, seen)
  if (
    !reason &&
    listed &&
    polled &&
    polled.polls >= 3 &&
    sinceMs(turn, polled.since) >= turn.timings.stableMs
  ) {
    const { instanceIds, zones } = registeredPart(seen)
    return record(operation, { type: 'NextRegistered', healthy: instanceIds.length, zones })
  }
  const until = later(operation.phaseSince, turn.timings.registerDeadlineMs)
  const hopeless = reasonLaunchHopeless(seen)
  if (hopeless) {
    const complaint = turn.sightings.complaints.get(group.name)?.[0]
    return abort(turn, operation, complaint ? `${hopeless} The last said: ${complaint}.` : hopeless)
  }
  if (turn.seen.at > until)
    return abort(
      turn,
      operation,
      `${reason ?? 'It was not stable for long enough'}. It had until ${until.toISOString()}.`,
    )
  if (!listed) {
    const step = list(turn, operation, group, seen)
    if (step) return step
  }
  if (seen.autoScaling && seen.autoScaling.min < needed)
    return raise(
      operation,
      group.name,
      seen,
      needed,
      `Live carries its traffic with ${needed} instances now.`,
    )
  const since = `since ${clockTime(operation.phaseSince)}`
  return wait(
    turn,
    operation,
    reason ? `${reason}, ${since}` : `All ${needed} targets are healthy; making sure that it lasts`,
    until,
  )
}

function isListed(turn: Turn, seen: ObservedGroup): boolean {
  return turn.seen.rule?.entries.some((entry) => entry.targetGroupArn === seen.targetGroupArn) ?? false
}

/** Brings the group into the rule: a cluster's first by a parked rule, a later one at weight 0. */
function list(turn: Turn, operation: Operation, group: ServerGroup, seen: ObservedGroup): TurnStep | null {
  const { cluster } = turn.state
  const targetGroupArn = seen.targetGroupArn
  const { rule, balancer } = turn.seen
  if (!targetGroupArn) return null
  if (operation.kind === 'create') {
    if (!balancer?.listenerArn) return abort(turn, operation, `The listener of ${cluster.name} is gone.`)
    const call: Call = {
      type: 'CreateRule',
      listenerArn: balancer.listenerArn,
      priority: freePriority(balancer.rules.map((taken) => taken.priority)),
      conditions: parkedConditions(operation.id),
      entries: [{ targetGroupArn, weight: 100 }],
      tags: { ...ownTags(turn.owner, cluster.application, cluster.name, operation.id), ...managedTag },
    }
    return act(
      operation,
      call,
      cluster.name,
      'The rule, parked: a target group that no rule names is never health-checked.',
    )
  }
  if (!rule) return abort(turn, operation, `The listener rule of ${cluster.name} is gone.`)
  if (seen.targets.length === 0) return null
  if (rule.entries.length >= maxRuleEntries)
    return wait(
      turn,
      operation,
      `Making room: the rule already names ${rule.entries.length} target groups`,
      null,
    )
  const entries = joined(rule.entries, targetGroupArn)
  return {
    kind: 'act',
    call: { type: 'ModifyRule', ruleArn: rule.ruleArn, before: rule.entries, entries, purpose: 'join' },
    object: cluster.name,
    operation,
    why: `${group.name} joins the rule at weight 0, so that it is health-checked while it carries nothing.`,
    expects: entries,
  }
}

/** The rule of a create, once it can be seen. */
export function recordRule(turn: Turn, operation: Operation): TurnStep | null {
  const { rule } = turn.seen
  if (operation.kind !== 'create' || turn.state.cluster.ruleArn || !rule || !isParked(rule)) return null
  return record(operation, { type: 'RuleMade', ruleArn: rule.ruleArn, entries: rule.entries })
}

/** Gives up before the switch: what AWS and the instances said goes with it. */
export function abort(
  turn: Turn,
  operation: Operation,
  sentence: string,
  endsAs: Outcome = 'failed',
): TurnStep {
  const seen = observedOf(turn, operation.to)
  const diagnosis: Diagnosis | null = seen
    ? {
        activities: failedActivitySentences(seen.activities),
        targets: turn.sightings.complaints.get(seen.name) ?? [],
        console: [],
      }
    : null
  return record(operation, { type: 'AbortStarted', sentence, endsAs, diagnosis })
}

export function suspend(
  operation: Operation | null,
  name: string,
  seen: ObservedGroup,
  processes: readonly string[],
  why: string,
  operationId = operation?.id ?? '',
): TurnStep {
  return {
    kind: 'act',
    call: { type: 'SuspendProcesses', group: name, processes },
    object: name,
    operation,
    why,
    debt: {
      kind: 'suspended',
      object: name,
      operationId,
      original: { processes: seen.autoScaling?.suspended ?? [] },
      attempted: { processes },
    },
  }
}

export function raise(
  operation: Operation | null,
  name: string,
  seen: ObservedGroup,
  min: number,
  why: string,
  operationId = operation?.id ?? '',
): TurnStep {
  const present = seen.autoScaling
  if (!present) throw new Error(`${name} has no Auto Scaling group to resize`)
  const max = Math.max(present.max, min)
  return {
    kind: 'act',
    call: { type: 'RaiseMinSize', group: name, min, max: max > present.max ? max : null },
    object: name,
    operation,
    why,
    debt: {
      kind: 'minSize',
      object: name,
      operationId,
      original: { min: present.min, max: present.max },
      attempted: { min, max },
    },
  }
}

function act(operation: Operation, call: Call, object: string, why: string): TurnStep {
  return { kind: 'act', call, object, why, operation }
}

function differs(
  present: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).some(([key, value]) => present[key] !== value)
}

function clockTime(moment: Date): string {
  return `${moment.toISOString().slice(11, 19)} UTC`
}
