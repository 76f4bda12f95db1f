import type { Scope } from '../domain/access.js'

/** An API token as its owner sees it: never the secret. */
export interface Token {
  readonly id: string
  readonly label: string
  /** The first characters, by which its owner knows it again. */
  readonly prefix: string
  readonly personId: string
  readonly scope: Scope
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
  readonly scope: Scope
  readonly lifetimeMs: number
}

/** The tokens that people made for their scripts. */
export interface Tokens {
  /** The secret is returned once. */
  create(token: NewToken): Promise<{ readonly token: Token; readonly secret: string }>
  /** Newest first, ended ones of the last thirty days too. */
  ofPerson(personId: string): Promise<readonly Token[]>
  /** Of this person alone; null where there is none of that id that still works. */
  revoke(personId: string, id: string): Promise<Token | null>
}
