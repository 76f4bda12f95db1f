import { deadReplicaMs, rememberedMs } from '../domain/job.js'
import type { Forgetting, Forgotten } from '../engine/ports-system.js'
import { answerLife } from './credentials.js'
import type { Database } from './database.js'

const older = (column: string, life: string) => `${column} < clock_timestamp() - interval '${life}'`
const milliseconds = (count: number) => `${count} milliseconds`

/** What is over, by what a sentence calls it, and which rows that are. Whoever asks for one looks at its end too. */
const over: readonly (readonly [what: string, table: string, which: string])[] = [
  ['sessions', 'sessions', 'expire < localtimestamp'],
  ['sign-in links', 'sign_in_links', older('expires_at', '1 day')],
  ['tokens', 'api_tokens', older('greatest(expires_at, revoked_at)', '30 days')],
  ['idempotency keys', 'idempotent_answers', older('created_at', answerLife)],
  ['chat confirmations', 'chat_confirmations', 'expires_at < clock_timestamp()'],
  ['deliveries', 'deliveries', `state <> 'waiting' and ${older('ended_at', milliseconds(rememberedMs))}`],
  ['job runs', 'job_runs', older('started_at', milliseconds(rememberedMs))],
  [
    'image retention runs',
    'image_retention_runs',
    `not open and (kind = 'dry run' and ${older('at', milliseconds(rememberedMs))} or ${older('at', '400 days')})`,
  ],
  ['dead replicas', 'replicas', older('beat_at', milliseconds(deadReplicaMs))],
]

/** Deletes in PostgreSQL what is over, by the database's clock. */
export class PgForgetting implements Forgetting {
  constructor(private readonly database: Database) {}

  async forget(): Promise<Forgotten> {
    const counts: Record<string, number> = {}
    for (const [what, table, which] of over) {
      const { rowCount } = await this.database.query(`delete from ${table} where ${which}`)
      counts[what] = rowCount ?? 0
    }
    return counts
  }
}
