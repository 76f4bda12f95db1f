import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { NightsOptions, NightsRun } from './night.js'

/** A run as it comes from another process. */
export type NightsResult = Omit<NightsRun, 'violations'> & {
  readonly violations: readonly { readonly promise: string; readonly message: string }[]
}

interface PoolOptions {
  /** Where the compiled code lies. */
  readonly folder: string
  /** The next world to live through; null when there is none left. */
  readonly next: () => NightsOptions | null
  /** Told of each result; false ends everything. */
  readonly done: (result: NightsResult) => boolean
  readonly workers?: number
}

/** Lives through many worlds at once, one process for each core. Rejects when one of them ends by itself. */
export async function inWorkers({
  folder,
  next,
  done,
  workers = availableParallelism(),
}: PoolOptions): Promise<void> {
  const script = join(folder, 'test', 'simulation', 'worker.js')
  const state = { over: false }
  await Promise.all(
    Array.from({ length: workers }, () => {
      const child = fork(script, {
        execArgv: ['--max-semi-space-size=64', '--no-warnings'],
        stdio: 'inherit',
      })
      return follow(child, next, done, state)
    }),
  )
}

function follow(
  child: ChildProcess,
  next: PoolOptions['next'],
  done: PoolOptions['done'],
  state: { over: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let running: NightsOptions | null = null
    const send = () => {
      running = state.over ? null : next()
      if (running) child.send(running)
      else child.disconnect()
    }
    child.on('message', (result: NightsResult) => {
      if (!done(result)) state.over = true
      send()
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (running) reject(new Error(`the world of seed ${running.seed} ended its process (${code})`))
      else resolve()
    })
    send()
  })
}
