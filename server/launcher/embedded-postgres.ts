import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { secretIn } from '../../config/secret-file.js'
import { freePort, portLike } from './free-port.js'
import { initDatabase } from './init-database.js'
import { lastLines } from './log-file.js'
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.js'
import { postmasterFile, runningPostmaster, type Postmaster } from './postmaster-file.js'
import { signal, waitForEnd, type ProcessIdentity } from './process-identity.js'
import { serviceUser, type ServiceUser } from './service-user.js'

export interface EmbeddedPostgresOptions {
  /** Where the database's files lie; made where missing. */
  readonly folder: string
  /** Where its programs are copied to if its user cannot reach them in the checkout. */
  readonly stagingFolder: string
  /** Holds the password of its only user, mode 0600. */
  readonly passwordFile: string
  readonly logFile: string
  /** Tried first, so that the address survives a restart. */
  readonly preferredPort?: number | undefined
  /** Server settings, `name=value`. */
  readonly settings?: readonly string[]
}

export interface EmbeddedPostgres {
  readonly process: ProcessIdentity
  readonly port: number
  /** True when it was running already: the survivor of a launcher that was killed. */
  readonly adopted: boolean
  /** The address of a database in it. */
  urlOf(database: string): string
  stop(): Promise<void>
}

const startDeadlineMs = 60_000

/**
 * Starts PostgreSQL on loopback, or adopts the server that runs on the folder already; several processes may do it at
 * once and end with the same server. The server outlives this process. Throws a sentence with the end of its log.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = serviceUser()
  const password = secretIn(options.passwordFile, 24)
  const binaries = await postgresBinaries(user, options.stagingFolder)
  const data = join(options.folder, 'data')
  mkdirSync(options.folder, { recursive: true, mode: 0o755 })
  if (!existsSync(data)) await initDatabase({ ...options, data, binaries, user, password })
  const until = performance.now() + startDeadlineMs
  let started = false
  for (let attempt = 0; performance.now() < until; attempt += 1) {
    const running = runningPostmaster(data)
    if (running?.isReady) return serverAt(running, password, !started)
    if (running === undefined) {
      await removeStaleFile(data)
      const port = attempt === 0 ? await portLike(options.preferredPort) : await freePort()
      await launch(options, data, binaries, user, port)
      started = true
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(
    `PostgreSQL did not start within ${startDeadlineMs / 1000} s. The end of its log (${options.logFile}):\n${lastLines(options.logFile)}`,
  )
}

/**
 * PostgreSQL itself clears the file of a server that was killed, except while that pid seems to be taken: by the dead
 * process, not yet reaped, or by another program of the same user that was given the number.
 */
async function removeStaleFile(data: string): Promise<void> {
  const file = postmasterFile(data)
  if (!existsSync(file)) return
  await new Promise((resolve) => setTimeout(resolve, 100))
  if (runningPostmaster(data) === undefined) rmSync(file, { force: true })
}

/** Resolves once the server is ready or has ended. */
async function launch(
  options: EmbeddedPostgresOptions,
  data: string,
  binaries: PostgresBinaries,
  user: ServiceUser | undefined,
  port: number,
): Promise<void> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'shared_buffers=32MB',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(options.settings ?? []),
  ]
  const log = openSync(options.logFile, 'a', 0o600)
  const child = spawn(
    binaries.postgres,
    ['-D', data, '-p', String(port), ...settings.flatMap((pair) => ['-c', pair])],
    {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    },
  )
  closeSync(log)
  child.unref()
  let ended = false
  const end = () => (ended = true)
  child.once('exit', end)
  child.once('error', end)
  const isReady = () => {
    const running = runningPostmaster(data)
    return running?.process.pid === child.pid && running?.isReady === true
  }
  // Recovery after a crash may take its time: only the outer deadline ends the wait for a living server.
  while (!ended && !isReady()) await new Promise((resolve) => setTimeout(resolve, 15))
}

function serverAt(running: Postmaster, password: string, adopted: boolean): EmbeddedPostgres {
  return {
    process: running.process,
    port: running.port,
    adopted,
    urlOf: (database) => `postgres://delling:${password}@127.0.0.1:${running.port}/${database}`,
    stop: () => stopPostmaster(running.process),
  }
}

/** PostgreSQL's "fast" stop ends sessions and writes a checkpoint; its "immediate" one is as safe as a crash. */
async function stopPostmaster(server: ProcessIdentity): Promise<void> {
  signal(server, 'SIGINT')
  if (await waitForEnd(server, 15_000)) return
  signal(server, 'SIGQUIT')
  if (await waitForEnd(server, 5_000)) return
  signal(server, 'SIGKILL', true)
  await waitForEnd(server, 5_000)
}

/** Makes a database where it is missing. */
export async function ensureDatabase(server: EmbeddedPostgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.urlOf('postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } catch (error) {
    if ((error as { code?: string }).code !== '42P04') throw error
  } finally {
    await client.end()
  }
  return server.urlOf(name)
}
