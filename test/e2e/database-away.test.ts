import { afterAll, beforeAll, describe, it } from 'vitest'
import { AwayWorld, awayCases } from './database-away-scenario.js'

/** Longer than a lease, so that everything that was held is lost meanwhile; `npm run prove` takes a whole minute. */
const awayMs = Number(process.env.DELLING_AWAY_MS ?? 5500)
let world: AwayWorld

beforeAll(async () => {
  world = await AwayWorld.start(18_530, awayMs)
})
afterAll(() => world.stop())

describe(`a database that goes away for ${awayMs / 1000} s`, () => {
  it.each(
    awayCases.map((away, index) => ({ ...away, how: (['frozen', 'shut down'] as const)[(index >> 1) % 2]! })),
  )(
    '$how during the phase $phase of a $of: nothing wrong is done and it goes on by itself (P1, P3, P8)',
    ({ how, ...away }) => world.survives(away, how, awayMs),
  )
})
