import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.js'

describe('the database that each test file gets', () => {
  it('is migrated and shared with no other file', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()])
    const [first, second] = [one, two].map(({ url }) => new pg.Client({ connectionString: url })) as [
      pg.Client,
      pg.Client,
    ]
    await Promise.all([first.connect(), second.connect()])
    await first.query('create table mine (id int)')
    const { rows } = await second.query<{ mine: string | null; migrations: string | null }>(
      `select to_regclass('mine') as mine, to_regclass('migrations') as migrations`,
    )
    expect(rows[0]).toEqual({ mine: null, migrations: 'migrations' })
    await Promise.all([first.end(), second.end()])
    await Promise.all([one.drop(), two.drop()])
  })
})
