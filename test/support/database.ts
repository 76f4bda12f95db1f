import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { template, withAdmin } from './database-server.js'

export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A migrated, empty database of its own for a test file; needs the global set-up of test/support/global-setup.ts. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const serverUrl = inject('databaseServerUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await withAdmin(serverUrl, (client) => cloneTemplate(client, name))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () =>
      withAdmin(
        serverUrl,
        async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  }
}

/** Only one clone can be made of a template at a time; PostgreSQL tells the others that it is in use. */
async function cloneTemplate(client: { query(text: string): Promise<unknown> }, name: string): Promise<void> {
  await client.query('select pg_advisory_lock(7401)')
  try {
    await client.query(`create database ${name} template ${template}`)
  } finally {
    await client.query('select pg_advisory_unlock(7401)')
  }
}
