import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import session from 'express-session'
import { pino, type Logger } from 'pino'
import { makeApp } from '../../server/web/app.js'
import { FakeCredentials } from './fake-credentials.js'
import type { FakeWorld } from './fake-parts.js'

/** The console over a world in memory, with the real engine's requests. */
export function consoleOver(
  world: FakeWorld,
  options: {
    logger?: Logger
    hosts?: string[]
    localCloud?: boolean
    maxUploadBytes?: number
    leftAlone?: ReadonlyMap<string, string>
  } = {},
) {
  const credentials = new FakeCredentials()
  const uploadDir = mkdtempSync(path.join(tmpdir(), 'delling-upload-'))
  const app = makeApp({
    parts: world.parts(),
    credentials,
    sessionStore: new session.MemoryStore(),
    sessionSecret: 'a secret for tests',
    hosts: options.hosts ?? ['127.0.0.1', 'localhost'],
    publicUrl: 'http://127.0.0.1',
    logger: options.logger ?? pino({ level: 'silent' }),
    ready: () => true,
    databaseAwaySince: () => null,
    leftAlone: () => options.leftAlone ?? new Map<string, string>(),
    localCloud: options.localCloud ?? true,
    uploadDir,
    maxUploadBytes: options.maxUploadBytes ?? 1_048_576,
  })
  return { app, credentials, uploadDir }
}

/** The same, listening on a free port of loopback. */
export async function listeningConsole(world: FakeWorld) {
  const { app, credentials } = consoleOver(world)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    credentials,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
