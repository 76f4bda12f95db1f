import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { consoleFileIn, readConsoleFile, writeConsoleFile, type ConsoleFile } from './console-file.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the command line keeps the console that `delling login` was told of; null where this user has no home. */
function folder(env: Environment): string | null {
  const base = env.XDG_CONFIG_HOME ?? (env.HOME ? join(env.HOME, '.config') : null)
  return base === null ? null : join(base, 'delling')
}

/** Undefined where nothing is remembered. Throws a sentence when the file is not to be trusted. */
export function rememberedConsole(env: Environment): ConsoleFile | undefined {
  const home = folder(env)
  return home === null ? undefined : readConsoleFile(home)
}

/** Writes it for this user alone (mode 0600) and answers with the file’s path. Throws a sentence where there is no home. */
export function rememberConsole(env: Environment, console: ConsoleFile): string {
  const home = folder(env)
  if (home === null) throw new Error('HOME is not set: use DELLING_URL and DELLING_TOKEN instead.')
  writeConsoleFile(home, console)
  return consoleFileIn(home)
}

/** Answers whether there was anything to forget. */
export function forgetConsole(env: Environment): boolean {
  const home = folder(env)
  if (home === null || rememberedConsole(env) === undefined) return false
  rmSync(consoleFileIn(home))
  return true
}
