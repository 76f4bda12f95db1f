import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import session from 'express-session'
import { pino, type Logger } from 'pino'
import { makeApp } from '../../server/web/app.js'
import { bindEngine } from '../../server/web/bind-engine.js'
import type { OpenApiDocument } from '../../server/web/api/document.js'
import { apiRouter } from '../../server/web/api/router.js'
import type { SlackFace } from '../../server/web/deps.js'
import { AccessLog } from '../../server/web/guard/access-log.js'
import { Senders } from '../../server/web/guard/senders.js'
import type { SignInPolicy } from '../../server/web/sign-in-policy.js'
import { checkedByDocument } from './checked-by-document.js'
import { FakeCredentials } from './fake-credentials.js'
import { MemoryChannels } from './memory-channels.js'
import { MemoryConfirmations } from './memory-confirmations.js'
import { MemorySystem } from './memory-system.js'
import type { FakeWorld } from './fake-parts.js'
import { FakePeople } from './fake-people.js'
import { FakeSessions } from './fake-sessions.js'

/** As a console signs people in that was started with nothing configured. */
const byLinks: SignInPolicy = {
  local: true,
  provider: null,
  configured: [],
  approveOwn: true,
  idleMs: 86_400_000,
  longestMs: 7 * 86_400_000,
  trustedHops: null,
}

interface Options {
  readonly logger?: Logger
  readonly hosts?: string[]
  readonly localCloud?: boolean
  readonly maxUploadBytes?: number
  readonly leftAlone?: ReadonlyMap<string, string>
  readonly signIn?: Partial<SignInPolicy>
  readonly publicUrl?: string
  readonly channels?: MemoryChannels
  readonly slack?: Partial<SlackFace>
  readonly system?: MemorySystem
}

/** The same for every console of a version, so that it is made once. */
let document: OpenApiDocument | undefined

/**
 * The console over a world in memory, with the real engine's requests. Each answer of its API is held against its
 * document; `bare` is the same without that.
 */
export function consoleOver(
  world: Pick<FakeWorld, 'parts'> & Partial<Pick<FakeWorld, 'addEvent'>>,
  options: Options = {},
) {
  const credentials = new FakeCredentials()
  const people = new FakePeople()
  const sessionStore = new session.MemoryStore()
  const uploadDir = mkdtempSync(path.join(tmpdir(), 'delling-upload-'))
  const parts = world.parts()
  const deps = {
    parts,
    credentials,
    tokens: credentials,
    people,
    sessions: new FakeSessions(sessionStore),
    signIn: { ...byLinks, ...options.signIn },
    sessionStore,
    sessionSecret: 'a secret for tests',
    hosts: options.hosts ?? ['127.0.0.1', 'localhost'],
    publicUrl: options.publicUrl ?? 'http://127.0.0.1',
    logger: options.logger ?? pino({ level: 'silent' }),
    ready: () => true,
    databaseAwaySince: () => null,
    leftAlone: () => options.leftAlone ?? new Map<string, string>(),
    localCloud: options.localCloud ?? true,
    channels: options.channels ?? new MemoryChannels((event) => world.addEvent?.(event)),
    leave: { loopback: true, networks: [] },
    slack: {
      signingSecret: null,
      people: {},
      confirmations: new MemoryConfirmations(),
      lateReplies: { send: async () => undefined },
      ...options.slack,
    },
    system: options.system ?? new MemorySystem(),
    uploadDir,
    maxUploadBytes: options.maxUploadBytes ?? 1_048_576,
  }
  const bare = makeApp(deps)
  document ??= apiRouter({
    ...deps,
    engine: bindEngine(parts),
    accessLog: new AccessLog(parts.store),
    senders: new Senders(credentials, people, deps.signIn, sessionStore),
    allEvents: parts.history,
  }).document()
  return { app: checkedByDocument(bare, document), bare, document, credentials, people, uploadDir }
}

/** The same, listening on a free port of loopback. */
export async function listeningConsole(world: FakeWorld, options: Options = {}) {
  const { app, credentials, people } = consoleOver(world, options)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    credentials,
    people,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
