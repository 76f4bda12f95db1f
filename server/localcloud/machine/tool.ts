import { spawn } from 'node:child_process'
import type { GuestUser } from './guest-user.js'

export interface ToolRun {
  readonly status: number
  readonly output: string
}

export interface ToolOptions {
  readonly user?: GuestUser | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** Runs a program to its end, as the instances' user where one is given; output is stdout and stderr, at most 8 KB. */
export function runTool(command: readonly string[], options: ToolOptions = {}): Promise<ToolRun> {
  const [file = '', ...args] = command
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(file, args, {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      ...(options.user ?? {}),
    })
    const keep = (chunk: Buffer) => (output = (output + chunk.toString('utf8')).slice(-8192))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ status: 127, output: error.message }))
    child.on('close', (status) => resolve({ status: status ?? 128, output }))
  })
}
