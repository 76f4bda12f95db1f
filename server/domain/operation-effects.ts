import { adoptedRows, givenBackRows } from './adoption-effects.js'
import type { Cluster, GroupSize } from './cluster.js'
import type { ClusterState, StateChange } from './cluster-state.js'
import { groupNamed, openObligation, waitingOperations } from './cluster-state.js'
import { decommissionRows } from './decommission-effects.js'
import { sameEntries } from './observation.js'
import { ownTargetGroupName } from './own-target-group.js'
import type { Operation, OperationEvent } from './operation.js'
import { applyEvent } from './operation-transitions.js'
import { untouchedGroup, type ServerGroup } from './server-group.js'

/**
 * Every row that an event changes: the operation by its transition table, and the groups and the cluster that it speaks
 * of. Recorded in one transaction with the event.
 */
export function effectsOf(
  state: ClusterState,
  operation: Operation,
  event: OperationEvent,
  at: Date,
): StateChange {
  const after = applyEvent(operation, event, at)
  const { groups = [], cluster, obligations } = rowsChanged(state, operation, event, at)
  return {
    operations: [after],
    groups,
    ...(cluster ? { cluster } : {}),
    ...(obligations ? { obligations } : {}),
  }
}

type Rows = Pick<StateChange, 'groups' | 'cluster' | 'obligations'>

/** A group with some of its fields changed, as a list of rows; none where there is no such group. */
type ChangeGroup = (group: ServerGroup | null, patch: Partial<ServerGroup>) => readonly ServerGroup[]

function rowsChanged(state: ClusterState, operation: Operation, event: OperationEvent, at: Date): Rows {
  const { cluster } = state
  const to = groupNamed(state, operation.to)
  const changed: ChangeGroup = (group, patch) =>
    group
      ? [{ ...group, ...patch, ...(patch.role && patch.role !== group.role ? { roleSince: at } : {}) }]
      : []

  switch (event.type) {
    case 'LaunchStarted':
      return {
        groups: [{ ...launchedGroup(cluster, operation, event.push, event.to, at), ...carriedRows(event) }],
        cluster: { ...cluster, lastPush: Math.max(cluster.lastPush, event.push) },
      }
    case 'BalancerReady':
      return {
        cluster: { ...cluster, loadBalancerArn: event.loadBalancerArn, listenerArn: event.listenerArn },
      }
    case 'NextSeen':
      return {
        groups: changed(to, {
          targetGroupArn: event.targetGroupArn,
          launchTemplateId: event.launchTemplateId,
        }),
      }
    case 'RuleMade':
      return { cluster: { ...cluster, ruleArn: event.ruleArn, ...explained(cluster, event.entries, at) } }
    case 'NextRegistered':
      return { groups: changed(to, { role: 'standby', registeredAt: at }) }
    case 'StepReached':
      return {
        groups: changed(to, { quietSince: null }),
        cluster: {
          ...cluster,
          statement: `${event.from} ${100 - event.percent} %, ${event.to} ${event.percent} %`,
        },
      }
    case 'Switched':
      return switchedRows(state, event, operation, at)
    case 'ResizeStarted':
      return resizedRows(state, event.group, event.size)
    case 'Quieted':
    case 'RuleGone':
    case 'Succeeded':
      return endedRows(state, operation, event, at)
    case 'Aborted':
      if (operation.kind === 'adopt') return givenBackRows(state, operation, at)
      if (operation.kind === 'decommission' || operation.kind === 'giveBack') return {}
      if (operation.kind === 'resize')
        return event.size && operation.to ? resizedRows(state, operation.to, event.size) : {}
      return abortedRows(state, operation, event, at)
    case 'Undone':
      return undoneRows(state, operation, event, at)
    case 'FenceStarted':
      return { groups: changed(groupNamed(state, event.group), { fencedAt: at }) }
    case 'Returned':
      return returnedRows(state, event, changed, at)
    case 'RolledBack':
      return { cluster: { ...cluster, ...pausedQueue(state, operation, 'was rolled back') } }
    case 'RetireStarted':
      return { groups: changed(to, { role: 'retiring' }) }
    case 'Reprieved':
      return { groups: changed(to, { role: operation.retiredFrom ?? 'warm' }) }
    case 'Overridden':
      return overriddenRows(state, operation, event, at)
    case 'Resumed':
      return event.choice === 'accept' && ['adopt', 'giveBack'].includes(operation.kind)
        ? givenBackRows(state, operation, at)
        : {}
    case 'ShrinkStarted':
      return { groups: changed(to, { shrinkStarted: true }) }
    case 'Destroyed':
      return { groups: changed(to, { role: 'destroyed', destroyedAt: at, expiresAt: null }) }
    default:
      return {}
  }
}

