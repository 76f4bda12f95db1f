import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ensureDatabase, startEmbeddedPostgres } from '../../server/launcher/embedded-postgres.js'
import { migrate } from '../../server/store/migrate.js'

export const template = 'delling_template'

/**
 * One PostgreSQL for a test run, with a migrated template that `freshDatabase` clones. fsync is off: nothing in it
 * outlives the run, and tests of durability kill processes, which loses nothing that was written.
 */
export async function startDatabaseServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'delling-test-db-'))
  // As root the server runs as another user, which has to pass through.
  chmodSync(folder, 0o711)
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    stagingFolder: folder,
    passwordFile: join(folder, 'password'),
    logFile: join(folder, 'log'),
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
  })
  const stop = async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await migrate(await ensureDatabase(server, template))
  } catch (error) {
    await stop()
    throw error
  }
  return { url: server.urlOf('postgres'), stop }
}

export async function withAdmin<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
