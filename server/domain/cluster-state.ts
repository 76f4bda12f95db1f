import type { Cluster } from './cluster.js'
import type { Obligation } from './obligation.js'
import { isActive, isTraffic, type Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'
import type { Ticket } from './ticket.js'

/** Everything recorded about one cluster that a decision needs. */
export interface ClusterState {
  readonly cluster: Cluster
  /** All that are not destroyed, oldest first. */
  readonly groups: readonly ServerGroup[]
  /** Not ended, oldest first; those waiting in the queue too. */
  readonly operations: readonly Operation[]
  /** Open ones. */
  readonly obligations: readonly Obligation[]
  /** Requests that were never answered and may still take effect. */
  readonly tickets: readonly Ticket[]
}

/** Rows that one event changes. */
export interface StateChange {
  readonly cluster?: Cluster
  readonly groups?: readonly ServerGroup[]
  readonly operations?: readonly Operation[]
  readonly obligations?: readonly Obligation[]
  readonly ticketsClosed?: readonly TicketClosed[]
}

/** How a ticket ended: its effect was seen, or a look made too late for it to land did not show it. */
export interface TicketClosed {
  readonly id: string
  readonly as: 'seen' | 'expired'
}

export function activeTraffic(state: ClusterState): Operation | null {
  return state.operations.find((operation) => isTraffic(operation.kind) && isActive(operation)) ?? null
}

export function waitingOperations(state: ClusterState): readonly Operation[] {
  return state.operations.filter((operation) => operation.phase === 'waiting')
}

export function activeRetirements(state: ClusterState): readonly Operation[] {
  return state.operations.filter((operation) => operation.kind === 'destroy' && isActive(operation))
}

export function activeResizes(state: ClusterState): readonly Operation[] {
  return state.operations.filter((operation) => operation.kind === 'resize' && isActive(operation))
}

export function groupNamed(state: ClusterState, name: string | null): ServerGroup | null {
  return state.groups.find((group) => group.name === name) ?? null
}

/** The group recorded as live. Whether it carries the traffic is for the rule to say. */
export function recordedLive(state: ClusterState): ServerGroup | null {
  return state.groups.find((group) => group.role === 'live') ?? null
}

export function openObligation(
  state: ClusterState,
  object: string,
  kind: Obligation['kind'],
): Obligation | null {
  return (
    state.obligations.find((row) => row.object === object && row.kind === kind && row.closedAt === null) ??
    null
  )
}

/** The state after a change: whole rows replace those with the same identity. */
export function withChange(state: ClusterState, change: StateChange): ClusterState {
  const merge = <Row>(
    rows: readonly Row[],
    changed: readonly Row[] | undefined,
    key: (row: Row) => string,
  ) => {
    if (!changed) return rows
    const byKey = new Map(changed.map((row) => [key(row), row]))
    const kept = rows.map((row) => byKey.get(key(row)) ?? row)
    const known = new Set(rows.map(key))
    return [...kept, ...changed.filter((row) => !known.has(key(row)))]
  }
  return {
    cluster: change.cluster ?? state.cluster,
    groups: merge(state.groups, change.groups, (group) => group.name),
    operations: merge(state.operations, change.operations, (operation) => operation.id),
    obligations: merge(state.obligations, change.obligations, (row) => row.id),
    tickets: state.tickets.filter(
      (ticket) => !change.ticketsClosed?.some((closed) => closed.id === ticket.id),
    ),
  }
}
