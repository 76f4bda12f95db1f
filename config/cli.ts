import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { checkout } from './checkout.js'
import { readConsoleFile, type ConsoleFile } from './console-file.js'
import { rememberedConsole } from './remembered-console.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where the command line finds its console: `--url` or DELLING_URL with DELLING_TOKEN, else what a console of this user
 * left in its state folder, else the one that `delling login` remembers: a console that runs here is never passed over for
 * one elsewhere. Throws a sentence that says how to name one.
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
  const known = [local, rememberedConsole(env)].filter((each) => each !== undefined)
  if (url === undefined) {
    if (known[0]) return known[0]
    throw new Error(
      `No console was found: ${home} holds no console.json. Start one with npm start, name one with ` +
        '--url (or DELLING_URL) and DELLING_TOKEN, or sign in to one: delling login --url … --with-token.',
    )
  }
  // A token is shown only to the console that it is for.
  const same = known.find((each) => new URL(each.url).origin === new URL(url).origin)
  if (same) return same
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
