import type { TokenScope } from '../domain/access.js'

/** An API token as its owner sees it: never the secret. */
export interface Token {
  readonly id: string
  readonly label: string
  /** The first characters, by which its owner knows it again. */
  readonly prefix: string
  readonly personId: string
  /** As its owner was called when they made it. */
  readonly personName: string
  readonly scope: TokenScope
  /** The token that made it, with which it ends; null where a person did. */
  readonly madeBy: string | null
  readonly createdAt: Date
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

export interface NewToken {
  readonly label: string
  readonly personId: string
  readonly personName: string
  readonly scope: TokenScope
  readonly madeBy: string | null
  readonly lifetimeMs: number
}

/** The tokens that people made for their scripts. */
export interface Tokens {
  /** The secret is returned once. Null where the token that makes it has ended meanwhile. */
  create(token: NewToken): Promise<{ readonly token: Token; readonly secret: string } | null>
  /** Newest first, ended ones of the last thirty days too. */
  ofPerson(personId: string): Promise<readonly Token[]>
  /** The same of everybody; at most so many. */
  everybodys(limit: number): Promise<readonly Token[]>
  /**
   * Ends a token, and those that it made, and those that they made. Of this person alone, or of anybody where `personId` is
   * null; null where there is none of that id that still works.
   */
  revoke(id: string, personId: string | null): Promise<Token | null>
}
