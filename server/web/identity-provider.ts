import type { Identity } from '../domain/grant.js'

/** What a browser that was sent to the provider must bring back, kept in its session meanwhile. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Whoever vouches for the people of a team. Every call throws where the provider does not answer. */
export interface IdentityProvider {
  /** As the button names it. */
  readonly label: string
  /** What the ids of those whom it vouches for begin with. */
  readonly issuer: string
  begin(): Promise<{ readonly address: string; readonly pending: PendingSignIn }>
  /** `query`: what the browser brought back, as it came. Throws NotVouchedFor where it is not what was asked for. */
  finish(query: string, pending: PendingSignIn): Promise<Identity>
  /** Where to sign out of the provider itself; null where it has no such address, or is not reached. */
  signOutAddress(): Promise<string | null>
}
