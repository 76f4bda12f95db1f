import type { PlannedCall } from '../domain/call.js'
import { balancerParts, decommissionPlan, reasonNotDecommissionable } from '../domain/decommission.js'
import type { ClusterState } from '../domain/cluster-state.js'
import type { Observed } from '../domain/observation.js'
import type { Actor, Operation } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { whereIs } from '../domain/scope.js'
import { pageQuery } from './cluster-query.js'
import { requestOperation } from './operation-event.js'
import { freshLook, refuseDrift, unknownCluster } from './fresh-look.js'
import { neighboursOf } from './observe-cluster.js'
import type { Parts } from './parts.js'
import { plannedStart, refuseRestrained, type PlannedStart } from './restrained.js'
import { refuseRetired } from './retired-cluster.js'
import { invalid } from './validate.js'

export interface DecommissionInput {
  readonly cluster: string
  /** The cluster's name once more, as it was typed. */
  readonly name: string
  readonly reason?: string | undefined
  /** Why it starts in spite of a hold, a stop, a freeze or closed windows. */
  readonly override?: string | undefined
}

export interface DecommissionPlan extends PlannedStart {
  readonly cluster: string
  readonly plan: readonly PlannedCall[]
  /** How long nobody may miss it before anything is destroyed: `13 minutes`. */
  readonly quietFor: string
  readonly warnings: readonly string[]
  readonly ends: string
}

/** Everything that a decommission would destroy, in calls; changes nothing. Throws Refusal. */
export async function planDecommission(parts: Parts, cluster: string): Promise<DecommissionPlan> {
  const state = await parts.history.clusterState(cluster)
  if (!state) throw unknownCluster(cluster)
  const at = parts.clock.now()
  const query = { ...pageQuery(state, at, parts.timings), making: true }
  const [seen, neighbours] = await Promise.all([
    parts.cloud.observe(query, AbortSignal.timeout(15_000)),
    neighboursOf(parts, state),
  ])
  refuse(state, seen)
  const going = balancerParts(state, { ...seen, neighbours }, parts.place.owner)
  const quietFor = spanWords(parts.timings.quietMs + parts.timings.metricLateMs)
  return {
    cluster,
    plan: decommissionPlan(state, seen, going, quietFor),
    quietFor,
    warnings: [
      ...(going.stays ? [`What stays: ${going.stays}.`] : []),
      ...(state.cluster.settings.balancer.ruleArn
        ? [
            'The listener rule was there before the cluster; it goes too, because its former action is not known.',
          ]
        : []),
    ],
    ends: `${cluster} is retired: nothing of it is left in AWS, its history stays`,
    ...(await plannedStart(parts, 'decommission', whereIs(state.cluster))),
  }
}

/** Records that a whole cluster is to be retired; the engine does the rest. Throws Refusal. */
export async function decommission(
  parts: Parts,
  actor: Actor,
  input: DecommissionInput,
): Promise<{ operation: Operation }> {
  const { state: known, seen } = await freshLook(parts, input.cluster)
  if (input.name !== input.cluster)
    throw invalid('name', `Type “${input.cluster}” to retire the whole cluster.`)
  refuse(known, seen)
  const where = whereIs(known.cluster)
  const word = await refuseRestrained(parts, actor, {
    change: 'decommission',
    where,
    override: input.override,
  })
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(input.cluster, (state) => {
    if (!state) throw unknownCluster(input.cluster)
    refuse(state, seen)
    const { operation, rows } = requestOperation(state, {
      id,
      at,
      kind: 'decommission',
      request: { actor, reason: input.reason ?? '', ...word },
    })
    return { change: rows, result: { operation } }
  })
}

function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
}

function refuse(state: ClusterState, seen: Observed): void {
  refuseRetired(state.cluster)
  const reason = reasonNotDecommissionable(state, seen)
  if (reason)
    throw new Refusal('NotDecommissionable', `${reason} Nothing was changed.`, 'conflict', {
      ways: [
        {
          label: `Open ${state.cluster.name}`,
          href: `/clusters/${state.cluster.name}`,
          command: `delling status ${state.cluster.name}`,
        },
      ],
    })
  // A rule that is gone holds nobody back; one that somebody else changed must be explained first.
  if (seen.rule) refuseDrift(state, seen)
}
