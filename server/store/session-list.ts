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

  ofPerson(person: string) {
    return this.listed(`sess -> 'signedIn' ->> 'person' = $1`, [person])
  }

  everybodys(limit: number) {
    return this.listed(`sess -> 'signedIn' is not null`, [], `limit ${limit}`)
  }

  private async listed(which: string, values: readonly unknown[], atMost = '') {
    const rows = await this.database.rows<{ session: SessionRow; expire: Date }>(
      `select sess -> 'signedIn' as session, expire::timestamptz as expire from sessions
       where ${which} and expire > localtimestamp order by expire desc ${atMost}`,
      values,
    )
    return rows.map(({ session, expire }) => ({
      ...session,
      lastUsedAt: new Date(expire.getTime() - this.idleMs),
    }))
  }

  async end(id: string, person: string | null) {
    const row = await this.database.first<{ session: SessionRow }>(
      `delete from sessions
       where sess -> 'signedIn' ->> 'id' = $1 and ($2::text is null or sess -> 'signedIn' ->> 'person' = $2)
       returning sess -> 'signedIn' as session`,
      [id, person],
    )
    return row?.session ?? null
  }
}
