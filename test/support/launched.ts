import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'
import { isAlive, signal, waitForEnd, type ProcessIdentity } from '../../server/launcher/process-identity.js'
import { until } from './until.js'

/** A launcher with stand-ins for console and local cloud, and what it printed. */
export interface Launched {
  readonly child: ChildProcess
  output(): string
  /** Resolves to its exit code. */
  readonly ended: Promise<number | null>
}

const script = join(import.meta.dirname, 'stand-ins', 'launcher.ts')

export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'delling-launcher-'))
}

export function launch(home: string, env: Readonly<Record<string, string>> = {}): Launched {
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: checkout,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DELLING_HOME: home, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const keep = (chunk: Buffer) => (text += chunk.toString('utf8'))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, output: () => text, ended }
}

/** The process behind a part of Delling, as the launcher wrote it down. */
export function partOf(home: string, name: 'console' | 'localcloud' | 'database'): ProcessIdentity {
  return JSON.parse(readFileSync(join(home, 'run', `${name}.json`), 'utf8')) as ProcessIdentity
}

export async function untilReady(launched: Launched): Promise<string> {
  await until(() => /Open (\S+)/.test(launched.output()) || launched.child.exitCode !== null, 60_000)
  const link = /Open (\S+)/.exec(launched.output())?.[1]
  if (link === undefined) throw new Error(`It did not get ready:\n${launched.output()}`)
  return link
}

/** Ends whatever a test left running on this home, and removes its files. */
export async function removeHome(home: string, launched: readonly Launched[]): Promise<void> {
  for (const { child } of launched) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  }
  await Promise.all(launched.map(({ ended }) => ended))
  for (const name of ['console', 'localcloud', 'database'] as const) {
    if (!existsSync(join(home, 'run', `${name}.json`))) continue
    const part = partOf(home, name)
    signal(part, 'SIGKILL', true)
    await waitForEnd(part, 5_000)
  }
  const note = join(home, 'system-folder')
  if (existsSync(note)) rmSync(readFileSync(note, 'utf8').trim(), { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
}

export function aliveParts(home: string): string[] {
  const names = ['console', 'localcloud', 'database'] as const
  return names.filter((name) => existsSync(join(home, 'run', `${name}.json`)) && isAlive(partOf(home, name)))
}
