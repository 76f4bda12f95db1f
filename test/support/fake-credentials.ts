import { randomUUID } from 'node:crypto'
import { localId } from '../../server/domain/grant.js'
import type { Credentials, StoredAnswer, TokenOwner } from '../../server/web/credentials.js'
import type { NewToken, Token, Tokens } from '../../server/web/tokens.js'

/** Links, tokens and answers in memory; `expire` makes every link too old. */
export class FakeCredentials implements Credentials, Tokens {
  private readonly links = new Map<string, string>()
  private readonly tokens = new Map<string, TokenOwner>()
  private made: { token: Token; secret: string }[] = []
  private readonly answers = new Map<string, { fingerprint: string; answer: StoredAnswer | null }>()
  private count = 0
  /** Set: every key was begun by a request that is not answered. */
  begunBy: 'running' | 'unfinished' | null = null

  async issueLink(person: { name: string }, lifetimeMs: number) {
    const secret = `secret-${++this.count}`
    this.links.set(secret, person.name)
    return { secret, expiresAt: new Date(Date.now() + lifetimeMs) }
  }
  async linkIsGood(secret: string) {
    return this.links.has(secret)
  }
  async redeemLink(secret: string) {
    const name = this.links.get(secret)
    this.links.delete(secret)
    return name === undefined ? null : { name }
  }
  async issueToken(person: { name: string }) {
    const token = `token-${++this.count}`
    this.tokens.set(token, { name: person.name, personId: localId(person.name), token: null })
    return token
  }
  async tokenOwner(secret: string) {
    const owner = this.tokens.get(secret)
    if (!owner?.token) return owner ?? null
    const token = this.made.find((each) => each.secret === secret)!.token
    return token.revokedAt || (token.expiresAt && token.expiresAt <= new Date()) ? null : owner
  }
  async create({ label, personId, personName, scope, madeBy, lifetimeMs }: NewToken) {
    const secret = `dlg_${++this.count}-of-${personName}`
    const expiresAt = new Date(Date.now() + lifetimeMs)
    const id = randomUUID()
    const createdAt = new Date()
    const token = { id, label, prefix: secret.slice(0, 6), personId, personName, scope, madeBy, createdAt }
    const made = { token: { ...token, expiresAt, lastUsedAt: null, revokedAt: null }, secret }
    this.made = [made, ...this.made]
    this.tokens.set(secret, { name: personName, personId, token: { id, scope, expiresAt } })
    return made
  }
  async ofPerson(personId: string) {
    return this.made.map(({ token }) => token).filter((token) => token.personId === personId)
  }
  async everybodys() {
    return this.made.map(({ token }) => token)
  }
  async revoke(id: string, personId: string | null): Promise<Token | null> {
    const found = this.made.find(
      ({ token }) =>
        token.id === id && (personId === null || token.personId === personId) && !token.revokedAt,
    )
    if (!found) return null
    const token = { ...found.token, revokedAt: new Date() }
    this.made = this.made.map((each) => (each === found ? { ...each, token } : each))
    for (const { token: made } of this.made) if (made.madeBy === id) await this.revoke(made.id, null)
    return token
  }
  async beginOnce(key: string, fingerprint: string) {
    if (this.begunBy) return this.begunBy
    const known = this.answers.get(key)
    if (!known) {
      this.answers.set(key, { fingerprint, answer: null })
      return 'new' as const
    }
    if (known.fingerprint !== fingerprint) return 'other' as const
    return known.answer ?? ('running' as const)
  }
  async finishOnce(key: string, answer: StoredAnswer) {
    this.answers.set(key, { fingerprint: this.answers.get(key)?.fingerprint ?? '', answer })
  }
  async forgetOnce(key: string) {
    if (this.answers.get(key)?.answer === null) this.answers.delete(key)
  }
  expire(): void {
    this.links.clear()
  }
}
