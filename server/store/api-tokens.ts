import type { AccessRole, TokenScope } from '../domain/access.js'
import type { Database } from './database.js'
import { digest, newSecret } from './secret.js'

/** How much of a token is kept to be shown: `dlg_` and six characters of 43. */
const prefixLength = 10

interface TokenRow {
  id: string
  label: string
  prefix: string
  person: string
  person_id: string
  role: AccessRole
  applications: readonly string[] | null
  made_by: string | null
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
}

const columns =
  'id, label, prefix, person, person_id, role, applications, made_by, created_at, expires_at, last_used_at, revoked_at'
/** Those that work, and those that ended in the last thirty days. */
const shown = `role is not null and coalesce(least(expires_at, revoked_at), 'infinity') > clock_timestamp() - interval '30 days'`
const works = `role is not null and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`

/** People's tokens in PostgreSQL. A row with a role was made by a person; the machine's own has none. */
export class PgApiTokens {
  constructor(private readonly database: Pick<Database, 'rows' | 'first' | 'transaction'>) {}

  /** The row of the token that makes it is locked, so that whoever revokes that one ends this one too. */
  async create(token: {
    label: string
    personId: string
    personName: string
    scope: TokenScope
    madeBy: string | null
    lifetimeMs: number
  }) {
    const secret = `dlg_${newSecret()}`
    const { label, personId, personName, scope, madeBy, lifetimeMs } = token
    const row = await this.database.first<TokenRow>(
      `with maker as (select 1 from api_tokens where id = $9::uuid and ${works} for share)
       insert into api_tokens (secret_sha256, person, person_id, label, prefix, role, applications, made_by, expires_at)
       select $1::bytea, $2, $3, $4, $5, $6, $7::jsonb, $9::uuid, clock_timestamp() + $8 * interval '1 millisecond'
       where $9::uuid is null or exists (select from maker)
       returning ${columns}`,
      [
        digest(secret),
        personName,
        personId,
        label,
        secret.slice(0, prefixLength),
        scope.role,
        scope.applications && JSON.stringify(scope.applications),
        lifetimeMs,
        madeBy,
      ],
    )
    return row && { token: tokenOf(row), secret }
  }

  async ofPerson(personId: string) {
    const rows = await this.database.rows<TokenRow>(
      `select ${columns} from api_tokens where person_id = $1 and ${shown} order by created_at desc`,
      [personId],
    )
    return rows.map(tokenOf)
  }

  async everybodys(limit: number) {
    const rows = await this.database.rows<TokenRow>(
      `select ${columns} from api_tokens where ${shown} order by created_at desc limit $1`,
      [limit],
    )
    return rows.map(tokenOf)
  }

  /** Maker before made, each in a statement of its own: a token that is being made meanwhile is waited for and seen. */
  revoke(id: string, personId: string | null) {
    return this.database.transaction(async (sql) => {
      const end = (which: string, values: readonly unknown[]) =>
        this.database.rows<TokenRow>(
          `update api_tokens set revoked_at = clock_timestamp() where ${which} and ${works} returning ${columns}`,
          values,
          sql,
        )
      const [ended] = await end(`id::text = $1 and ($2::text is null or person_id = $2)`, [id, personId])
      if (!ended) return null
      for (let makers = [ended]; makers.length > 0;)
        makers = await end(`made_by = any ($1::uuid[])`, [makers.map((maker) => maker.id)])
      return tokenOf(ended)
    })
  }
}

function tokenOf(row: TokenRow) {
  return {
    id: row.id,
    label: row.label,
    prefix: row.prefix,
    personId: row.person_id,
    personName: row.person,
    scope: { role: row.role, applications: row.applications },
    madeBy: row.made_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
