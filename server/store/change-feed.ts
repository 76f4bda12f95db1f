import pg from 'pg'
import { everyScope } from '../engine/ports.js'
import type { Database, Sql } from './database.js'
import { changesChannel } from './write-change.js'

/** How often the database is asked whether it is there, and how long it may take to say so. */
const askMs = 1000
const answerMs = 3000

/**
 * LISTEN/NOTIFY: what any replica wrote reaches every other. A hint only: what is missed while the connection is away is
 * found by the next poll, and listeners are told to look at everything after a reconnect. Its connection is asked every
 * second, so it is also what notices that the database is away, and that it is there again.
 */
export class ChangeFeed {
  private readonly listeners = new Set<(scope: string, seq: number) => void>()
  private client: pg.Client | null = null
  private stopped = false
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly url: string,
    private readonly database: Database,
    private readonly onFault: (error: Error) => void,
  ) {}

  /** Resolves once it listens; throws where the database does not answer at the start. */
  async start(): Promise<void> {
    await this.connect()
    this.askLater()
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
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

  private askLater(): void {
    if (this.stopped) return
    this.timer = setTimeout(() => void this.ask().finally(() => this.askLater()), askMs)
    this.timer.unref()
  }

  /** Asks the connection it has, or makes another one. */
  private async ask(): Promise<void> {
    const askedMs = performance.now()
    try {
      if (this.client) {
        await this.client.query('select 1')
        this.database.watch.answered()
      } else {
        await this.connect()
        this.database.watch.answered()
        for (const listener of this.listeners) listener(everyScope, 0)
      }
    } catch (error) {
      this.database.watch.failed(error, true, askedMs)
      this.forget()
    }
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
      keepAlive: true,
    })
    client.on('notification', (message) => this.received(message.payload))
    client.on('error', (error) => {
      if (this.database.watch.awaySince === null) this.onFault(error)
      if (this.client === client) this.forget()
    })
    client.on('end', () => {
      if (this.client === client) this.forget()
    })
    try {
      await client.connect()
      await client.query(`listen ${changesChannel}`)
    } catch (error) {
      await drop(client)
      throw error
    }
    this.client = client
  }

  private forget(): void {
    const client = this.client
    this.client = null
    if (client) void drop(client)
  }
}

/** A silent server would never confirm the end; what is under way on the connection fails at once. */
async function drop(client: pg.Client): Promise<void> {
  await Promise.race([
    client.end().catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, 100).unref()),
  ])
}
