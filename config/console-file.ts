import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod/mini'

const schema = z.object({ url: z.url(), token: z.string().check(z.minLength(16)) })

/** Where a running console answers, and a token that it takes. */
export type ConsoleFile = z.infer<typeof schema>

export const consoleFileIn = (home: string): string => join(home, 'console.json')

/** Writes address and token for the command line of the same user: mode 0600, replaced in one step. */
export function writeConsoleFile(home: string, content: ConsoleFile): void {
  const file = consoleFileIn(home)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(schema.parse(content))}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

/** Takes an earlier one away, where the console is not opened by its machine's own token. */
export function removeConsoleFile(home: string): void {
  rmSync(consoleFileIn(home), { force: true })
}

/**
 * Reads it back; undefined where there is none. Throws a sentence when it is not to be trusted: it belongs to another
 * user, others can read it, or it is not what the console writes.
 */
export function readConsoleFile(home: string): ConsoleFile | undefined {
  const file = consoleFileIn(home)
  let stat
  try {
    stat = statSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: ${(error as Error).message}.`, { cause: error })
  }
  const user = process.getuid?.()
  if (user !== undefined && stat.uid !== user) {
    throw new Error(
      `${file} belongs to another user and is not trusted: set DELLING_URL and DELLING_TOKEN instead.`,
    )
  }
  if (user !== undefined && (stat.mode & 0o077) !== 0) {
    throw new Error(
      `${file} can be read by other users and is not trusted: delete it and restart the console.`,
    )
  }
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(`${file} is damaged: delete it and restart the console.`, { cause: error })
  }
}
