import type { PlannedCall } from '../domain/call.js'
import {
  activeResizes,
  activeRetirements,
  activeTraffic,
  type ClusterState,
} from '../domain/cluster-state.js'
import { givingBackCalls } from '../domain/giving-back.js'
import type { Actor, Operation } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { whereIs } from '../domain/scope.js'
import { requestOperation } from './operation-event.js'
import { freshLook, unknownCluster } from './fresh-look.js'
import type { Parts } from './parts.js'
import { refuseRetired } from './retired-cluster.js'
import { plannedStart, refuseRestrained, type PlannedStart } from './restrained.js'
import { invalid } from './validate.js'

export interface GiveBackInput {
  readonly cluster: string
  /** The cluster's name once more, as it was typed. */
  readonly name: string
  readonly reason?: string | undefined
  /** Why it starts in spite of a stop. */
  readonly override?: string | undefined
}

export interface GiveBackPlan extends PlannedStart {
  readonly cluster: string
  readonly plan: readonly PlannedCall[]
  readonly warnings: readonly string[]
  readonly ends: string
}

/** What letting a cluster go would put back and unmark; changes nothing. Throws Refusal. */
export async function planGiveBack(parts: Parts, cluster: string): Promise<GiveBackPlan> {
  const { state, seen } = await freshLook(parts, cluster)
  refuse(state)
  const warm = state.groups.filter(({ role }) => role !== 'live').map(({ name }) => name)
  return {
    cluster,
    plan: givingBackCalls(state, seen),
    warnings:
      warm.length > 0
        ? [
            `${warm.join(', ')} ${warm.length === 1 ? 'stays and costs' : 'stay and cost'} what running instances cost: no cleanup ends what is not Delling’s.`,
          ]
        : [],
    ends: `${cluster} is no cluster of Delling’s any more; its groups and its rule stand and serve as they do now`,
    ...(await plannedStart(parts, 'giveBack', whereIs(state.cluster))),
  }
}

/** Records that a cluster is to be let go; nothing of it is destroyed. Throws Refusal. */
export async function giveClusterBack(
  parts: Parts,
  actor: Actor,
  input: GiveBackInput,
): Promise<{ operation: Operation }> {
  const known = await parts.history.clusterState(input.cluster)
  if (!known) throw unknownCluster(input.cluster)
  if (input.name !== input.cluster) throw invalid('name', `Type “${input.cluster}” to give it back.`)
  refuse(known)
  const where = whereIs(known.cluster)
  const word = await refuseRestrained(parts, actor, { change: 'giveBack', where, override: input.override })
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(input.cluster, (state) => {
    if (!state) throw unknownCluster(input.cluster)
    refuse(state)
    const { operation, rows } = requestOperation(state, {
      id,
      at,
      kind: 'giveBack',
      request: { actor, reason: input.reason ?? '', ...word },
    })
    return { change: rows, result: { operation } }
  })
}

/** What is half done would be left so. */
function refuse(state: ClusterState): void {
  const { cluster, operations } = state
  refuseRetired(cluster)
  const reason = reasonBusy(
    cluster.name,
    activeTraffic(state) ??
      activeRetirements(state)[0] ??
      activeResizes(state)[0] ??
      operations.find(({ phase }) => phase === 'waiting'),
  )
  if (!reason) return
  throw new Refusal('NotToGiveBack', `${reason} Nothing was changed.`, 'conflict', {
    ways: [
      {
        label: `Open ${cluster.name}`,
        href: `/clusters/${cluster.name}`,
        command: `delling status ${cluster.name}`,
      },
    ],
  })
}

function reasonBusy(cluster: string, operation: Operation | undefined): string | null {
  if (!operation) return null
  if (operation.phase === 'waiting')
    return `A ${operation.kind} of ${cluster} waits in the queue; cancel it first.`
  return `A ${operation.kind} of ${cluster} is running (${operation.phase}); wait for its end or cancel it.`
}
