import type { Operation } from '../domain/operation.js'

/** An operation that begins or waits by now, and what its plan would have warned of. */
export interface Started {
  readonly operation: Operation
  readonly warnings: readonly string[]
}
