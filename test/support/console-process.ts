import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'
import { readConsoleFile } from '../../config/console-file.js'
import { writeHandover } from '../../config/handover.js'
import { freePort } from '../../server/launcher/free-port.js'
import { until } from './until.js'

/** A console as a process of its own: one replica with its pages, as the program serves them. */
export interface ConsoleProcess {
  readonly url: string
  readonly pid: number
  /** Its log so far. */
  log(): string
  get(path: string, init?: RequestInit): Promise<Response>
  /** The API's answer as JSON; throws with what it said where it is no 2xx. */
  api<Document>(method: string, path: string, body?: object): Promise<Document>
  /** In order, as a service manager stops it. Resolves to its exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

export interface ConsoleOptions {
  readonly databaseUrl: string
  readonly cloudUrl: string
  /** Another version's checkout than this one. */
  readonly from?: string
}

/** Starts a console and waits until it is ready. */
export async function startConsoleProcess(options: ConsoleOptions): Promise<ConsoleProcess> {
  const { databaseUrl, cloudUrl, from = checkout } = options
  const home = mkdtempSync(join(tmpdir(), 'delling-console-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', join(from, 'server', 'main.ts')], {
    cwd: from,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      DELLING_HOME: home,
      DELLING_CLOUD: 'local',
      DELLING_PACE: 'zero',
      DATABASE_URL: databaseUrl,
      ...writeHandover({
        port,
        localCloud: {
          url: cloudUrl,
          accessKey: { accessKeyId: 'test', secretAccessKey: 'test' },
          controlToken: 'test',
        },
      }),
    },
  })
  let output = ''
  const keep = (chunk: Buffer) => (output += chunk.toString())
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const url = `http://127.0.0.1:${port}`
  await until(
    () => output.includes('the console is ready') || child.exitCode !== null,
    90_000,
    'the console is ready',
  )
  const token = readConsoleFile(home)?.token
  if (child.exitCode !== null || !token) throw new Error(`the console ended:\n${output}`)
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    const code = await ended
    rmSync(home, { recursive: true, force: true })
    return code
  }
  return {
    url,
    pid: child.pid ?? 0,
    log: () => output,
    get,
    async api<Document>(method: string, path: string, body?: object) {
      const reply = await get(`/api/v1${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await reply.text()
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`)
      return JSON.parse(text) as Document
    },
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  }
}
