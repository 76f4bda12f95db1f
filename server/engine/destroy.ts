import type { ClusterState } from '../domain/cluster-state.js'
import { parseServerGroupName } from '../domain/names.js'
import type { Observed } from '../domain/observation.js'
import type { Actor, Operation, OperationRequest } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { reasonLastSurvivor, reasonMustStay } from '../domain/retirement-guard.js'
import { whereIs } from '../domain/scope.js'
import { requestOperation } from './operation-event.js'
import { freshLook } from './fresh-look.js'
import type { Parts } from './parts.js'
import type { Change } from './ports.js'
import { refuseRestrained } from './restrained.js'

/**
 * Records that a warm, rejected or failed group is to be destroyed. A group that is gone already gives null; one that is
 * being destroyed gives its running operation. Throws Refusal for the live group and whatever else must stay.
 */
export async function destroyGroup(
  parts: Parts,
  actor: Actor,
  input: { readonly group: string; readonly reason: string; readonly override?: string | undefined },
): Promise<{ operation: Operation | null }> {
  const recorded = await parts.history.serverGroup(input.group)
  if (!recorded) throw notOurs(input.group)
  if (recorded.role === 'destroyed') return { operation: null }
  const { state, seen } = await freshLook(parts, recorded.cluster)
  refuse(state, seen, recorded.name, false)
  const where = whereIs(state.cluster)
  const asked = { change: 'destroy' as const, where, override: input.override }
  const word = await refuseRestrained(parts, actor, asked)
  const request: OperationRequest = {
    actor,
    reason: input.reason,
    ...word,
    group: input.group,
    why: 'asked',
  }
  return { operation: await requestRetirement(parts, request, seen) }
}

/** Records a retirement under the row lock that switch backs take too: whoever comes first wins. */
export function requestRetirement(
  parts: Parts,
  request: OperationRequest,
  seen: Observed,
): Promise<Operation> {
  const name = request.group ?? ''
  const cluster = parseServerGroupName(name)?.cluster ?? ''
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(cluster, (state) => {
    const group = state?.groups.find((candidate) => candidate.name === name)
    if (!state || !group) throw notOurs(name)
    const running = state.operations.find(
      (operation) => operation.kind === 'destroy' && operation.to === name,
    )
    if (running) return { change: {}, result: running }
    refuse(state, seen, group.name, request.why !== 'asked')
    const { operation, rows } = requestOperation(state, { id, at, kind: 'destroy', request })
    const change: Change = {
      // A person who destroys a kept group takes the keep back with it.
      ...(group.keep ? { groups: [{ ...group, keep: null }] } : {}),
      ...rows,
    }
    return { change, result: operation }
  })
}

function refuse(state: ClusterState, seen: Observed, name: string, byJob: boolean): void {
  const group = state.groups.find((candidate) => candidate.name === name)
  if (!group) throw notOurs(name)
  const reason = reasonMustStay(state, seen, group) ?? (byJob ? reasonLastSurvivor(state, group) : null)
  if (reason)
    throw new Refusal('MustStay', `${reason} Nothing was changed.`, 'conflict', {
      ways: [
        {
          label: `Open ${state.cluster.name}`,
          href: `/clusters/${state.cluster.name}`,
          command: `delling status ${state.cluster.name}`,
        },
      ],
    })
}

function notOurs(name: string): Refusal {
  return new Refusal(
    'UnknownGroup',
    `${name} is no server group of Delling’s; it never touches what it did not make and nobody gave it. Nothing was changed.`,
    'notFound',
  )
}
