import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, rotateIfLong } from './log-file.js'
import { identityOf, isAlive, signal, waitForEnd, type ProcessIdentity } from './process-identity.js'
import { readRecord, writeRecord } from './service-record.js'

/** One of our own programs as a process of its own, which outlives the launcher when that is killed. */
export interface ServiceSpec {
  readonly name: 'localcloud' | 'console'
  /** As sentences call it. */
  readonly title: string
  readonly home: string
  readonly script: string
  readonly args: readonly string[]
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  /** Names the build: a survivor of an older one is replaced. */
  readonly build: string
  isReady(): Promise<boolean>
  readonly readyWithinMs: number
  readonly stopWithinMs: number
}

/** A process that the launcher keeps running. */
export interface Part {
  /** As sentences call it: `console`, `local cloud`, `database`. */
  readonly title: string
  readonly process: ProcessIdentity
  readonly logFile: string
  /** True when it was running already. */
  readonly adopted: boolean
  /** Starts it again after it has ended. */
  again(): Promise<Part>
  stop(): Promise<void>
}

export const logFileOf = (home: string, name: string): string => join(home, 'log', `${name}.log`)

/**
 * Finds the process that an earlier launcher left, if it was started the very same way, or starts a new one; a survivor
 * that was started another way is stopped first. Resolves when it is ready; throws a sentence with the end of its log.
 */
export async function startService(spec: ServiceSpec, stopped: AbortSignal): Promise<Part> {
  const survivor = findSurvivor(spec.home, spec.name)
  if (survivor !== undefined && survivor.fingerprint === fingerprintOf(spec)) {
    if (await untilReady(spec, survivor.process, stopped).catch(() => false)) {
      return partOf(spec, survivor.process, true, stopped)
    }
  }
  if (survivor !== undefined) await stopProcess(survivor.process, spec.stopWithinMs)
  stopped.throwIfAborted()
  const part = partOf(spec, launch(spec), false, stopped)
  try {
    await untilReady(spec, part.process, stopped)
  } catch (error) {
    await part.stop()
    throw error
  }
  return part
}

/** The living process that the record names. */
export function findSurvivor(
  home: string,
  name: ServiceSpec['name'],
): { process: ProcessIdentity; port: number; fingerprint: string } | undefined {
  const record = readRecord(home, name)
  if (record === undefined || !isAlive(record)) return undefined
  return {
    process: { pid: record.pid, startedAt: record.startedAt },
    port: record.port,
    fingerprint: record.fingerprint,
  }
}

function partOf(spec: ServiceSpec, process: ProcessIdentity, adopted: boolean, stopped: AbortSignal): Part {
  return {
    title: spec.title,
    process,
    logFile: logFileOf(spec.home, spec.name),
    adopted,
    again: () => startService(spec, stopped),
    stop: () => stopProcess(process, spec.stopWithinMs),
  }
}

function endedEarly(spec: ServiceSpec, logFile: string): Error {
  return new Error(
    `The ${spec.title} ended before it was ready. The end of its log (${logFile}):\n${lastLines(logFile)}`,
  )
}

function launch(spec: ServiceSpec): ProcessIdentity {
  const logFile = logFileOf(spec.home, spec.name)
  rotateIfLong(logFile)
  const log = openSync(logFile, 'a', 0o600)
  // A group of its own: Ctrl-C in the terminal reaches only the launcher, which stops everything in order.
  const child = spawn(process.execPath, ['--enable-source-maps', spec.script, ...spec.args], {
    cwd: spec.home,
    detached: true,
    stdio: ['ignore', log, log],
    env: spec.env,
  })
  closeSync(log)
  child.unref()
  child.on('error', () => undefined)
  if (child.pid === undefined) throw new Error(`The ${spec.title} could not be started: see ${logFile}.`)
  // A process that ended at once has no identity any more: its log says why.
  const identity = identityOf(child.pid)
  if (identity === undefined) throw endedEarly(spec, logFile)
  writeRecord(spec.home, spec.name, { ...identity, port: spec.port, fingerprint: fingerprintOf(spec) })
  return identity
}

async function untilReady(spec: ServiceSpec, child: ProcessIdentity, stopped: AbortSignal): Promise<true> {
  const until = performance.now() + spec.readyWithinMs
  const logFile = logFileOf(spec.home, spec.name)
  for (;;) {
    stopped.throwIfAborted()
    if (!isAlive(child)) {
      throw endedEarly(spec, logFile)
    }
    if (await spec.isReady()) return true
    if (performance.now() > until) {
      const seconds = spec.readyWithinMs / 1000
      throw new Error(
        `The ${spec.title} was not ready within ${seconds} s. The end of its log (${logFile}):\n${lastLines(logFile)}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function stopProcess(target: ProcessIdentity, withinMs: number): Promise<void> {
  signal(target, 'SIGTERM')
  if (await waitForEnd(target, withinMs)) return
  signal(target, 'SIGKILL', true)
  await waitForEnd(target, 5_000)
}

function fingerprintOf({ script, args, env, build }: ServiceSpec): string {
  return createHash('sha256')
    .update(JSON.stringify([process.execPath, script, args, Object.entries(env).sort(), build]))
    .digest('hex')
}
