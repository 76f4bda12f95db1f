import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processStat } from './machine/processes.js'

/** One local cloud for each home: two would fight over one state file. */
export class HomeLock {
  private constructor(private readonly path: string) {}

  /** Throws when a living process has the home; a dead one's lock is taken over. */
  static async take(home: string): Promise<HomeLock> {
    const path = join(home, 'localcloud.pid')
    const holder = readHolder(path)
    if (holder && holder.pid !== process.pid && isAlive(holder))
      throw new Error(
        `The local cloud was not started: ${home} is in use by process ${holder.pid}. Stop it, or give another home.`,
      )
    const startTicks = processStat(process.pid)?.startTicks
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTicks }), { mode: 0o600 })
    return new HomeLock(path)
  }

  async release(): Promise<void> {
    rmSync(this.path, { force: true })
  }
}

interface Holder {
  readonly pid: number
  readonly startTicks?: number
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** A pid is used again after a restart of the machine: the start time tells. Without /proc the pid must do. */
function isAlive({ pid, startTicks }: Holder): boolean {
  if (startTicks !== undefined) return processStat(pid)?.startTicks === startTicks
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
