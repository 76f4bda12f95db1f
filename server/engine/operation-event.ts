import type { ClusterState } from '../domain/cluster-state.js'
import type {
  Actor,
  Operation,
  OperationEvent,
  OperationKind,
  OperationRequest,
} from '../domain/operation.js'
import { requested } from '../domain/operation-transitions.js'
import type { NewEvent } from './ports.js'

export const engineActor: Actor = { name: 'Delling', via: 'engine' }

/** An event of an operation, where the log and the pages of its cluster find it. */
export function operationEvent(
  { cluster }: Pick<ClusterState, 'cluster'>,
  operationId: string,
  event: OperationEvent,
  actor = engineActor,
): NewEvent {
  return {
    stream: `operation:${operationId}`,
    actor,
    cluster: cluster.name,
    application: cluster.application,
    event,
  }
}

interface Asked {
  /** Made before the transaction, which may be tried again. */
  readonly id: string
  readonly at: Date
  readonly kind: OperationKind
  readonly request: OperationRequest
  /** It waits until it may start. */
  readonly queued?: boolean
}

/** The operation that is asked for, and the rows that record it: itself, and the event that says who asked. */
export function requestOperation(
  state: Pick<ClusterState, 'cluster'>,
  { id, at, kind, request, queued = false }: Asked,
): {
  readonly operation: Operation
  readonly rows: { readonly operations: readonly Operation[]; readonly events: readonly NewEvent[] }
} {
  const event = { type: 'Requested', kind, queued, request } as const
  const operation = requested(id, state.cluster.name, event, at)
  return {
    operation,
    rows: { operations: [operation], events: [operationEvent(state, id, event, request.actor)] },
  }
}
