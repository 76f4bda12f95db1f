import type { MemoryStore, SessionData } from 'express-session'
import type { Sessions, SignedIn } from '../../server/web/sessions.js'

/** The sessions that a store in memory holds. */
export class FakeSessions implements Sessions {
  constructor(private readonly store: MemoryStore) {}

  async ofPerson(person: string) {
    return (await this.everybodys()).filter((session) => session.person === person)
  }

  async everybodys() {
    return Object.values(await this.all())
      .flatMap(({ signedIn }) => (signedIn ? [signedIn] : []))
      .map((signedIn) => ({ ...signedIn, lastUsedAt: new Date() }))
  }

  async end(id: string, person: string | null): Promise<SignedIn | null> {
    for (const [sid, { signedIn }] of Object.entries(await this.all())) {
      if (signedIn?.id !== id || (person !== null && signedIn.person !== person)) continue
      await new Promise((resolve) => this.store.destroy(sid, resolve))
      return signedIn
    }
    return null
  }

  private all(): Promise<Record<string, SessionData>> {
    return new Promise((resolve) => this.store.all((_error, sessions) => resolve(sessions ?? {})))
  }
}
