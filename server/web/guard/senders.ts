import type { Request } from 'express'
import type { SessionData, Store as SessionStore } from 'express-session'
import { within, type Person, type Right, type TokenScope } from '../../domain/access.js'
import { isLocalId, isVouchedBy, localId, rightsOf } from '../../domain/grant.js'
import type { Actor } from '../../domain/operation.js'
import type { Credentials } from '../credentials.js'
import type { People } from '../people.js'
import type { SignedIn } from '../sessions.js'
import type { SignInPolicy } from '../sign-in-policy.js'

declare module 'express-session' {
  interface SessionData {
    signedIn: SignedIn
  }
}

/** Who sent a request, and by what. */
export interface Sender {
  readonly actor: Actor
  readonly person: Person
  /** The token it came with; null for a browser and for the machine's own. */
  readonly token: { readonly id: string; readonly scope: TokenScope; readonly expiresAt: Date | null } | null
  readonly session: SignedIn | null
}

const everything: readonly Right[] = [{ role: 'admin', application: null }]

/** Finds out who sends a request: from a bearer token, or from the session. Rights are those of this moment. */
export class Senders {
  constructor(
    private readonly credentials: Credentials,
    private readonly people: People,
    private readonly policy: SignInPolicy,
    private readonly sessions: SessionStore,
  ) {}

  /** A request that names a token never rides on the cookie: the check of its origin goes by that. */
  async of(request: Request): Promise<Sender | null> {
    const { authorization } = request.headers
    if (authorization !== undefined) return this.byToken(authorization, request.headers['x-delling-via'])
    return this.bySession(request.session?.signedIn)
  }

  /** The same once more, for what stays open: a session or token that has ended since is none. */
  async again(request: Request): Promise<Sender | null> {
    if (request.headers.authorization !== undefined) return this.of(request)
    return this.bySession((await this.storedSession(request.sessionID))?.signedIn)
  }

  /**
   * Somebody whom the configuration vouches for by name: the subject or the address that the identity provider knows them
   * by, with the groups of their last sign-in. Where everybody is of this machine, so are they. Null for nobody.
   */
  async named(name: string): Promise<Person | null> {
    const { provider, local } = this.policy
    if (!provider) return local ? { id: localId(name), name, rights: everything } : null
    const known = (await this.people.everybody()).find(
      ({ id, subject, email }) =>
        isVouchedBy(provider.issuer, id) && (subject === name || email?.toLowerCase() === name.toLowerCase()),
    )
    const identity = known ?? { id: `named:${name}`, name, subject: name, email: name, groups: [] }
    const grants = [...this.policy.configured, ...(await this.people.grants())]
    return { id: identity.id, name: identity.name, rights: rightsOf(identity, grants) }
  }

  private async byToken(authorization: string, face: unknown): Promise<Sender | null> {
    const [scheme, secret] = authorization.split(' ')
    const owner = scheme === 'Bearer' && secret ? await this.credentials.tokenOwner(secret) : null
    if (!owner) return null
    const { personId, token } = owner
    const standing = await this.standing(personId)
    if (!standing) return null
    const { rights, name = owner.name } = standing
    return {
      actor: { name, via: face === 'cli' ? 'cli' : 'api' },
      person: {
        ...{ id: personId, name },
        ...(token ? { rights: within(rights, token.scope), ownRights: rights } : { rights }),
      },
      token,
      session: null,
    }
  }

  private async bySession(session: SignedIn | undefined): Promise<Sender | null> {
    if (!session || Date.now() - session.atMs > this.policy.longestMs) return null
    const { person: id } = session
    const standing = await this.standing(id)
    if (!standing) return null
    const { rights, name = session.personName } = standing
    return { actor: { name, via: 'console' }, person: { id, name, rights }, token: null, session }
  }

  /**
   * What somebody may now, and how they are called since their last sign-in: tokens and browsers of one person carry one name.
   * Null for somebody who is nobody here any more.
   */
  private async standing(id: string): Promise<{ rights: readonly Right[]; name?: string } | null> {
    const { provider, local, configured } = this.policy
    if (isLocalId(id)) return local ? { rights: everything } : null
    const known = provider && isVouchedBy(provider.issuer, id) ? await this.people.known(id) : null
    return (
      known && { name: known.name, rights: rightsOf(known, [...configured, ...(await this.people.grants())]) }
    )
  }

  private storedSession(id: string): Promise<SessionData | null> {
    return new Promise((resolve, reject) =>
      this.sessions.get(id, (error: unknown, session) =>
        error
          ? reject(error instanceof Error ? error : new Error('the session was not read'))
          : resolve(session ?? null),
      ),
    )
  }
}
