import type { AccessRole, TokenScope } from '../domain/access.js'
import { localId } from '../domain/grant.js'
import type { Database } from './database.js'
import { digest, newSecret } from './secret.js'

/** How long the answer to a request with an Idempotency-Key is remembered. */
export const answerLife = '24 hours'
/** A request that was begun and not answered after this is taken to have died: what it did is not known. */
const runningLife = '2 minutes'

interface OwnerRow {
  id: string
  person: string
  person_id: string | null
  role: AccessRole | null
  applications: readonly string[] | null
  expires_at: Date | null
  note: boolean
}

interface TokenOwner {
  readonly token: { readonly id: string; readonly scope: TokenScope; readonly expiresAt: Date | null } | null
  readonly personId: string
  readonly name: string
}

/** Links, tokens and idempotency keys in PostgreSQL. Times are the database's. */
export class PgCredentials {
  constructor(private readonly database: Pick<Database, 'query'>) {}

  async issueLink(
    person: { name: string },
    lifetimeMs: number,
  ): Promise<{ secret: string; expiresAt: Date }> {
    const secret = newSecret()
    const { rows } = await this.database.query<{ expires_at: Date }>(
      `insert into sign_in_links (secret_sha256, person, expires_at)
       values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond') returning expires_at`,
      [digest(secret), person.name, lifetimeMs],
    )
    return { secret, expiresAt: rows[0]!.expires_at }
  }

  async linkIsGood(secret: string): Promise<boolean> {
    const { rowCount } = await this.database.query(
      `select 1 from sign_in_links
       where secret_sha256 = $1 and used_at is null and expires_at > clock_timestamp()`,
      [digest(secret)],
    )
    return rowCount === 1
  }

  /** One statement, so that of two that come at once only one signs in. */
  async redeemLink(secret: string): Promise<{ name: string } | null> {
    const { rows } = await this.database.query<{ person: string }>(
      `update sign_in_links set used_at = clock_timestamp()
       where secret_sha256 = $1 and used_at is null and expires_at > clock_timestamp()
       returning person`,
      [digest(secret)],
    )
    return rows[0] ? { name: rows[0].person } : null
  }

  /** The token reads `dlg_…`, so that a scanner for leaked secrets can know it. */
  async issueToken(person: { name: string }, lifetimeMs: number | null): Promise<string> {
    const token = `dlg_${newSecret()}`
    await this.database.query(
      `insert into api_tokens (secret_sha256, person, expires_at)
       values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')`,
      [digest(token), person.name, lifetimeMs],
    )
    return token
  }

  /** Notes the use too, once a minute: more often would be a write for each request. */
  async tokenOwner(token: string): Promise<TokenOwner | null> {
    const { rows } = await this.database.query<OwnerRow>(
      `select id, person, person_id, role, applications, expires_at, coalesce(last_used_at, '-infinity') < clock_timestamp() - interval '1 minute' as note
       from api_tokens
       where secret_sha256 = $1 and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`,
      [digest(token)],
    )
    const row = rows[0]
    if (!row) return null
    if (row.note)
      await this.database.query(`update api_tokens set last_used_at = clock_timestamp() where id = $1`, [
        row.id,
      ])
    const own = { personId: row.person_id ?? localId(row.person), name: row.person }
    if (row.role === null) return { ...own, token: null }
    const scope = { role: row.role, applications: row.applications }
    return { ...own, token: { id: row.id, scope, expiresAt: row.expires_at } }
  }

  async beginOnce(
    key: string,
    fingerprint: string,
  ): Promise<'new' | 'running' | 'unfinished' | 'other' | { status: number; body: unknown }> {
    await this.database.query(
      `delete from idempotent_answers where key = $1 and created_at < clock_timestamp() - interval '${answerLife}'`,
      [key],
    )
    const taken = await this.database.query(
      `insert into idempotent_answers (key, fingerprint) values ($1, $2) on conflict (key) do nothing`,
      [key, fingerprint],
    )
    if (taken.rowCount === 1) return 'new'
    const { rows } = await this.database.query<{
      fingerprint: string
      status: number | null
      body: unknown
      late: boolean
    }>(
      `select fingerprint, status, body, created_at < clock_timestamp() - interval '${runningLife}' as late
       from idempotent_answers where key = $1`,
      [key],
    )
    const row = rows[0]
    if (!row) return 'running'
    if (row.fingerprint !== fingerprint) return 'other'
    if (row.status !== null) return { status: row.status, body: row.body }
    return row.late ? 'unfinished' : 'running'
  }

  async finishOnce(key: string, answer: { status: number; body: unknown }): Promise<void> {
    await this.database.query(`update idempotent_answers set status = $2, body = $3 where key = $1`, [
      key,
      answer.status,
      JSON.stringify(answer.body),
    ])
  }

  async forgetOnce(key: string): Promise<void> {
    await this.database.query(`delete from idempotent_answers where key = $1 and status is null`, [key])
  }
}
