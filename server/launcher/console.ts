import type { Handover } from '../../config/handover.js'
import { writeHandover } from '../../config/handover.js'
import type { RawSettings } from '../../config/settings-schema.js'
import type { Build } from './build.js'
import { childEnvironment } from './child-environment.js'
import type { Home } from './home.js'
import type { ServiceSpec } from './service.js'

/** How the console is started for one state folder. */
export function consoleSpec(
  home: Home,
  settings: RawSettings,
  handover: Handover & { readonly port: number },
  build: Build,
  env: Readonly<Record<string, string | undefined>>,
): ServiceSpec {
  const extra = {
    NODE_ENV: 'production',
    DELLING_HOME: home.path,
    ...(settings.databaseUrl === undefined ? {} : { DATABASE_URL: settings.databaseUrl }),
    ...writeHandover(handover),
  }
  return {
    name: 'console',
    title: 'console',
    home: home.path,
    script: build.script('server/main.js'),
    args: [],
    env: childEnvironment(env, { withAws: settings.cloud !== 'local' }, extra),
    port: handover.port,
    build: build.id,
    isReady: () => isConsoleReady(consoleUrl(settings.host, handover.port)),
    // The history of a generated account is written before the first answer.
    readyWithinMs: settings.bigAccount === undefined ? 120_000 : 600_000,
    stopWithinMs: 15_000,
  }
}

/** Where the console answers on this machine, whichever address it listens on. */
export function consoleUrl(host: string, port: number): string {
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return `http://${reachable}:${port}`
}

export async function isConsoleReady(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })
    await reply.body?.cancel()
    return reply.status === 200
  } catch {
    return false
  }
}
