import type { Database } from './database.js'

interface SessionRow {
  id: string
  person: string
  personName: string
  atMs: number
  browser: string
}

/** Who is signed in where, read off the sessions' own rows. */
export class PgSessions {
  /** @param idleMs how long after its last use a session ends, which is how its last use is known */
  constructor(
    private readonly database: Pick<Database, 'rows' | 'first'>,
    private readonly idleMs: number,
  ) {}

  async ofPerson(person: string) {
    const rows = await this.database.rows<{ session: SessionRow; expire: Date }>(
      `select sess -> 'signedIn' as session, expire::timestamptz as expire from sessions
       where sess -> 'signedIn' ->> 'person' = $1 and expire > localtimestamp order by expire desc`,
      [person],
    )
    return rows.map(({ session, expire }) => ({
      ...session,
      lastUsedAt: new Date(expire.getTime() - this.idleMs),
    }))
  }

  async end(person: string, id: string) {
    const row = await this.database.first<{ session: SessionRow }>(
      `delete from sessions where sess -> 'signedIn' ->> 'person' = $1 and sess -> 'signedIn' ->> 'id' = $2
       returning sess -> 'signedIn' as session`,
      [person, id],
    )
    return row?.session ?? null
  }
}
