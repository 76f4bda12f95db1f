import type { AccessRole, Scope } from '../domain/access.js'
import type { Database } from './database.js'
import { digest, newSecret } from './secret.js'

/** How much of a token is kept to be shown: `dlg_` and six characters of 43. */
const prefixLength = 10

interface TokenRow {
  id: string
  label: string
  prefix: string
  person_id: string
  role: AccessRole
  applications: readonly string[] | null
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
}

const columns =
  'id, label, prefix, person_id, role, applications, created_at, expires_at, last_used_at, revoked_at'

/** People's tokens in PostgreSQL. A row with a role was made by a person; the machine's own has none. */
export class PgApiTokens {
  constructor(private readonly database: Pick<Database, 'query'>) {}

  async create(token: {
    label: string
    personId: string
    personName: string
    scope: Scope
    lifetimeMs: number
  }) {
    const secret = `dlg_${newSecret()}`
    const { label, personId, personName, scope, lifetimeMs } = token
    const { rows } = await this.database.query<TokenRow>(
      `insert into api_tokens (secret_sha256, person, person_id, label, prefix, role, applications, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8 * interval '1 millisecond') returning ${columns}`,
      [
        digest(secret),
        personName,
        personId,
        label,
        secret.slice(0, prefixLength),
        scope.role,
        scope.applications && JSON.stringify(scope.applications),
        lifetimeMs,
      ],
    )
    return { token: tokenOf(rows[0]!), secret }
  }

  async ofPerson(personId: string) {
    const { rows } = await this.database.query<TokenRow>(
      `select ${columns} from api_tokens
       where person_id = $1 and role is not null
         and coalesce(least(expires_at, revoked_at), 'infinity') > clock_timestamp() - interval '30 days'
       order by created_at desc`,
      [personId],
    )
    return rows.map(tokenOf)
  }

  async revoke(personId: string, id: string) {
    const { rows } = await this.database.query<TokenRow>(
      `update api_tokens set revoked_at = clock_timestamp()
       where person_id = $1 and id::text = $2 and role is not null and revoked_at is null
         and (expires_at is null or expires_at > clock_timestamp())
       returning ${columns}`,
      [personId, id],
    )
    return rows[0] ? tokenOf(rows[0]) : null
  }
}

function tokenOf(row: TokenRow) {
  return {
    id: row.id,
    label: row.label,
    prefix: row.prefix,
    personId: row.person_id,
    scope: { role: row.role, applications: row.applications },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
