import { runner } from 'node-pg-migrate'
import { fileURLToPath } from 'node:url'

/** Migrations are read from the source tree, which the build does not copy. */
const folder = fileURLToPath(new URL('../../server/store/migrations', import.meta.url)).replace(
  /\/dist\/server\/store\/migrations$/,
  '/server/store/migrations',
)

/** Brings the database up to date. Two processes may start it at once: the second waits for the first. */
export async function migrate(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl,
    dir: folder,
    migrationsTable: 'migrations',
    direction: 'up',
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
}
