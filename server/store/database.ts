import pg from 'pg'

export type Sql = Pick<pg.ClientBase, 'query'>

/** The pool and the two ways of using it. */
export class Database {
  readonly pool: pg.Pool

  constructor(url: string, onFault: (error: Error) => void) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: 12,
      connectionTimeoutMillis: 5000,
      statement_timeout: 15_000,
    })
    // An idle connection that breaks must not take the process with it.
    this.pool.on('error', onFault)
  }

  async rows<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    sql: Sql = this.pool,
  ): Promise<Row[]> {
    const result = await sql.query<Row>(text, [...values])
    return result.rows
  }

  async first<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    sql: Sql = this.pool,
  ): Promise<Row | null> {
    return (await this.rows<Row>(text, values, sql))[0] ?? null
  }

  /** Runs `work` in one transaction; any throw rolls it back. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    try {
      await client.query('begin')
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => {
        broken = fault
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  async close(): Promise<void> {
    await this.pool.end()
  }
}
