import type { Grant } from '../domain/grant.js'
import type { IdentityProvider } from './identity-provider.js'

/** How people sign in here, and for how long. */
export interface SignInPolicy {
  /** One-time links and the machine's own token open the console, for an admin. */
  readonly local: boolean
  readonly provider: IdentityProvider | null
  /** The admins that the configuration names; no page takes these away. */
  readonly configured: readonly Grant[]
  /** False: a deployment is approved by somebody else than who asked for it. */
  readonly approveOwn: boolean
  /** A session ends so long after its last use, */
  readonly idleMs: number
  /** and so long after its beginning in any case. */
  readonly longestMs: number
  /** How many proxies before the console may say who asked; null: those on private addresses where the address is https. */
  readonly trustedHops: number | null
}
