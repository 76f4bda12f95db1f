import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiled } from '../simulation/compile.js'
import { simulate } from '../simulation/simulate.js'

/** How fast the simulation of the tests lives through nights, and where its time goes. */
export interface SimulationSpeed {
  readonly nights: number
  readonly nightsPerSecond: number
  /** Parts of the time in which the processor was ours, by whose code ran; they add up to 1. */
  readonly shares: Readonly<Record<Owner, number>>
}

type Owner = 'engine' | 'localCloud' | 'simulation' | 'node'

/** What V8's sampling profiler writes when a process ends. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly url: string } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/**
 * Lives through nights twice: once on all cores for the speed, once in one process under V8's profiler for the shares,
 * because the profiler slows what it watches.
 */
export async function measureSimulation(workFolder: string, nights: number): Promise<SimulationSpeed> {
  const folder = compiled()
  const run = await simulate({ folder, nights, firstSeed: 1 })
  if (run.failures.length > 0)
    throw new Error(`The simulation broke a promise in ${run.failures.length} worlds.`)
  const profiles = join(workFolder, 'profiles')
  mkdirSync(profiles, { recursive: true })
  await simulate({
    folder,
    nights: Math.ceil(nights / 4),
    firstSeed: 1,
    workers: 1,
    execArgv: ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
  })
  return {
    nights: run.nights,
    nightsPerSecond: run.nights / run.seconds,
    shares: sharesIn(readdirSync(profiles).map((name) => profileAt(join(profiles, name)))),
  }
}

function profileAt(path: string): CpuProfile {
  return JSON.parse(readFileSync(path, 'utf8')) as CpuProfile
}

function sharesIn(profiles: readonly CpuProfile[]): Record<Owner, number> {
  const micros: Record<Owner, number> = { engine: 0, localCloud: 0, simulation: 0, node: 0 }
  for (const { nodes, samples, timeDeltas } of profiles) {
    const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame.url)]))
    for (const [at, id] of samples.entries()) micros[owners.get(id) ?? 'node'] += timeDeltas[at] ?? 0
  }
  const total = Object.values(micros).reduce((sum, each) => sum + each, 0)
  return {
    engine: micros.engine / total,
    localCloud: micros.localCloud / total,
    simulation: micros.simulation / total,
    node: micros.node / total,
  }
}

/** Garbage collection and Node's own code are nobody's. */
function ownerOf(url: string): Owner {
  if (url.includes('/server/localcloud/')) return 'localCloud'
  if (url.includes('/server/')) return 'engine'
  if (url.includes('/test/simulation/')) return 'simulation'
  return 'node'
}
