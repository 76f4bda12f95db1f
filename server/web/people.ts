import type { AccessRole } from '../domain/access.js'
import type { Grant, Identity } from '../domain/grant.js'

/** Somebody who signed in through the identity provider. */
export interface KnownPerson extends Identity {
  readonly signedInAt: Date
}

export interface NewGrant {
  readonly to: Grant['to']
  readonly role: AccessRole
  readonly application: string | null
  readonly by: string
  readonly why: string
}

/** Who signed in, and the roles that were given. */
export interface People {
  /** Remembers who signed in, as the identity provider describes them now. */
  remember(identity: Identity): Promise<void>
  known(id: string): Promise<KnownPerson | null>
  everybody(): Promise<readonly KnownPerson[]>
  grants(): Promise<readonly Grant[]>
  /** Null when it was given before. */
  give(grant: NewGrant): Promise<Grant | null>
  /**
   * Takes a grant away unless `mayGo` throws, which sees all of them; nobody else changes any meanwhile. Null when there
   * is none of that id.
   */
  take(id: string, mayGo: (grants: readonly Grant[]) => void): Promise<Grant | null>
}
