import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** The state folder and where the parts that another user must enter lie. */
export interface Home {
  /** Absolute, links resolved, mode 0700. */
  readonly path: string
  /** Files of the database and of instances: below the home, or as root in a system folder of their own. */
  readonly dataFolder: string
  readonly isSystemFolder: boolean
}

const systemRoot = '/var/lib'

/**
 * Makes the state folder. As root nobody else can enter it, so that the database and the instances, which do not run as
 * root, get a folder under /var/lib; the home remembers its name. Throws a sentence when the folder is somebody else's.
 */
export function openHome(path: string, asRoot = process.getuid?.() === 0): Home {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const owner = statSync(path).uid
    if (process.getuid !== undefined && owner !== process.getuid()) {
      throw new Error('it belongs to another user')
    }
    chmodSync(path, 0o700)
  } catch (error) {
    throw new Error(
      `The state folder ${path} cannot be used: ${(error as Error).message}. Set DELLING_HOME to a folder of yours.`,
      { cause: error },
    )
  }
  const real = realpathSync(path)
  for (const folder of ['run', 'log', 'secrets'])
    mkdirSync(join(real, folder), { recursive: true, mode: 0o700 })
  if (!asRoot) return { path: real, dataFolder: real, isSystemFolder: false }
  return { path: real, dataFolder: systemFolderOf(real), isSystemFolder: true }
}

/**
 * The system folder that belongs to this home. It is known by a random name kept in the home and not by the home's
 * path: a home that was deleted and made anew starts afresh, and one that was moved finds its data.
 */
function systemFolderOf(home: string): string {
  const note = join(home, 'system-folder')
  if (!existsSync(note)) {
    writeFileSync(note, join(systemRoot, `delling-${randomBytes(4).toString('hex')}`), { mode: 0o600 })
  }
  const folder = readFileSync(note, 'utf8').trim()
  const ownerNote = join(folder, 'home')
  const owner = existsSync(ownerNote) ? readFileSync(ownerNote, 'utf8').trim() : home
  if (owner !== home && existsSync(join(owner, 'system-folder'))) {
    throw new Error(
      `The state folder ${home} is a copy of ${owner}: both would use the files in ${folder}. Delete ${note} to start ` +
        'with an empty state, or start the other one.',
    )
  }
  mkdirSync(folder, { recursive: true })
  // Others may pass through it to what is theirs, but not list it.
  chmodSync(folder, 0o711)
  writeFileSync(ownerNote, home, { mode: 0o600 })
  return folder
}
