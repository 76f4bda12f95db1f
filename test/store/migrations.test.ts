import { join } from 'node:path'
import { runner } from 'node-pg-migrate'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { migrate } from '../../server/store/migrate.js'
import { withAdmin } from '../support/database-server.js'
import { previousVersion } from '../support/previous-version.js'

const previous = previousVersion()
const serverUrl = inject('databaseServerUrl')
const names = { before: `before_${process.pid}`, after: `after_${process.pid}` }
const urlOf = (name: string) => Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href

beforeAll(async () => {
  for (const name of Object.values(names))
    await withAdmin(serverUrl, (client) => client.query(`create database ${name}`))
  await runner({
    databaseUrl: urlOf(names.before),
    dir: join(previous.folder, 'server', 'store', 'migrations'),
    migrationsTable: 'migrations',
    direction: 'up',
    log: () => undefined,
  })
  await migrate(urlOf(names.after))
})
afterAll(async () => {
  for (const name of Object.values(names))
    await withAdmin(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  previous.remove()
})

interface Column {
  readonly place: string
  readonly type: string
  readonly required: boolean
  readonly filled: boolean
}

const columns = (name: string) =>
  withAdmin(urlOf(name), async (client) => {
    const { rows } = await client.query<Column>(
      `select table_name || '.' || column_name as place, udt_name as type, is_nullable = 'NO' as required,
              column_default is not null or is_identity = 'YES' as filled
       from information_schema.columns where table_schema = 'public' order by 1`,
    )
    return new Map(rows.map((row) => [row.place, row]))
  })

/** What may refuse a row: unique indexes and checks, by their text. */
const restrictions = (name: string) =>
  withAdmin(urlOf(name), async (client) => {
    const { rows } = await client.query<{ table: string; text: string }>(
      `select tablename as table, indexdef as text from pg_indexes where schemaname = 'public' and indexdef ~ 'UNIQUE'
       union all
       select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'x')`,
    )
    return rows
  })

describe(`the schema that ${previous.name} made and the one this version migrates it to`, () => {
  it('have every column that the older one reads and writes, of the same type, and ask for none that it does not fill', async () => {
    const [before, after] = await Promise.all([columns(names.before), columns(names.after)])
    const tables = new Set([...before.keys()].map((place) => place.split('.')[0]))
    for (const [place, column] of before)
      expect({ place, type: after.get(place)?.type }).toEqual({ place, type: column.type })
    const unfilled = [...after.values()].filter(
      ({ place, required, filled }) =>
        tables.has(place.split('.')[0]) && required && !filled && before.get(place)?.required !== true,
    )
    expect(unfilled.map(({ place }) => place)).toEqual([])
  })

  it('refuse no row of the older one that they did not refuse before', async () => {
    const [before, after] = await Promise.all([restrictions(names.before), restrictions(names.after)])
    const known = new Set(before.map(({ text }) => text))
    const tables = new Set(before.map(({ table }) => table))
    expect(after.filter(({ table, text }) => tables.has(table) && !known.has(text))).toEqual([])
  })

  it('a later migration does not keep the older one from starting', async () => {
    await runner({
      databaseUrl: urlOf(names.after),
      dir: join(previous.folder, 'server', 'store', 'migrations'),
      migrationsTable: 'migrations',
      direction: 'up',
      log: () => undefined,
    })
    expect((await columns(names.after)).size).toBeGreaterThan(0)
  })
})
