import type { Credentials, StoredAnswer } from '../../server/web/credentials.js'

/** Links, tokens and answers in memory; `expire` makes every link too old. */
export class FakeCredentials implements Credentials {
  private readonly links = new Map<string, string>()
  private readonly tokens = new Map<string, string>()
  private readonly answers = new Map<string, { fingerprint: string; answer: StoredAnswer | null }>()
  private made = 0
  /** Set: every key was begun by a request that is not answered. */
  begunBy: 'running' | 'unfinished' | null = null

  async issueLink(person: { name: string }, lifetimeMs: number) {
    const secret = `secret-${++this.made}`
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
    const token = `token-${++this.made}`
    this.tokens.set(token, person.name)
    return token
  }
  async tokenOwner(token: string) {
    const name = this.tokens.get(token)
    return name === undefined ? null : { name }
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
