import connectPgSimple from 'connect-pg-simple'
import session from 'express-session'
import type pg from 'pg'
import type { Database } from './database.js'

/** The console's sessions in PostgreSQL. */
export function makeSessionStore(database: Database): session.Store {
  const Sessions = connectPgSimple(session)
  // All it does with a pool is to ask it.
  const pool = {
    query: (text: string, values: unknown[]) => database.query(text, values),
  } as unknown as pg.Pool
  // Ended ones are no longer read, and deleted with all else that is over.
  return new Sessions({
    pool,
    tableName: 'sessions',
    createTableIfMissing: false,
    pruneSessionInterval: false,
  })
}
