import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident memory of one process, in bytes. */
export function memoryOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

/**
 * Memory of a process and its children, in bytes, with what they share counted once: that is PostgreSQL's buffer. Where
 * the system does not tell shares, resident memory added up, which is too much.
 */
export function memoryOfTree(root: number): number {
  const pids = [root, ...childrenOf(root)]
  return pids.reduce((sum, pid) => sum + (proportionalOf(pid) ?? memoryOf(pid)), 0)
}

function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []))
}

function proportionalOf(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
