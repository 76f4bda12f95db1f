import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  ensureDatabase,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../server/launcher/embedded-postgres.js'
import { migrate } from '../../server/store/migrate.js'

const template = 'delling_template'

/** The ways in which a database goes away: its processes are stopped in their tracks, or it is shut down. */
export type Absence = 'frozen' | 'shut down'

export interface DatabaseServer {
  readonly url: string
  /** Takes it away. Resolves once nothing of it answers. */
  leave(how: Absence): Promise<void>
  /** It is there again, at the same address and with all that was committed. */
  comeBack(): Promise<void>
  stop(): Promise<void>
}

/**
 * One PostgreSQL for a test run, with a migrated template that `freshDatabase` clones. fsync is off: nothing in it
 * outlives the run, and tests of durability kill processes, which loses nothing that was written.
 */
export async function startDatabaseServer(): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'delling-test-db-'))
  // As root the server runs as another user, which has to pass through.
  chmodSync(folder, 0o711)
  const start = (preferredPort?: number) =>
    startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      stagingFolder: folder,
      passwordFile: join(folder, 'password'),
      logFile: join(folder, 'log'),
      preferredPort,
      settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
    })
  let server: EmbeddedPostgres = await start()
  let frozen: readonly number[] = []
  const comeBack = async () => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT')
    frozen = []
    const again = await start(server.port)
    if (again.port !== server.port) throw new Error(`port ${server.port} was taken meanwhile`)
    server = again
  }
  const stop = async () => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT')
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await migrate(await ensureDatabase(server, template))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: server.urlOf('postgres'),
    stop,
    comeBack,
    async leave(how) {
      if (how === 'shut down') return server.stop()
      // The postmaster first, so that it starts no more of them.
      process.kill(server.process.pid, 'SIGSTOP')
      frozen = [server.process.pid, ...childrenOf(server.process.pid)]
      for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    },
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // After the name, which may hold anything: state, then the parent.
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === parent
      } catch {
        return false
      }
    })
}

/** A migrated, empty database in a server. */
export async function cloneOfTemplate(serverUrl: string, name: string): Promise<string> {
  await withAdmin(serverUrl, async (client) => {
    // Only one clone can be made of a template at a time; PostgreSQL tells the others that it is in use.
    await client.query('select pg_advisory_lock(7401)')
    await client.query(`create database ${name} template ${template}`)
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
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
