import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseAway } from '../../server/domain/database-away.js'
import { everyScope } from '../../server/engine/ports.js'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { Database } from '../../server/store/database.js'
import { DatabaseWatch } from '../../server/store/database-watch.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let fresh: FreshDatabase
let admin: pg.Client
beforeAll(async () => {
  fresh = await freshDatabase()
  admin = new pg.Client({ connectionString: fresh.url })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await fresh.drop()
})

const endAllOthers = () =>
  admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )

describe('connections that the database ends', () => {
  it('in the middle of a transaction, between two statements: it fails as a fault that passes, and ends no process', async () => {
    const database = new Database(fresh.url, () => undefined)
    const broken = database.transaction(async (sql) => {
      await sql.query('select 1')
      await endAllOthers()
      // The news comes while nothing is asked of the connection.
      await new Promise((resolve) => setTimeout(resolve, 100))
      await sql.query('select 1')
    })
    await expect(broken).rejects.toBeInstanceOf(DatabaseAway)
    // What the feed does each second where one runs.
    database.watch.answered()
    expect(await database.rows('select 1')).toHaveLength(1)
    await database.close()
  })

  it('the feed listens again by itself, and tells its listeners to look at everything', async () => {
    const database = new Database(fresh.url, () => undefined)
    const feed = new ChangeFeed(fresh.url, database, () => undefined)
    await feed.start()
    const told: string[] = []
    feed.listen((scope) => told.push(scope))
    await endAllOthers()
    await until(() => told.includes(everyScope), 10_000, 'everything is looked at')
    await database.transaction((sql) => feed.tell(sql, 'cluster:shop-main'))
    await until(() => told.includes('cluster:shop-main'), 5000, 'it hears again')
    await feed.stop()
    await database.close()
  })
})

describe('what the watch makes of failures', () => {
  const failure = (patch: object) => Object.assign(new Error('Connection terminated unexpectedly'), patch)

  it('knows since when nobody answers, says it once, and refuses what comes meanwhile', () => {
    const said: string[] = []
    const watch = new DatabaseWatch({ away: () => said.push('away'), back: () => said.push('back') })
    watch.answered()
    const asked = performance.now()
    expect(watch.failed(failure({}), true, asked)).toMatchObject({ name: 'DatabaseAway', asked: true })
    watch.failed(failure({ code: 'ECONNREFUSED' }), false, asked)
    expect(() => watch.refuseIfAway()).toThrow(DatabaseAway)
    watch.answered()
    watch.answered()
    expect(said).toEqual(['away', 'back'])
    expect(watch.awaySince).toBeNull()
  })

  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', '25006'])(
    '%s means that nobody answers',
    (code) => {
      const watch = new DatabaseWatch()
      expect(watch.failed(failure({ code }), true, performance.now())).toBeInstanceOf(DatabaseAway)
      expect(watch.awaySince).not.toBeNull()
    },
  )

  it.each(['23505', '42P01', '40001', '57014'])('%s is an answer', (code) => {
    const watch = new DatabaseWatch()
    const error = failure({ code })
    expect(watch.failed(error, true, performance.now())).toBe(error)
    expect(watch.awaySince).toBeNull()
  })

  it('takes one connection’s trouble for no more, where another was answered since', () => {
    const watch = new DatabaseWatch()
    const asked = performance.now() - 1
    watch.answered()
    expect(watch.failed(failure({}), true, asked)).toBeInstanceOf(DatabaseAway)
    expect(watch.awaySince).toBeNull()
  })
})
