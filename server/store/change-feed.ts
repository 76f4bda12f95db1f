import pg from 'pg'
import type { Database, Sql } from './database.js'
import { changesChannel } from './write-change.js'

const reconnectMs = 1000

/**
 * LISTEN/NOTIFY: what any replica wrote reaches every other. A hint only: what is missed while the connection is away is
 * found by the next poll, and listeners are told to look at everything after a reconnect.
 */
export class ChangeFeed {
  private readonly listeners = new Set<(scope: string, seq: number) => void>()
  private client: pg.Client | null = null
  private stopped = false

  constructor(
    private readonly url: string,
    private readonly database: Database,
    private readonly onFault: (error: Error) => void,
  ) {}

  async start(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url })
    client.on('notification', (message) => this.received(message.payload))
    client.on('error', (error) => {
      this.onFault(error)
      this.reconnect()
    })
    client.on('end', () => this.reconnect())
    this.client = client
    await client.connect()
    await client.query(`listen ${changesChannel}`)
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.client?.end().catch(() => undefined)
  }

  listen(listener: (scope: string, seq: number) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Tells every replica that what is shown of a scope changed, without an event. */
  async tell(sql: Sql, scope: string): Promise<void> {
    await this.database.rows(
      `select pg_notify($1, $2)`,
      [changesChannel, JSON.stringify({ scope, seq: 0 })],
      sql,
    )
  }

  private received(payload: string | undefined): void {
    if (!payload) return
    const { scope, seq } = JSON.parse(payload) as { scope: string; seq: number }
    for (const listener of this.listeners) listener(scope, seq)
  }

  private reconnect(): void {
    if (this.stopped || !this.client) return
    this.client = null
    setTimeout(() => {
      this.start()
        .then(() => {
          for (const listener of this.listeners) listener('log', 0)
        })
        .catch((error: Error) => {
          this.onFault(error)
          this.client ??= new pg.Client()
          this.reconnect()
        })
    }, reconnectMs).unref()
  }
}
