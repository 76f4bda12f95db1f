import type { TokenScope } from '../domain/access.js'

/** Whom a one-time link signs in: somebody of the machine that the console runs on. */
export interface LocalPerson {
  readonly name: string
}

/** Whom a token stands for, and what it may do at most. */
export interface TokenOwner {
  /** Null: the token of the machine that the console runs on, for whoever runs it there. */
  readonly token: { readonly id: string; readonly scope: TokenScope; readonly expiresAt: Date | null } | null
  readonly personId: string
  readonly name: string
}

/** The answer that was given to a request with an `Idempotency-Key`. */
export interface StoredAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * Secrets that open the console. Only their SHA-256 is kept; the secret itself is returned once, by the call that makes
 * it. Life times are measured by the store's own clock, never by the local cloud's.
 */
export interface Credentials {
  /** A link that signs in once. */
  issueLink(person: LocalPerson, lifetimeMs: number): Promise<{ secret: string; expiresAt: Date }>
  /** True while the link could still sign somebody in. Looking does not use it up. */
  linkIsGood(secret: string): Promise<boolean>
  /** Uses the link up; null when it is unknown, used or too old. */
  redeemLink(secret: string): Promise<LocalPerson | null>
  /** The token of the machine's own command line. */
  issueToken(person: LocalPerson, lifetimeMs: number | null): Promise<string>
  /** Null for one that is unknown, too old or revoked. */
  tokenOwner(token: string): Promise<TokenOwner | null>

  /**
   * Reserves a key for one request: `new` (go on), `running` (the same request is being worked on), `unfinished` (it was
   * begun long ago and never answered), `other` (the key was used for another request) or the answer that was given.
   */
  beginOnce(
    key: string,
    fingerprint: string,
  ): Promise<'new' | 'running' | 'unfinished' | 'other' | StoredAnswer>
  finishOnce(key: string, answer: StoredAnswer): Promise<void>
  forgetOnce(key: string): Promise<void>
}
