import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresBinaries } from './postgres-binaries.js'
import type { ServiceUser } from './service-user.js'

export interface NewDatabase {
  /** The folder above `data`. */
  readonly folder: string
  readonly data: string
  readonly binaries: PostgresBinaries
  readonly user: ServiceUser | undefined
  readonly password: string
}

const run = promisify(execFile)

/** Makes the database's files aside and renames them: whoever comes first wins, and half of them is never found. */
export async function initDatabase({ folder, data, binaries, user, password }: NewDatabase): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const draft = mkdtempSync(join(folder, 'new-'))
  const passwordFile = join(draft, 'password')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user !== undefined) for (const path of [passwordFile, draft]) chownSync(path, user.uid, user.gid)
  const options = [
    `--pgdata=${join(draft, 'data')}`,
    `--pwfile=${passwordFile}`,
    '--username=delling',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ]
  try {
    await run(binaries.initdb, options, {
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    })
    if (!existsSync(data)) renameSync(join(draft, 'data'), data)
  } catch (error) {
    if (existsSync(data)) return
    const { stderr } = error as { stderr?: string }
    throw new Error(
      `The database could not be made in ${folder}: ${stderr?.trim() || (error as Error).message}`,
      {
        cause: error,
      },
    )
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
