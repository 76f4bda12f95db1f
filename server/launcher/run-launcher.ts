import { versionOf } from '../../config/checkout.js'
import { opensByLinks } from '../../config/console.js'
import type { RawSettings } from '../../config/settings-schema.js'
import { loadSettings, type Environment } from '../../config/settings.js'
import type { Build } from './build.js'
import { consoleUrl, isConsoleReady } from './console.js'
import { isStopping, isTaken, takeHome, type HomeLock } from './home-lock.js'
import { openHome, type Home } from './home.js'
import { launchAll, stopAll, type Running } from './launcher.js'
import { consolePort, ignoredPort } from './ports.js'
import { findSurvivor } from './service.js'
import { signInLink } from './sign-in-link.js'

export interface LauncherFace {
  readonly env: Environment
  readonly build: Build
  say(sentence: string): void
  complain(sentence: string): void
  /** Calls back for each signal that asks for an end. */
  onSignal(end: () => void): void
}

/**
 * Runs Delling until a signal, or until something keeps failing, and leaves nothing running behind. Where it runs
 * already, gives a new sign-in link. Resolves to the exit code; rejects with a sentence where nothing was started.
 */
export async function runLauncher(face: LauncherFace): Promise<number> {
  const settings = loadSettings(face.env)
  // Before anything is made: a start that is refused leaves no folder behind. Where Delling runs, its own port holds.
  if (!isTaken(settings.home)) await consolePort(settings.home, settings.host, settings.port)
  const home = openHome(settings.home)
  const lock = takeHome(home.path) ?? (await waitForRunning(home, settings, face))
  if (lock === undefined) return 0
  const elsewhere = home.isSystemFolder ? `; files of database and instances: ${home.dataFolder}` : ''
  face.say(`Delling ${versionOf()} · state: ${home.path}${elsewhere}`)

  const running: Running = []
  const end = new AbortController()
  const ended = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve()))
  let exit = 0
  const fail = (sentence: string) => {
    exit = 1
    face.complain(sentence)
    end.abort()
  }
  face.onSignal(() => {
    if (!end.signal.aborted) face.say('\nStopping what runs, the console first and the database last.')
    end.abort()
  })
  try {
    const { build, env } = face
    const say = (sentence: string) => face.say(sentence)
    await launchAll({ home, settings, build, env, stopped: end.signal, say, onGivenUp: fail }, running)
    await printLink(home, settings, face)
    face.say('Ctrl-C stops everything; the state stays.')
    await ended
  } catch (error) {
    if (!end.signal.aborted) fail((error as Error).message)
  }
  lock.markStopping()
  await stopAll(running, (sentence) => face.complain(sentence))
  lock.release()
  if (exit === 0) face.say('Stopped. The state stays for the next start.')
  return exit
}

async function printLink(home: Home, settings: RawSettings, face: LauncherFace): Promise<void> {
  if (!opensByLinks(settings)) return face.say(`\n  Open ${settings.publicUrl ?? ''} and sign in there.\n`)
  const link = await signInLink(home.path, localUrl(home, settings.host) ?? '')
  face.say(
    `\n  Open ${link}\n\nThe link signs in once, within 10 minutes; npx delling login prints a new one.`,
  )
}

function localUrl(home: Home, host: string): string | undefined {
  const port = findSurvivor(home.path, 'console')?.port
  return port === undefined ? undefined : consoleUrl(host, port)
}

/**
 * Another launcher has this state folder. One that stops is waited for, and the folder taken: that is returned. One that
 * runs, or is still starting, is left to run, and a link to its console printed.
 */
async function waitForRunning(
  home: Home,
  settings: RawSettings,
  face: LauncherFace,
): Promise<HomeLock | undefined> {
  const { host, port } = settings
  face.say(
    isStopping(home.path)
      ? 'Another start is just stopping; waiting for it.'
      : `Delling runs already on ${home.path}.`,
  )
  const until = performance.now() + 120_000
  while (performance.now() < until) {
    const lock = takeHome(home.path)
    if (lock !== undefined) return lock
    const url = localUrl(home, host)
    if (!isStopping(home.path) && url !== undefined && (await isConsoleReady(url))) {
      const ignored = ignoredPort(Number(new URL(url).port || 80), port)
      if (ignored !== undefined) face.say(ignored)
      await printLink(home, settings, face)
      return undefined
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('Its console does not get ready: look at where it was started, or into its log folder.')
}
