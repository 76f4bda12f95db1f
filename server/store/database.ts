import pg from 'pg'
import { DatabaseAway } from '../domain/database-away.js'
import { DatabaseWatch, meansAway } from './database-watch.js'

export type Sql = Pick<pg.ClientBase, 'query'>

/** The server ends a statement after this; a little later the client stops waiting for a server that is silent. */
const statementMs = 15_000
const maxConnections = 12

/** The pool and the ways of using it. While the database is known to be away everything throws DatabaseAway at once. */
export class Database {
  private readonly pool: pg.Pool

  constructor(
    url: string,
    onFault: (error: Error) => void,
    readonly watch = new DatabaseWatch(),
  ) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: 5000,
      statement_timeout: statementMs,
      query_timeout: statementMs + 1000,
      keepAlive: true,
    })
    // An idle connection that breaks must not take the process with it.
    this.pool.on('error', onFault)
  }

  /** One statement outside a transaction. */
  query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Row>> {
    return this.withClient((client) => client.query<Row>(text, [...values]))
  }

  async rows<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    sql?: Sql,
  ): Promise<Row[]> {
    const result = sql ? await sql.query<Row>(text, [...values]) : await this.query<Row>(text, values)
    return result.rows
  }

  async first<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    sql?: Sql,
  ): Promise<Row | null> {
    return (await this.rows<Row>(text, values, sql))[0] ?? null
  }

  /** Runs `work` in one transaction; any throw rolls it back. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.within('begin', work)
  }

  /** Reads of `work` all see one moment: without it each statement sees its own, and what they say together never was. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.within('begin isolation level repeatable read read only', work)
  }

  private within<T>(begin: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      try {
        await client.query(begin)
        const result = await work(client)
        await client.query('commit')
        return result
      } catch (error) {
        // A connection that is thrown away takes its transaction with it; nobody would answer a rollback.
        if (!meansAway(error)) await client.query('rollback')
        throw error
      }
    })
  }

  /** Its connections: open and unused ones, who waits for one, and how many there may be. */
  poolState(): { open: number; idle: number; waiting: number; max: number } {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.pool
    return { open, idle, waiting, max: maxConnections }
  }

  async close(): Promise<void> {
    await this.pool.end()
  }

  /** A connection that failed is closed and not given to the next one. */
  private async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const askedMs = performance.now()
    const client = await this.connect(askedMs)
    let broken: Error | undefined
    // Between two statements nothing waits for an answer that could carry the news, and unheard it ends the process.
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      const result = await work(client)
      this.watch.answered()
      return result
    } catch (error) {
      const failure = this.watch.failed(error, true, askedMs)
      if (failure instanceof DatabaseAway) broken = failure
      throw failure
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  private async connect(askedMs: number): Promise<pg.PoolClient> {
    this.watch.refuseIfAway()
    try {
      return await this.pool.connect()
    } catch (error) {
      throw this.watch.failed(error, false, askedMs)
    }
  }
}
