import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Task } from './worker.js'

interface PoolOptions<Result> {
  /** Where the compiled code lies. */
  readonly folder: string
  /** What is to be done next; null when nothing is left. */
  readonly next: () => Task | null
  /** Told of each result; false ends everything. */
  readonly done: (result: Result) => boolean
  readonly workers?: number
  /** Options of Node for each process, beside those that make it fast. */
  readonly execArgv?: readonly string[]
}

/** Does many tasks at once, one process for each core. Rejects when one of them ends by itself. */
export async function inWorkers<Result>(options: PoolOptions<Result>): Promise<void> {
  const { folder, workers = availableParallelism(), execArgv = [] } = options
  const script = join(folder, 'test', 'simulation', 'worker.js')
  const state = { over: false }
  await Promise.all(
    Array.from({ length: workers }, () => {
      const child = fork(script, {
        execArgv: ['--max-semi-space-size=64', '--no-warnings', ...execArgv],
        stdio: 'inherit',
      })
      return follow(child, options, state)
    }),
  )
}

function follow<Result>(
  child: ChildProcess,
  { next, done }: PoolOptions<Result>,
  state: { over: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let running: Task | null = null
    const send = () => {
      running = state.over ? null : next()
      if (running) child.send(running)
      else child.disconnect()
    }
    child.on('message', (result: Result) => {
      if (!done(result)) state.over = true
      send()
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (running) reject(new Error(`a process ended (${code}) in ${JSON.stringify(running)}`))
      else resolve()
    })
    send()
  })
}
