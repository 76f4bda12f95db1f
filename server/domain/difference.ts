import type { ClusterState } from './cluster-state.js'
import type { DifferenceKind } from './drift-memory.js'
import type { Observed } from './observation.js'

/** What AWS shows otherwise than it is recorded, and what a person may do about it. */
export interface Difference {
  readonly kind: DifferenceKind
  /** The group that it is about; the cluster for its weights. */
  readonly subject: string
  readonly what: string
  readonly expected: string
  readonly found: string
  /** Who did it, where AWS shows that; null: not known. */
  readonly who: string | null
  readonly ways: readonly WayOut[]
}

/** One way out of a difference: exactly what it does, or why it can't be gone. */
export interface WayOut {
  readonly act: 'adopt' | 'undo' | 'leave'
  readonly effect: string
  /** Null: it may be gone. */
  readonly reason: string | null
}

/** What the differences of a cluster are made from. */
export interface DriftScene {
  readonly state: ClusterState
  readonly seen: Observed
  /** Whose mark we may change things of. */
  readonly owner: string
}
