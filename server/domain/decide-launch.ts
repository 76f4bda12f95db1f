import type { Call } from './call.js'
import { carryFacts } from './carry-facts.js'
import { carriedFrom } from './carry-over.js'
import { ownPolicy, ownPolicyName } from './carried.js'
import { groupNamed } from './cluster-state.js'
import { carryNext } from './decide-carry.js'
import { abort, differs, guardedAttributes, sizingProcesses, suspend } from './group-steps.js'
import { serverGroupName } from './names.js'
import { weightOf, type ObservedGroup } from './observation.js'
import type { Operation } from './operation.js'
import { neededFor } from './readiness.js'
import type { ServerGroup } from './server-group.js'
import { pushesSeen } from './strangers.js'
import { ownTags, type Tags } from './tags.js'
import { act, later, observedOf, record, sinceMs, wait, type Turn, type TurnStep } from './turn.js'
import { launchUserData } from './user-data.js'
import { utcText } from './utc-text.js'

/** Reserves the push number: recorded before anything is made under the name. */
export function startLaunch(turn: Turn, operation: Operation): TurnStep {
  const { cluster, groups } = turn.state
  const { listing } = turn.seen
  if (!listing?.whole)
    return wait(turn, operation, 'Looking which push numbers AWS shows, so that none is given twice')
  const push = 1 + Math.max(cluster.lastPush, ...pushesSeen(cluster, listing))
  const to = serverGroupName(cluster.name, push)
  if (operation.kind === 'create') return record(operation, { type: 'LaunchStarted', push, to, from: null })
  const live = groups.find((group) => weightOf(turn.seen.rule, group.targetGroupArn) > 0)
  if (!live)
    return record(operation, {
      type: 'Refused',
      sentence: `No group of ${cluster.name} carries traffic, so there is nothing to switch from. Nothing was changed.`,
    })
  const blueprint = observedOf(turn, live.name)?.blueprint
  // What an answer lacks may only be late; a group launched without it would lose it for ever.
  const believed = sinceMs(turn, operation.phaseSince) >= turn.timings.goneMs
  if (!blueprint || (!blueprint.launchTemplate && !believed))
    return wait(turn, operation, `Reading how ${live.name} is made, so that the new group has all of it`)
  const carried = carriedFrom(blueprint, carryFacts(turn.state, live.name, to))
  return record(operation, { type: 'LaunchStarted', push, to, from: live.name, carried })
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
    return abort(turn, operation, `${group.name} could not be made before ${utcText(until)}.`)
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
  const { carried } = operation
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
      ...(carried ? { carried: carried.targetGroup } : {}),
    }
    return say(call, 'The target group that health-checks the new instances.')
  }
  const attributes = {
    'deregistration_delay.timeout_seconds': String(settings.deregistrationDelaySec),
    ...guardedAttributes,
  }
  const lacking = Object.fromEntries(
    Object.entries(carried?.attributes ?? {}).filter(
      ([key, value]) => seen.targetGroupAttributes[key] !== value,
    ),
  )
  if (differs(seen.targetGroupAttributes, { ...lacking, ...attributes }))
    return say(
      {
        type: 'ModifyTargetGroupAttributes',
        group: group.name,
        targetGroupArn: seen.targetGroupArn,
        attributes: { ...lacking, ...attributes },
      },
      'Its drain time, and the guard that keeps an idle group out of DNS decisions.',
    )
  if (!seen.launchTemplateId)
    return say(launchTemplate(turn, operation, group, tags), 'What each instance is made from, pinned.')
  if (!seen.autoScaling) return createGroup(turn, operation, group, seen, tags)
  const others = (carried?.suspended ?? []).filter(
    (process) => !seen.autoScaling?.suspended.includes(process),
  )
  if (others.length > 0)
    return say(
      { type: 'SuspendProcesses', group: group.name, processes: others },
      `Suspended on ${operation.from ?? ''} by somebody, and so here too.`,
    )
  const quiet = sizingProcesses.filter((process) => !seen.autoScaling?.suspended.includes(process))
  if (quiet.length > 0)
    return suspend(operation, group.name, seen, quiet, 'So that nothing resizes it before the switch.')
  const policy = settings.scaling
  const ownName = ownPolicyName(group.name)
  if (policy && !seen.policies.some((each) => each.name === ownName))
    return say(
      {
        type: 'PutScalingPolicy',
        group: group.name,
        name: ownName,
        policy: ownPolicy(policy.targetPercent),
      },
      `Keeps mean processor use near ${policy.targetPercent} % once it is live.`,
    )
  return carryNext(turn, operation, group, seen, 'unlisted', tags)
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
    userData: launchUserData(settings, name, group.name, group.image.version),
    tags,
    instanceTags: { ...tags, Name: group.name },
    ...(operation.carried ? { carried: operation.carried.launchTemplate } : {}),
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
    ...(operation.carried
      ? { carried: operation.carried.scalingGroup, carriedTags: operation.carried.tags }
      : {}),
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
