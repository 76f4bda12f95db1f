import { join } from 'node:path'
import type { Handover } from '../../config/handover.js'
import type { RawSettings } from '../../config/settings-schema.js'
import type { Build } from './build.js'
import { cloudSecrets } from './cloud-secrets.js'
import { consoleSpec } from './console.js'
import {
  ensureDatabase,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js'
import type { Home } from './home.js'
import { localCloudSpec } from './local-cloud.js'
import { cloudPort, consolePort } from './ports.js'
import { logFileOf, startService, type Part } from './service.js'
import { readRecord, writeRecord } from './service-record.js'
import { keepRunning } from './supervise.js'

export interface Launch {
  readonly home: Home
  readonly settings: RawSettings
  readonly build: Build
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stopped: AbortSignal
  say(sentence: string): void
  onGivenUp(sentence: string): void
}

/** What is running, in the order in which it was started. */
export type Running = { readonly title: string; stop(): Promise<void> }[]

/**
 * Starts what the configuration asks for and waits until each is ready: database, local cloud, console. What is started
 * is put into `running` at once, so that it can be stopped whatever happens after it. Throws a sentence.
 */
export async function launchAll(launch: Launch, running: Running): Promise<void> {
  const { home, settings } = launch
  const port = await consolePort(home.path, settings.host, settings.port)
  const handover: Handover & { port: number } = { port }
  if (settings.databaseUrl === undefined) {
    handover.databaseUrl = await launchDatabase(launch, running)
  }
  launch.stopped.throwIfAborted()
  if (settings.cloud === 'local') {
    handover.localCloud = await launchLocalCloud(launch, running)
  }
  const spec = consoleSpec(home, settings, handover, launch.build, launch.env)
  keep(launch, await startService(spec, launch.stopped), running)
}

/** Ends everything in the reverse order of its start; one that cannot be ended does not keep the others. */
export async function stopAll(running: Running, say: (sentence: string) => void): Promise<void> {
  for (const part of running.splice(0).reverse()) {
    await part
      .stop()
      .catch((error: unknown) => say(`The ${part.title} could not be stopped: ${(error as Error).message}`))
  }
}

async function launchDatabase(launch: Launch, running: Running): Promise<string> {
  const { home } = launch
  const options = {
    folder: join(home.dataFolder, 'postgres'),
    stagingFolder: home.dataFolder,
    passwordFile: join(home.path, 'secrets', 'database'),
    logFile: logFileOf(home.path, 'database'),
    preferredPort: readRecord(home.path, 'database')?.port,
  }
  const server = await startEmbeddedPostgres(options)
  writeRecord(home.path, 'database', { ...server.process, port: server.port, fingerprint: '' })
  keep(launch, databasePart(server, options), running)
  launch.stopped.throwIfAborted()
  return ensureDatabase(server, 'delling')
}

/** The console knows the address: a server that starts again must have the same port. */
function databasePart(server: EmbeddedPostgres, options: EmbeddedPostgresOptions): Part {
  return {
    title: 'database',
    process: server.process,
    logFile: options.logFile,
    adopted: server.adopted,
    again: async () =>
      databasePart(await startEmbeddedPostgres({ ...options, preferredPort: server.port }), options),
    stop: () => server.stop(),
  }
}

async function launchLocalCloud(
  launch: Launch,
  running: Running,
): Promise<NonNullable<Handover['localCloud']>> {
  const { home, settings, build, env, stopped } = launch
  const secrets = cloudSecrets(home.path)
  const port = await cloudPort(home.path)
  keep(
    launch,
    await startService(localCloudSpec(home, settings, secrets, port, build, env), stopped),
    running,
  )
  return { url: `http://127.0.0.1:${port}`, accessKey: secrets.accessKey, controlToken: secrets.controlToken }
}

function keep(launch: Launch, part: Part, running: Running): void {
  const supervision = keepRunning(
    part,
    (s) => launch.say(s),
    (s) => launch.onGivenUp(s),
  )
  running.push({ title: part.title, stop: () => supervision.stop() })
  launch.say(`The ${part.title} ${part.adopted ? 'was running already' : 'is ready'}.`)
}
