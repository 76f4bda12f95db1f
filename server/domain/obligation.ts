/**
 * Something changed in the account for a while, to be put back: a row until it is repaid, whatever became of the operation
 * that opened it. `minSize`: MinSize raised; `suspended`: processes we suspended; `builder`: an instance to terminate;
 * `testRule`: a rule that leads requests with a secret header to the next group, to delete.
 */
export type ObligationKind = 'minSize' | 'suspended' | 'builder' | 'testRule'

export interface Obligation {
  readonly id: string
  readonly kind: ObligationKind
  /** The server group, or the bake, that it belongs to. One open row for each kind of an object. */
  readonly object: string
  readonly cluster: string | null
  readonly operationId: string
  /** The value before our first change; never overwritten. */
  readonly original: ObligationValue
  /** Every value we tried to set since: what is observed is ours if it is one of these. */
  readonly attempted: readonly ObligationValue[]
  readonly openedAt: Date
  readonly closedAt: Date | null
  /** `repaid`, `overtaken` (somebody else changed it; left alone) or `gone` (the object went away). */
  readonly closedAs: string | null
}

export type ObligationValue =
  | { readonly min: number; readonly max: number }
  | { readonly processes: readonly string[] }
  | { readonly instanceId: string | null }
  /** The secret value of the test rule's header; shown to nobody as a whole. */
  | { readonly testValue: string }
