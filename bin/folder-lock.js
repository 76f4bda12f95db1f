import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** When a process was started, as the system tells it: a pid that was given to somebody else has another one. */
export function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return afterName[0] === 'Z' ? undefined : afterName[19]
  } catch {
    if (process.platform === 'linux') return undefined
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}

function ownerOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8'))
  } catch {
    return undefined
  }
}

const isAlive = (owner) => owner !== undefined && startTimeOf(owner.pid) === owner.startedAt

/** A link fails when the name is taken, and the file it makes is complete from its first moment. */
function tryToTake(lockFile) {
  const mine = `${lockFile}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid) }))
  try {
    linkSync(mine, lockFile)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Two may find the same dead owner: the one that moved away a live lock puts it back. */
function clearAway(lockFile) {
  const aside = `${lockFile}.dead.${process.pid}`
  try {
    renameSync(lockFile, aside)
  } catch {
    return
  }
  if (isAlive(ownerOf(aside))) {
    try {
      linkSync(aside, lockFile)
    } catch {
      // A third one has taken it meanwhile.
    }
  }
  rmSync(aside, { force: true })
}

/**
 * Runs `work` while no other process holds the lock file; waits for one that does and tells `onWait` once. A lock whose
 * owner has died is taken over.
 */
export async function withLock(lockFile, work, onWait) {
  mkdirSync(dirname(lockFile), { recursive: true })
  let told = false
  while (!tryToTake(lockFile)) {
    if (!isAlive(ownerOf(lockFile))) {
      clearAway(lockFile)
      continue
    }
    if (!told) onWait()
    told = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}
