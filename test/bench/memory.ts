import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

interface ProcessMemory {
  readonly pid: number
  readonly parent: number
  readonly residentBytes: number
}

/** Resident memory of one process, in bytes. Throws where there is none. */
export function memoryOf(pid: number): number {
  const found = processes().find((one) => one.pid === pid)
  if (!found) throw new Error(`process ${pid} has ended`)
  return found.residentBytes
}

/** The most that was resident since the process began, in bytes; undefined where the system does not keep it. */
export function peakMemoryOf(pid: number): number | undefined {
  if (!existsSync('/proc/self/status')) return undefined
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/**
 * Memory of a process and its children, in bytes, with what they share counted once: that is PostgreSQL's buffer. Where
 * the system does not tell shares, resident memory added up, which is too much.
 */
export function memoryOfTree(root: number): number {
  const tree = processes().filter(({ pid, parent }) => pid === root || parent === root)
  return tree.reduce((sum, { pid, residentBytes }) => sum + (proportionalOf(pid) ?? residentBytes), 0)
}

/** From /proc where there is one: a slim system may lack ps. */
function processes(): ProcessMemory[] {
  if (existsSync('/proc/self/status'))
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statusOf(Number(name)) : []))
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number)
    return { pid, parent, residentBytes: kilobytes * 1024 }
  })
}

/** Empty for one that has ended meanwhile. */
function statusOf(pid: number): ProcessMemory[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    return [{ pid, parent: number('PPid'), residentBytes: number('VmRSS') * 1024 }]
  } catch {
    return []
  }
}

function proportionalOf(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
