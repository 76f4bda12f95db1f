import { createHash } from 'node:crypto'
import type { Confirmation, Confirmations } from '../engine/ports-channels.js'
import type { Database } from './database.js'

/** Confirmations in PostgreSQL, so that any replica may be asked for the second half. Times are the database's. */
export class PgConfirmations implements Confirmations {
  constructor(private readonly database: Database) {}

  async ask({ user, cluster, from, to }: Confirmation, code: string, lifeMs: number): Promise<void> {
    await this.database.rows(
      `insert into chat_confirmations (chat_user, cluster, code_sha256, from_group, to_group, expires_at)
       values ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 millisecond')
       on conflict (chat_user, cluster) do update
       set code_sha256 = excluded.code_sha256, from_group = excluded.from_group, to_group = excluded.to_group,
         expires_at = excluded.expires_at`,
      [user, cluster, digest(code), from, to, lifeMs],
    )
  }

  /** One statement, so that of two that come at once only one is carried out. */
  async redeem(user: string, cluster: string, code: string): Promise<Confirmation | null> {
    const row = await this.database.first<{ from_group: string; to_group: string }>(
      `delete from chat_confirmations
       where chat_user = $1 and cluster = $2 and code_sha256 = $3 and expires_at > clock_timestamp()
       returning from_group, to_group`,
      [user, cluster, digest(code)],
    )
    return row ? { user, cluster, from: row.from_group, to: row.to_group } : null
  }
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}
