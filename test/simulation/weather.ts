import type { FaultKind } from '../../server/localcloud/knobs.js'
import type { Random } from './random.js'
import type { Cut, CutPoint } from './replica.js'

/** How bad the world is: what can go wrong in it, and how often. */
export interface Weather {
  readonly name: string
  /** At each mutating cut point. */
  readonly crash: number
  readonly pause: number
  readonly longestPauseMs: number
  /** At each call: what becomes of it instead of being carried out and answered. */
  readonly callFaults: Readonly<Partial<Record<FaultKind, number>>>
  /** Things that happen to instances and zones, a day. */
  readonly instanceDeaths: number
  readonly zoneOutages: number
  /** Changes by somebody else, a day. */
  readonly strangers: number
  /** How long a change takes to be answered, at most. */
  readonly latencyMs: number
  readonly replicas: number
}

const calm: Weather = {
  name: 'calm',
  crash: 0,
  pause: 0,
  longestPauseMs: 0,
  callFaults: {},
  instanceDeaths: 0,
  zoneOutages: 0,
  strangers: 0,
  latencyMs: 300,
  replicas: 1,
}

/** Six worlds, from one in which only people are bad-mannered to one in which everything goes wrong at once. */
export const weathers: readonly Weather[] = [
  calm,
  { ...calm, name: 'crashing', crash: 0.01, pause: 0.004, longestPauseMs: 1_200_000, replicas: 3 },
  {
    ...calm,
    name: 'unanswered',
    callFaults: {
      'lost-answer': 0.04,
      'reset-before': 0.02,
      late: 0.04,
      delay: 0.02,
      twice: 0.02,
      error: 0.05,
      stale: 0.01,
      hide: 0.002,
    },
    replicas: 2,
  },
  { ...calm, name: 'failing', instanceDeaths: 6, zoneOutages: 0.5, replicas: 1 },
  { ...calm, name: 'strangers', strangers: 4, replicas: 2 },
  {
    name: 'storm',
    crash: 0.005,
    pause: 0.002,
    longestPauseMs: 1_200_000,
    callFaults: {
      'lost-answer': 0.03,
      late: 0.03,
      delay: 0.01,
      error: 0.03,
      twice: 0.01,
      stale: 0.005,
      hide: 0.001,
    },
    instanceDeaths: 4,
    zoneOutages: 0.3,
    strangers: 1,
    latencyMs: 2000,
    replicas: 3,
  },
]

export function fateIn(weather: Weather, random: Random): (point: CutPoint) => Cut {
  return ({ mutating }) => {
    if (!mutating) return { kind: 'go' }
    if (random.chance(weather.crash)) return { kind: 'die' }
    if (!random.chance(weather.pause)) return { kind: 'go' }
    // Most stop for seconds, a few for as long as a laptop sleeps.
    const longest = random.chance(0.7) ? 60_000 : weather.longestPauseMs
    return { kind: 'pause', ms: random.between(1000, Math.max(1000, longest)) }
  }
}
