import { isEnded, outcomes, type Operation } from '../../domain/operation.js'
import type { Bake, ListedBake } from '../../domain/bake.js'
import { isBakeEnded } from '../../domain/bake-transitions.js'
import { stateSince, type ListedGroup } from '../../domain/listed-group.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { shownState, staysUntil } from '../../domain/server-group.js'
import { shownStanding, type ClusterSummary } from '../../engine/cluster-view.js'

/** An operation as the API tells it. */
export function shownOperation(operation: Operation) {
  const ended = isEnded(operation)
  const { id, kind, cluster, phase, from, to, wait, reason, endSentence, requestedAt, endedAt, request } =
    operation
  return {
    id,
    kind,
    cluster,
    phase,
    ended,
    outcome: outcomes.find((outcome) => outcome === phase) ?? null,
    from,
    to,
    wait,
    reason: operation.haltedBecause ?? reason,
    endSentence,
    requestedAt,
    endedAt,
    by: request.actor,
    why: request.reason,
    image: request.image ?? null,
    trials: request.trials ?? null,
    test: operation.test ?? null,
    canary: operation.canary ?? null,
    paused: operation.paused ?? null,
    overrides: [...(request.override ? [request.override] : []), ...(operation.overrides ?? [])],
  }
}

/** A bake as the API tells it, its log included. */
export function shownBake(bake: Bake) {
  return { ...shownListedBake(bake), log: bake.log }
}

/** A bake as a list tells it: its log is its own to show. */
export function shownListedBake(bake: ListedBake) {
  const ended = isBakeEnded(bake)
  const { id, phase, reason, wait, imageName, imageId, reused, request, requestedAt, endedAt, baseImage } =
    bake
  return {
    id,
    phase,
    ended,
    outcome: ended ? phase : null,
    application: request.application,
    version: request.version,
    package: request.package,
    baseImage,
    by: request.actor,
    reason,
    wait,
    imageName,
    imageId,
    reused,
    requestedAt,
    endedAt,
  }
}

/** A server group from its record alone; weights and health are the cluster's to tell. */
export function shownGroup(group: ServerGroup) {
  const { name, cluster, image, size, roleSince, reason, expiresAt, keep, survived, createdAt, destroyedAt } =
    group
  const state = shownState(group.role, 0)
  return {
    name,
    cluster,
    state,
    stateSince: roleSince,
    image,
    size,
    reason,
    expiresAt,
    keep,
    survived,
    createdAt,
    destroyedAt,
  }
}

/** A server group as the list of all of them tells it. */
export function shownListedGroup(row: ListedGroup) {
  const { group, state, application, share } = row
  return {
    ...shownGroup(group),
    state,
    stateSince: stateSince(row),
    application,
    share,
    keptUntil: staysUntil(group),
  }
}

/** What a request that begins an operation is answered with. */
export function startedWith(operation: Operation) {
  return { operation: shownOperation(operation), href: `/operations/${operation.id}` }
}

/** A cluster as a list tells it, with as much of what runs in it as is needed to find it. */
export function shownClusterSummary({ active, ...summary }: ClusterSummary) {
  return {
    ...summary,
    active: active && shownStanding(active),
  }
}