function endedRows(
  state: ClusterState,
  operation: Operation,
  event: OperationEvent & { type: 'Quieted' | 'RuleGone' | 'Succeeded' },
  at: Date,
): Rows {
  switch (operation.kind) {
    case 'decommission':
      return decommissionRows(state, operation, event, at)
    case 'adopt':
      return adoptedRows(state, operation, at)
    case 'giveBack':
      return givenBackRows(state, operation, at)
    default:
      return {}
  }
}

function returnedRows(
  state: ClusterState,
  { from, to, reason, keptUntil }: OperationEvent & { type: 'Returned' },
  changed: ChangeGroup,
  at: Date,
): Rows {
  const carrying = { role: 'live', expiresAt: null, quietSince: null, degradedSince: null } as const
  const left = { role: 'rejected', reason, expiresAt: keptUntil, quietSince: at } as const
  return {
    groups: [...changed(groupNamed(state, from), carrying), ...changed(groupNamed(state, to), left)],
    cluster: { ...state.cluster, statement: `${from} 100 %` },
  }
}

/**
 * The size that a group is held to from now on: what is owed to it is repaid to that. One that is warm is only held at
 * more, and keeps what it gets back once it carries traffic again.
 */
function resizedRows(state: ClusterState, name: string, size: GroupSize): Rows {
  const group = groupNamed(state, name)
  if (!group || group.role === 'warm') return {}
  const pin = openObligation(state, name, 'minSize')
  // MaxSize goes down by the resize itself, which first keeps the group from growing.
  const max = pin && 'max' in pin.original ? Math.max(pin.original.max, size.max) : size.max
  const original = { min: size.min, max }
  return { groups: [{ ...group, size }], ...(pin ? { obligations: [{ ...pin, original }] } : {}) }
}

/** Somebody else decided: the group that was being made is kept to be looked at. */
function overriddenRows(
  state: ClusterState,
  operation: Operation,
  event: OperationEvent & { type: 'Overridden' },
  at: Date,
): Rows {
  if (['destroy', 'resize', 'decommission'].includes(operation.kind)) return {}
  // A person accepts what is there: a half of the marks makes no cluster of ours.
  if (['adopt', 'giveBack'].includes(operation.kind)) return givenBackRows(state, operation, at)
  // What waits was asked for when the traffic was elsewhere.
  const cluster = { ...state.cluster, ...pausedQueue(state, operation, 'was overridden') }
  const to = groupNamed(state, operation.to)
  if (!to || operation.switched || operation.kind === 'switchBack') return { cluster }
  const roleSince = to.role === 'rejected' ? to.roleSince : at
  const { sentence: reason, keptUntil: expiresAt } = event
  return { cluster, groups: [{ ...to, role: 'rejected', roleSince, reason, expiresAt, quietSince: at }] }
}

/** What waits must not follow a failure by itself; after a person's cancel, or with nothing waiting, it goes on. */
function pausedQueue(
  state: ClusterState,
  operation: Operation,
  how: string,
): Partial<Pick<Cluster, 'queuePaused'>> {
  if (operation.cancelRequested || waitingOperations(state).length === 0) return {}
  return { queuePaused: `the ${operation.kind} of ${operation.to ?? 'a group'} ${how}` }
}

/**
 * The cluster's memory of what the rule should show, after we explained a new value. The same value once more (by its
 * answer, then by an event) does not push out what the rule showed before it, which an old read may still show.
 */
export function explained(cluster: Cluster, entries: Cluster['expected'], at: Date) {
  if (sameEntries(entries, cluster.expected)) return { expected: entries }
  return { expected: entries, previouslyExpected: cluster.expected, expectedSince: at }
}

