import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { cloneOfTemplate, withAdmin } from './database-server.js'

export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A migrated, empty database of its own for a test file; needs the global set-up of test/support/global-setup.ts. */
export async function freshDatabase(serverUrl = inject('databaseServerUrl')): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  return {
    url: await cloneOfTemplate(serverUrl, name),
    drop: () =>
      withAdmin(
        serverUrl,
        async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  }
}
