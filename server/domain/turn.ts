import type { Call } from './call.js'
import type { ClusterEvent } from './cluster-event.js'
import type { ClusterState } from './cluster-state.js'
import type { Observed, ObservedGroup } from './observation.js'
import type { ObligationKind, ObligationValue } from './obligation.js'
import type { Actor, Operation, OperationEvent } from './operation.js'
import type { Restraint } from './restraint.js'
import type { ServerGroup } from './server-group.js'
import type { Sightings } from './sightings.js'
import type { Timings } from './timings.js'

/** Everything one decision is made from. Time is the observation's: a sleeper that wakes up is not late. */
export interface Turn {
  readonly state: ClusterState
  readonly seen: Observed
  readonly sightings: Sightings
  /** Holds, stops, windows and freezes that somebody has placed, wherever they are about. */
  readonly restraints: readonly Restraint[]
  readonly timings: Timings
  /** Marks what this installation makes. */
  readonly owner: string
  /** A random value that nobody has seen yet, for what must not be guessed. */
  readonly secret: string
}

/** A debt to open, or to extend by another attempted value, together with the act that makes it. */
export interface Debt {
  readonly kind: ObligationKind
  readonly object: string
  readonly operationId: string
  readonly original: ObligationValue
  readonly attempted: ObligationValue
}

/**
 * What one turn does: send one request (recorded with its event and debt before it is sent), record one event, ask for a
 * retirement, or wait. `wait` without an operation only says when to look again.
 */
export type TurnStep =
  | {
      readonly kind: 'act'
      readonly call: Call
      readonly object: string
      readonly why: string
      readonly operation: Operation | null
      readonly event?: OperationEvent
      readonly debt?: Debt
    }
  | { readonly kind: 'record'; readonly operation: Operation; readonly event: OperationEvent }
  | { readonly kind: 'recordCluster'; readonly event: ClusterEvent }
  | {
      readonly kind: 'retire'
      readonly group: ServerGroup
      readonly why: 'superseded' | 'decommissioned'
      readonly sentence: string
      /** Whose wish it is; absent: the engine's own. */
      readonly actor?: Actor
    }
  | {
      /** The night watch asks for a switch back, as a person would. */
      readonly kind: 'switchBack'
      readonly live: ServerGroup
      readonly to: ServerGroup
      readonly sentence: string
    }
  | {
      readonly kind: 'wait'
      readonly operation: Operation | null
      readonly sentence: string
      readonly until: Date | null
      readonly lookAgainMs: number
    }

export function record(operation: Operation, event: OperationEvent): TurnStep {
  return { kind: 'record', operation, event }
}

/** Sends one request about `object`, which refusals and the audit trail name. */
export function act(operation: Operation | null, call: Call, object: string, why: string): TurnStep {
  return { kind: 'act', call, object, why, operation }
}

export function wait(
  turn: Turn,
  operation: Operation,
  sentence: string,
  until: Date | null = null,
): TurnStep {
  return { kind: 'wait', operation, sentence, until, lookAgainMs: turn.timings.pollMs }
}

/** Waits for a moment before which nothing that a look could show would change anything. */
export function waitUntil(turn: Turn, operation: Operation, sentence: string, until: Date): TurnStep {
  const leftMs = until.getTime() - turn.seen.at.getTime()
  const { pollMs, stewardMs } = turn.timings
  return {
    kind: 'wait',
    operation,
    sentence,
    until,
    lookAgainMs: Math.max(pollMs, Math.min(leftMs, stewardMs)),
  }
}

/** A group as AWS shows it, or null when the snapshot has nothing of it. */
export function observedOf(turn: Turn, name: string | null): ObservedGroup | null {
  return name === null ? null : (turn.seen.groups.get(name) ?? null)
}

/** Milliseconds between a moment and the observation. */
export function sinceMs(turn: Turn, moment: Date): number {
  return turn.seen.at.getTime() - moment.getTime()
}

export function later(moment: Date, ms: number): Date {
  return new Date(moment.getTime() + ms)
}