/** What must be known of a group for as long as it is there: alarms to delete, suspensions that are meant. */
function carriedRows({
  carried,
}: OperationEvent & { type: 'LaunchStarted' }): Pick<ServerGroup, 'alarms' | 'suspendedFromStart'> {
  return {
    ...(carried && carried.alarms.length > 0 ? { alarms: carried.alarms.map(({ name }) => name) } : {}),
    ...(carried && carried.suspended.length > 0 ? { suspendedFromStart: carried.suspended } : {}),
  }
}

function launchedGroup(
  cluster: Cluster,
  operation: Operation,
  push: number,
  name: string,
  at: Date,
): ServerGroup {
  const { image, size } = operation.request
  if (!image) throw new Error(`operation ${operation.id} launches no image`)
  return {
    name,
    cluster: cluster.name,
    push,
    image,
    size: size ?? cluster.settings.size,
    role: 'launching',
    roleSince: at,
    operationId: operation.id,
    targetGroupName: ownTargetGroupName(cluster, push),
    targetGroupArn: null,
    launchTemplateId: null,
    ...untouchedGroup,
    createdAt: at,
  }
}

/** The traffic is where it was: roles follow it, so that what is said is what is so. */
function undoneRows(
  state: ClusterState,
  operation: Operation,
  event: OperationEvent & { type: 'Undone' },
  at: Date,
): Rows {
  const [from, to] = [groupNamed(state, event.from), groupNamed(state, event.to)]
  const carries: Partial<ServerGroup> = {
    role: 'live',
    roleSince: at,
    expiresAt: null,
    quietSince: null,
    degradedSince: null,
  }
  const waits: Partial<ServerGroup> = {
    role: operation.kind === 'switchBack' ? 'warm' : 'standby',
    roleSince: at,
    expiresAt: event.leftUntil,
    quietSince: at,
  }
  if (operation.phase === 'resettling')
    return { cluster: { ...state.cluster, statement: `${event.to} 100 %` } }
  return {
    groups: [...(from ? [{ ...from, ...carries }] : []), ...(to ? [{ ...to, ...waits }] : [])],
    cluster: { ...state.cluster, statement: `${event.from} 100 %` },
  }
}

function switchedRows(
  state: ClusterState,
  event: OperationEvent & { type: 'Switched' },
  operation: Operation,
  at: Date,
): Rows {
  const from = groupNamed(state, event.from)
  const to = groupNamed(state, event.to)
  const groups: ServerGroup[] = []
  if (to) {
    const { verdict: _earlier, ...judgedAnew } = to
    groups.push({
      ...judgedAnew,
      role: 'live',
      roleSince: at,
      liveSince: at,
      registeredAt: to.registeredAt ?? at,
      expiresAt: null,
      quietSince: null,
      degradedSince: null,
      reason: null,
    })
  }
  if (from)
    groups.push({
      ...from,
      role: event.leftAs,
      roleSince: at,
      expiresAt: from.keep?.until === null && from.keep ? null : event.leftUntil,
      quietSince: at,
      reason: event.leftAs === 'rejected' ? operation.request.reason || 'switched away from' : null,
    })
  const cluster: Cluster = {
    ...state.cluster,
    ...explained(state.cluster, event.entries, at),
    ruleArn: event.ruleArn,
    statement: `${event.to} 100 %`,
  }
  return { groups, cluster }
}

function abortedRows(
  state: ClusterState,
  operation: Operation,
  event: OperationEvent & { type: 'Aborted' },
  at: Date,
): Rows {
  const to = groupNamed(state, operation.to)
  const failed = operation.endsAs === 'failed'
  const cluster: Cluster = {
    ...state.cluster,
    ...(operation.kind === 'create'
      ? { ruleArn: null, expected: null, previouslyExpected: null, expectedSince: at }
      : {}),
    ...(failed ? pausedQueue(state, operation, 'failed') : {}),
    statement: operation.from ? `${operation.from} 100 %` : 'nothing carries traffic',
  }
  if (!to || operation.kind === 'switchBack') return { cluster }
  const group: ServerGroup = {
    ...to,
    role: failed ? 'failed' : 'rejected',
    roleSince: at,
    reason: operation.reason,
    expiresAt: event.keptUntil,
    quietSince: operation.canary ? at : (to.quietSince ?? at),
  }
  return { cluster, groups: [group] }
}
