import type { ListedGroup, ListedTargetGroup } from './account-listing.js'
import type { GroupSize } from './cluster.js'
import { activeTraffic, openObligation, type ClusterState, type StateChange } from './cluster-state.js'
import { withoutDifference } from './drift-memory.js'
import { sizingProcesses } from './group-steps.js'
import { warmUntil } from './morning.js'
import type { Obligation, ObligationKind, ObligationValue } from './obligation.js'
import type { Observed, ObservedAutoScalingGroup, ObservedRule } from './observation.js'
import { effectsOf, explained } from './operation-effects.js'
import type { OperationEvent } from './operation.js'
import { ownTargetGroupName } from './own-target-group.js'
import { carriesAll } from './rule-lists.js'
import type { ImageRef, ServerGroup } from './server-group.js'

/** Everything that an adoption is decided from. */
export interface Adoption {
  readonly group: ListedGroup
  readonly targetGroup: ListedTargetGroup
  readonly push: number
  readonly image: ImageRef
  readonly rule: ObservedRule
  readonly seen: Pick<Observed, 'groups'>
  readonly by: string
  readonly at: Date
  readonly newId: () => string
}

/** An operation that is ended by an adoption, and the event that ends it. */
export interface Ended {
  readonly operationId: string
  readonly event: OperationEvent
}

/**
 * Takes a group that the records lack for one of the cluster's: live when it carries everything, else warm, and kept until
 * a person says otherwise. Whatever held it in size is owed to it as if we had done it, so that it is given back when the
 * group carries traffic again.
 */
export function adopted(
  state: ClusterState,
  adoption: Adoption,
): { readonly change: StateChange; readonly group: ServerGroup; readonly ended: Ended | null } {
  const { targetGroup, rule, group, at } = adoption
  const live = carriesAll(rule, targetGroup.arn)
  const taken = adoptedGroup(state, adoption, live ? 'live' : 'warm')
  const cluster = {
    ...withoutDifference(state.cluster, { kind: 'stranger', subject: group.name }),
    lastPush: Math.max(state.cluster.lastPush, adoption.push),
  }
  const debts = inheritedDebts(state, adoption, taken, group, state.cluster.settings.size)
  if (!live) return { change: { cluster, groups: [taken], obligations: debts }, group: taken, ended: null }
  const override = overridden(state, adoption)
  const leftUntil = warmUntil(cluster.policy, at)
  const left = state.groups
    .filter((known) => known.role === 'live')
    .map((known): ServerGroup => ({
      ...known,
      role: 'warm',
      roleSince: at,
      quietSince: at,
      expiresAt: leftUntil,
    }))
  const change: StateChange = {
    ...override.change,
    cluster: {
      ...withoutDifference(cluster, { kind: 'weights', subject: cluster.name }),
      ...explained(cluster, rule.entries, at),
      ...(override.change.cluster ? { queuePaused: override.change.cluster.queuePaused } : {}),
      needsPerson: null,
      restoreAsked: null,
      statement: `${group.name} 100 %`,
    },
    groups: [...(override.change.groups ?? []), ...left, taken],
    obligations: [...debts, ...left.flatMap((known) => debtsOfLeft(state, adoption, known))],
  }
  return { change, group: taken, ended: override.ended }
}

/** A halted operation speaks of a traffic that is no more: it ends, and its group is kept to be looked at. */
function overridden(
  state: ClusterState,
  { group, by, at }: Adoption,
): { change: StateChange; ended: Ended | null } {
  const operation = activeTraffic(state)
  if (!operation) return { change: {}, ended: null }
  const event: OperationEvent = {
    type: 'Overridden',
    sentence: `${by} adopted ${group.name}, which carries all traffic.`,
    keptUntil: warmUntil(state.cluster.policy, at),
  }
  return { change: effectsOf(state, operation, event, at), ended: { operationId: operation.id, event } }
}

function adoptedGroup(state: ClusterState, adoption: Adoption, role: 'live' | 'warm'): ServerGroup {
  const { group, targetGroup, push, image, by, at } = adoption
  const { cluster } = state
  return {
    name: group.name,
    cluster: cluster.name,
    push,
    image,
    size: { min: group.min, max: group.max, desired: group.desired },
    role,
    roleSince: at,
    operationId: group.operationTag ?? '',
    targetGroupName: targetGroup.name || ownTargetGroupName(cluster, push),
    targetGroupArn: targetGroup.arn,
    launchTemplateId: group.launchTemplateId,
    liveSince: role === 'live' ? at : null,
    // It ran before we knew it: one fresh read is enough to switch to it, and its requests are asked for before it goes.
    registeredAt: at,
    expiresAt: null,
    keep: { until: null, by, why: 'adopted: kept until somebody says otherwise' },
    survived: [],
    reason: null,
    degradedSince: null,
    quietSince: role === 'warm' ? at : null,
    shrinkStarted: false,
    fencedAt: null,
    createdAt: group.createdAt ?? at,
    destroyedAt: null,
  }
}

/** Whoever was live by the records has been warm for some time, and is held as such. */
function debtsOfLeft(state: ClusterState, adoption: Adoption, group: ServerGroup): readonly Obligation[] {
  const present = adoption.seen.groups.get(group.name)?.autoScaling
  return present ? inheritedDebts(state, adoption, group, present, group.size) : []
}

/** A group as AWS shows it, as far as it may be held there. */
type Held = Pick<ObservedAutoScalingGroup, 'min' | 'max' | 'suspended'>

/**
 * What an earlier engine did to a group and the records forgot: suspended processes, and, where the group is warm, a
 * MinSize raised to a pin. It is owed like a debt of our own.
 */
function inheritedDebts(
  state: ClusterState,
  { at, newId }: Pick<Adoption, 'at' | 'newId'>,
  group: ServerGroup,
  held: Held,
  size: GroupSize,
): readonly Obligation[] {
  const ours = sizingProcesses.filter((process) => held.suspended.includes(process))
  const before = held.suspended.filter((process) => !ours.some((each) => each === process))
  const pinned = group.role === 'warm' && held.min > size.min
  const debts: readonly (readonly [ObligationKind, ObligationValue, ObligationValue])[] = [
    ...(ours.length > 0 ? [['suspended', { processes: before }, { processes: ours }] as const] : []),
    ...(pinned
      ? [['minSize', { min: size.min, max: held.max }, { min: held.min, max: held.max }] as const]
      : []),
  ]
  return debts
    .filter(([kind]) => !openObligation(state, group.name, kind))
    .map(([kind, original, attempted]) => ({
      id: newId(),
      kind,
      object: group.name,
      cluster: state.cluster.name,
      operationId: group.operationId,
      original,
      attempted: [attempted],
      openedAt: at,
      closedAt: null,
      closedAs: null,
    }))
}
