import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { checkout } from './checkout.js'
import { readConsoleFile, type ConsoleFile } from './console-file.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where the command line finds its console: `--url` or DELLING_URL with DELLING_TOKEN, else what a console of this user
 * left in its state folder. Throws a sentence that says how to name one.
 */
export async function findConsole(
  flagUrl: string | undefined,
  env: Environment = process.env,
): Promise<ConsoleFile> {
  const url = flagUrl ?? env.DELLING_URL
  const token = env.DELLING_TOKEN
  if (url !== undefined && !/^https?:\/\//.test(url)) {
    throw new Error(`The console's address must begin with http:// or https://, unlike '${url}'.`)
  }
  if (url !== undefined && token) return { url, token }
  const home = await homeFolder(env)
  const local = readConsoleFile(home)
  if (local === undefined && url === undefined) {
    throw new Error(
      `No console was found: ${home} holds no console.json. Start one with npm start, or name one with ` +
        '--url (or DELLING_URL) and DELLING_TOKEN.',
    )
  }
  if (url === undefined) return local as ConsoleFile
  // A token is shown only to the console that it is for.
  if (local !== undefined && new URL(local.url).origin === new URL(url).origin) return local
  throw new Error(`DELLING_TOKEN is missing: set it to a token that the console at ${url} takes.`)
}

async function homeFolder(env: Environment): Promise<string> {
  if (env.DELLING_HOME) return resolve(env.DELLING_HOME)
  const file = join(checkout, 'config', 'local.yaml')
  if (!existsSync(file)) return join(checkout, 'var')
  const { parse } = await import('yaml')
  const { home } = (parse(readFileSync(file, 'utf8')) ?? {}) as { home?: unknown }
  if (typeof home !== 'string') return join(checkout, 'var')
  return isAbsolute(home) ? home : join(checkout, home)
}
