import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { chown, rm, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Confinement } from './confinement.js'
import { ConsoleLog } from './console-log.js'
import { placeMappedGuest } from './path-mapping.js'
import {
  allProcesses,
  commandOf,
  cpuSecondsOf,
  processStat,
  recentProcesses,
  signal,
  tree,
  withEnvironment,
} from './processes.js'
import { type RequestHandlers, Requests } from './requests.js'
import { runTool } from './tool.js'

/** How an instance's init ended: it powered off, asked to boot again, or died without being asked. */
export type Ending = 'poweroff' | 'reboot' | 'died'

export interface MachineParts {
  readonly folder: string
  readonly guest: string
  readonly node: string | undefined
  readonly confinement: Confinement
}

export interface MachineEvents {
  ended(ending: Ending): void
  tag: RequestHandlers['tag']
}

const ASK_AGAIN_MS = 150

/** What init exits with; anything else is a death. */
const endings: Readonly<Record<number, Ending>> = { 64: 'poweroff', 65: 'reboot' }

/** One instance's processes: an init in its own namespaces, its console and its requests. */
export class Machine {
  private child: ChildProcess | undefined
  private over: Promise<void> = Promise.resolve()
  readonly console: ConsoleLog

  constructor(private readonly parts: MachineParts) {
    this.console = new ConsoleLog(join(parts.folder, 'console.log'))
  }

  get running(): boolean {
    return this.child !== undefined
  }

  /** The process whose death is the instance's death; undefined while it isn't up. */
  get initPid(): number | undefined {
    const pid = this.child?.pid
    if (pid === undefined || this.parts.confinement.prefix.length === 0) return pid
    return allProcesses().find((each) => each.parent === pid)?.pid
  }

  get cpuSeconds(): number {
    return this.child?.pid === undefined ? 0 : cpuSecondsOf(tree(this.child.pid, recentProcesses()))
  }

  async boot(events: MachineEvents): Promise<void> {
    const { folder, confinement, guest, node } = this.parts
    const pipes = ['console', 'requests'].map((name) => join(folder, `${name}.fifo`))
    await Promise.all(pipes.map((path) => rm(path, { force: true })))
    await runTool(['mkfifo', '-m', '600', ...pipes])
    if (confinement.user)
      for (const path of pipes) await chown(path, confinement.user.uid, confinement.user.gid)
    const requests = new Requests(join(folder, 'metadata'), {
      tag: events.tag,
      console: () => this.console.text(),
    })
    const output = openPipe(pipes[0] ?? '', (chunk) => this.console.append(chunk))
    const asked = openPipe(pipes[1] ?? '', (chunk) => requests.receive(chunk))
    const command =
      confinement.kind === 'namespaces'
        ? [...confinement.prefix, 'sh', join(guest, 'confine.sh'), folder, guest, node ?? '-']
        : ['sh', join(placeMappedGuest(guest, { folder }), 'init')]
    const child = spawn(command[0] ?? '', command.slice(1), {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LOCALCLOUD_INSTANCE: `${folder}/` },
      stdio: ['ignore', output.writer, output.writer],
      ...(confinement.user ?? {}),
    })
    this.child = child
    const exited = new Promise<number | null>((resolve) => {
      child.once('error', () => resolve(null))
      child.once('exit', (code) => resolve(code))
    })
    this.over = this.followToEnd(exited, [output, asked], events)
    if (child.pid === undefined) return
    const identity = { pid: child.pid, startTicks: processStat(child.pid)?.startTicks }
    await writeFile(join(folder, 'process.json'), JSON.stringify(identity)).catch(() => undefined)
  }

  /** The pipes hold what was written just before the end: they are read to their end before anyone is told. */
  private async followToEnd(
    exited: Promise<number | null>,
    pipes: OpenPipe[],
    events: MachineEvents,
  ): Promise<void> {
    const code = await exited
    this.killStrays()
    await Promise.all(pipes.map((pipe) => pipe.drained()))
    this.child = undefined
    this.console.flush()
    await rm(join(this.parts.folder, 'process.json'), { force: true })
    events.ended(endings[code ?? -1] ?? 'died')
  }

  /** Asks init to power off and kills it when it hasn't after `graceMs`. Resolves when nothing of it runs. */
  async shutDown(graceMs: number): Promise<void> {
    const ask = () => {
      const init = this.initPid
      if (init !== undefined) signal(init, 'SIGTERM')
    }
    ask()
    // An init that is only being set up does not hear signals yet.
    const again = setInterval(ask, ASK_AGAIN_MS)
    const timer = setTimeout(() => this.kill(), graceMs)
    await this.over
    clearInterval(again)
    clearTimeout(timer)
  }

  reboot(): void {
    const init = this.initPid
    if (init !== undefined) signal(init, 'SIGHUP')
  }

  /** Pulls the plug. */
  kill(): void {
    const pid = this.child?.pid
    if (pid === undefined) return
    for (const each of tree(pid).reverse()) signal(each.pid, 'SIGKILL')
  }

  /** Kills everything in it but init and the supervisors, which start their unit again as `Restart=` says. */
  crashApplication(): void {
    const init = this.initPid
    if (init === undefined) return
    const strays =
      this.parts.confinement.kind === 'namespaces'
        ? []
        : withEnvironment(`LOCALCLOUD_INSTANCE=${this.parts.folder}/`)
    const inside = new Set([...tree(init), ...strays].map((each) => each.pid))
    inside.delete(init)
    for (const pid of inside) if (!commandOf(pid).includes('/unit-run')) signal(pid, 'SIGKILL')
  }

  /** Without a process namespace, children outlive their init: they are known by what they inherited. */
  private killStrays(): void {
    if (this.parts.confinement.kind === 'namespaces') return
    for (const each of withEnvironment(`LOCALCLOUD_INSTANCE=${this.parts.folder}/`))
      signal(each.pid, 'SIGKILL')
  }

  async gone(): Promise<void> {
    await this.over
  }
}

interface OpenPipe {
  readonly writer: number
  /** Closes our own writing end and resolves when everything written has been read. */
  drained(): Promise<void>
}

const DRAIN_AT_MOST_MS = 2000

function openPipe(path: string, receive: (chunk: Buffer) => void): OpenPipe {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  // Opened without O_NONBLOCK: the flag would be shared with the programs inside, whose writes would then fail.
  const writer = openSync(path, constants.O_WRONLY)
  const socket = new Socket({ fd: reader, readable: true, writable: false })
  socket.on('data', receive)
  socket.on('error', () => socket.destroy())
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    writer,
    drained: async () => {
      closeSync(writer)
      // Without a process namespace a daemon that escaped may hold the pipe open for ever.
      const timer = setTimeout(() => socket.destroy(), DRAIN_AT_MOST_MS)
      await closed
      clearTimeout(timer)
    },
  }
}
