import type { NightsRun } from './night.js'
import { inWorkers } from './pool.js'

/** A world's run as it comes from another process. */
type NightsResult = Omit<NightsRun, 'violations'> & {
  readonly violations: readonly { readonly promise: string; readonly message: string }[]
}

export interface Simulated {
  readonly nights: number
  readonly operations: number
  readonly crashes: number
  readonly checks: number
  readonly lateLandings: number
  readonly worlds: Readonly<Record<string, number>>
  readonly failures: readonly NightsResult[]
  readonly seconds: number
  /** The first seed that was not taken. */
  readonly nextSeed: number
}

/** A world lives so many days: long enough for mornings, keeps and a second generation. */
const daysInAWorld = 6

interface SimulateOptions {
  readonly folder: string
  readonly nights: number
  readonly firstSeed: number
  readonly workers?: number
  readonly execArgv?: readonly string[]
  readonly say?: (sentence: string) => void
  /** Ends at the first violation. */
  readonly untilFirst?: boolean
}

/** Lives through at least so many nights of clusters, world after world, and counts. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const begun = performance.now()
  const total = { nights: 0, operations: 0, crashes: 0, checks: 0, lateLandings: 0 }
  const worlds: Record<string, number> = {}
  const failures: NightsResult[] = []
  let seed = options.firstSeed
  let said = 0
  await inWorkers<NightsResult>({
    folder: options.folder,
    ...(options.workers ? { workers: options.workers } : {}),
    ...(options.execArgv ? { execArgv: options.execArgv } : {}),
    next: () =>
      total.nights >= options.nights ? null : { task: 'nights', seed: seed++, nights: daysInAWorld },
    done: (result) => {
      for (const field of ['nights', 'operations', 'crashes', 'checks', 'lateLandings'] as const)
        total[field] += result[field]
      worlds[result.weather] = (worlds[result.weather] ?? 0) + 1
      if (result.violations.length > 0) {
        failures.push(result)
        // At once: the rest may take an hour, and the seed alone replays it.
        options.say?.(failureSentence(result))
      }
      if (total.nights - said >= 500) {
        said = total.nights
        const perSecond = total.nights / ((performance.now() - begun) / 1000)
        options.say?.(
          `${total.nights} nights, ${perSecond.toFixed(1)} a second, ${failures.length} worlds with a violation`,
        )
      }
      return !(options.untilFirst && failures.length > 0)
    },
  })
  return { ...total, worlds, failures, seconds: (performance.now() - begun) / 1000, nextSeed: seed }
}

/** What became of a world that broke a promise, with its seed and all that happened in it. */
export function failureSentence({ seed, weather, violations, transcript }: NightsResult): string {
  const said = violations.map((violation) => violation.message).join('\n')
  return `seed ${seed} (${weather}):\n${said}\n${transcript.slice(-40).join('\n')}`
}
