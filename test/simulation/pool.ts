import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Task } from './worker.js'

interface PoolOptions<Result> {
  /** Where the compiled code lies. */
  readonly folder: string
  /** What is to be done next; null when nothing is left for now. Who got null is asked again after each result. */
  readonly next: () => Task | null
  /** Told of each result; false ends everything. */
  readonly done: (result: Result) => boolean
  readonly workers?: number
  /** Options of Node for each process, beside those that make it fast. */
  readonly execArgv?: readonly string[]
}

/** Every function is compiled plainly at its first call: a worker lives for minutes, and V8 would spend the first of them warming up. */
const nodeOptions = ['--max-semi-space-size=64', '--always-sparkplug', '--no-warnings']

/**
 * Does many tasks at once, one process for each core, until nothing is left and none is under way. Rejects when one of them
 * ends by itself.
 */
export async function inWorkers<Result>(options: PoolOptions<Result>): Promise<void> {
  const { folder, workers = availableParallelism(), execArgv = [] } = options
  const script = join(folder, 'test', 'simulation', 'worker.js')
  const crew: Crew = { idle: new Map(), busy: 0, over: false }
  const children = Array.from({ length: workers }, () =>
    fork(script, {
      execArgv: [...nodeOptions, ...execArgv],
      stdio: 'inherit',
    }),
  )
  const ends = children.map((child) => follow(child, options, crew))
  handOut(options, crew)
  await Promise.all(ends)
}

interface Crew {
  /** Those that wait for something to do, and how each is told. */
  readonly idle: Map<ChildProcess, (task: Task) => void>
  busy: number
  over: boolean
}

function handOut<Result>({ next }: PoolOptions<Result>, crew: Crew): void {
  for (const [child, tell] of crew.idle) {
    const task = crew.over ? null : next()
    if (!task) break
    crew.idle.delete(child)
    crew.busy += 1
    tell(task)
  }
  if (crew.busy > 0) return
  for (const child of crew.idle.keys()) child.disconnect()
}

function follow<Result>(child: ChildProcess, options: PoolOptions<Result>, crew: Crew): Promise<void> {
  return new Promise((resolve, reject) => {
    let running: Task | null = null
    const waitForMore = () =>
      crew.idle.set(child, (task) => {
        running = task
        child.send(task)
      })
    child.on('message', (result: Result) => {
      running = null
      crew.busy -= 1
      if (!options.done(result)) crew.over = true
      waitForMore()
      handOut(options, crew)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (running) reject(new Error(`a process ended (${code}) in ${JSON.stringify(running)}`))
      else resolve()
    })
    waitForMore()
  })
}
