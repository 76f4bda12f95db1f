import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** Ticks since boot at which it started: with the pid, its identity. */
  readonly startTicks: number
  /** User and system time, its dead children's included. */
  readonly cpuTicks: number
}

const TICKS_PER_SECOND = 100

/** Undefined when there is no such process (or no /proc on this machine). */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const number = (at: number) => Number(fields[at - 3])
    const cpuTicks = number(14) + number(15) + number(16) + number(17)
    return { pid, parent: number(4), startTicks: number(22), cpuTicks }
  } catch {
    return undefined
  }
}

export function allProcesses(): ProcessStat[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.flatMap((name) => processStat(Number(name)) ?? [])
  } catch {
    return []
  }
}

const RECENT_MS = 1000
let recent: { readonly atMs: number; readonly processes: readonly ProcessStat[] } | undefined

/** At most a second old: for figures that are read for every instance in turn. */
export function recentProcesses(): readonly ProcessStat[] {
  if (!recent || Date.now() - recent.atMs > RECENT_MS)
    recent = { atMs: Date.now(), processes: allProcesses() }
  return recent.processes
}

/** A process and everything below it, the process first. */
export function tree(root: number, processes: readonly ProcessStat[] = allProcesses()): ProcessStat[] {
  const children = new Map<number, ProcessStat[]>()
  for (const each of processes) children.set(each.parent, [...(children.get(each.parent) ?? []), each])
  const found = processes.filter((each) => each.pid === root)
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]?.pid ?? -1) ?? []))
  return found
}

/** Processes that were started with a variable that begins so: `NAME=value…`. */
export function withEnvironment(beginning: string): ProcessStat[] {
  return allProcesses().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .some((variable) => variable.startsWith(beginning))
    } catch {
      return false
    }
  })
}

/** The command line it was started with; '' when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

export const cpuSecondsOf = (processes: readonly ProcessStat[]): number =>
  processes.reduce((sum, each) => sum + each.cpuTicks, 0) / TICKS_PER_SECOND

/** True when the signal was sent: false means that the process is gone already. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}
