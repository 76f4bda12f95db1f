import type { AccessRole } from '../domain/access.js'
import type { Grant, Identity } from '../domain/grant.js'
import type { Database } from './database.js'

interface PersonRow {
  id: string
  name: string
  subject: string
  email: string | null
  groups: readonly string[]
  signed_in_at: Date
}

interface GrantRow {
  id: string
  kind: 'person' | 'group'
  name: string
  role: AccessRole
  application: string | null
  granted_by: string
  granted_at: Date
  why: string
}

/** Who signed in and what they were given, in PostgreSQL. */
export class PgPeople {
  constructor(private readonly database: Pick<Database, 'rows' | 'first' | 'transaction'>) {}

  async remember({ id, name, subject, email, groups }: Identity): Promise<void> {
    await this.database.rows(
      `insert into people (id, name, subject, email, groups) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set name = excluded.name, email = excluded.email, groups = excluded.groups,
         signed_in_at = clock_timestamp()`,
      [id, name, subject, email, JSON.stringify(groups)],
    )
  }

  async known(id: string) {
    const row = await this.database.first<PersonRow>(`select * from people where id = $1`, [id])
    return row ? personOf(row) : null
  }

  async everybody() {
    return (await this.database.rows<PersonRow>(`select * from people order by name, id`)).map(personOf)
  }

  async grants() {
    return (await this.database.rows<GrantRow>(grantsByName)).map(grantOf)
  }

  async give(grant: Omit<Grant, 'id' | 'at'>) {
    const row = await this.database.first<GrantRow>(
      `insert into grants (id, kind, name, role, application, granted_by, why)
       values (gen_random_uuid(), $1, $2, $3, $4, $5, $6) on conflict do nothing returning *`,
      [grant.to.kind, grant.to.name, grant.role, grant.application, grant.by, grant.why],
    )
    return row ? grantOf(row) : null
  }

  /** All rows are locked first, so that of two admins who take each other's role at once one is refused. */
  take(id: string, mayGo: (grants: readonly Grant[]) => void) {
    return this.database.transaction(async (sql) => {
      await this.database.rows(`lock table grants in share row exclusive mode`, [], sql)
      const grants = (await this.database.rows<GrantRow>(grantsByName, [], sql)).map(grantOf)
      const going = grants.find((grant) => grant.id === id)
      if (!going) return null
      mayGo(grants)
      await this.database.rows(`delete from grants where id = $1`, [going.id], sql)
      return going
    })
  }
}

const grantsByName = `select * from grants order by kind, lower(name), application nulls first, role`

function personOf(row: PersonRow) {
  return {
    id: row.id,
    name: row.name,
    subject: row.subject,
    email: row.email,
    groups: row.groups,
    signedInAt: row.signed_in_at,
  }
}

function grantOf(row: GrantRow): Grant {
  return {
    id: row.id,
    to: { kind: row.kind, name: row.name },
    role: row.role,
    application: row.application,
    by: row.granted_by,
    at: row.granted_at,
    why: row.why,
  }
}
