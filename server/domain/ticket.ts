import type { Call } from './call.js'

/**
 * A request whose answer never came. It can still take effect, once, at any moment until `wireMs` after it was signed;
 * only an answer, its effect, or a look made after that ends it.
 */
export interface Ticket {
  /** The intent's id. */
  readonly id: string
  readonly call: Call
  /** The server group, cluster or load balancer that the request is about. */
  readonly object: string
  readonly operationId: string | null
  /** When the intent was recorded, right before it was signed. */
  readonly signedAt: Date
  /** The same was sent again meanwhile, so that its effect no longer tells which of the two had it. */
  readonly repeated: boolean
}
