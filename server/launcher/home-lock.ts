import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.js'

/** The right to run Delling on one state folder. */
export interface HomeLock {
  /** Tells a launcher that comes now to wait for our end. */
  markStopping(): void
  release(): void
}

interface Owner extends ProcessIdentity {
  readonly stopping?: boolean
}

const lockFile = (home: string) => join(home, 'run', 'launcher.json')

/**
 * Takes the state folder for this process; undefined when another living launcher has it. A lock whose owner died, by
 * `kill -9` or a power cut, is taken over.
 */
export function takeHome(home: string): HomeLock | undefined {
  const lock = lockFile(home)
  const draft = `${lock}.${process.pid}`
  writeFileSync(draft, JSON.stringify(identityOf(process.pid)), { mode: 0o600 })
  try {
    // Each round either takes the lock, meets a living owner, or clears one dead owner away.
    for (;;) {
      if (tryLink(draft, lock)) return heldLock(lock)
      const owner = readOwner(lock)
      if (owner !== undefined && isAlive(owner)) return undefined
      clearAway(lock)
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Whether a living launcher has the state folder, which need not be there. */
export function isTaken(home: string): boolean {
  const owner = readOwner(lockFile(home))
  return owner !== undefined && isAlive(owner)
}

/** Whether the launcher that has the state folder is on its way out. */
export function isStopping(home: string): boolean {
  return readOwner(lockFile(home))?.stopping === true
}

function heldLock(lock: string): HomeLock {
  return {
    markStopping: () => {
      const draft = `${lock}.${process.pid}`
      writeFileSync(draft, JSON.stringify({ ...identityOf(process.pid), stopping: true }), { mode: 0o600 })
      renameSync(draft, lock)
    },
    release: () => rmSync(lock, { force: true }),
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

/** Two may find the same dead owner: whoever moved away a living one's lock puts it back. */
function clearAway(lock: string): void {
  const aside = `${lock}.dead.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  const owner = readOwner(aside)
  if (owner !== undefined && isAlive(owner)) tryLink(aside, lock)
  rmSync(aside, { force: true })
}
