import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import session from 'express-session'
import { pino, type Logger } from 'pino'
import { bindEngine } from '../../server/web/bind-engine.js'
import type { OpenApiDocument } from '../../server/web/api/document.js'
import { apiRouter } from '../../server/web/api/router.js'
import { consoleApp } from '../../server/web/console-app.js'
import type { SlackFace } from '../../server/web/deps.js'
import { checkedByDocument } from './checked-by-document.js'
import { FakeCredentials } from './fake-credentials.js'
import { MemoryChannels } from './memory-channels.js'
import { MemoryConfirmations } from './memory-confirmations.js'
import type { FakeWorld } from './fake-parts.js'

/** The same for every console of a version, so that it is made once. */
let document: OpenApiDocument | undefined

/**
 * The console over a world in memory, with the real engine's requests. Each answer of its API is held against its
 * document; `bare` is the same without that.
 */
export function consoleOver(
  world: FakeWorld,
  options: {
    logger?: Logger
    hosts?: string[]
    localCloud?: boolean
    maxUploadBytes?: number
    leftAlone?: ReadonlyMap<string, string>
    channels?: MemoryChannels
    slack?: Partial<SlackFace>
  } = {},
) {
  const credentials = new FakeCredentials()
  const uploadDir = mkdtempSync(path.join(tmpdir(), 'delling-upload-'))
  const parts = world.parts()
  const deps = {
    parts,
    engine: bindEngine(parts),
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
    channels: options.channels ?? new MemoryChannels((event) => world.addEvent(event)),
    leave: { loopback: true, networks: [] },
    slack: {
      signingSecret: null,
      people: {},
      confirmations: new MemoryConfirmations(),
      lateReplies: { send: async () => undefined },
      ...options.slack,
    },
    uploadDir,
    maxUploadBytes: options.maxUploadBytes ?? 1_048_576,
  }
  const bare = consoleApp(deps)
  document ??= apiRouter(deps).document()
  return { app: checkedByDocument(bare, document), bare, document, credentials, uploadDir }
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
