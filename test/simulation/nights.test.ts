import { describe, expect, it } from 'vitest'
import { compiled } from './compile.js'
import { inWorkers } from './pool.js'
import { failureSentence, simulate } from './simulate.js'
import { weathers } from './weather.js'

/** The same worlds on every run, so that a failure is this change's; `npm run prove -- --seed S` lives through others. */
const firstSeed = Number(process.env.DELLING_SEED ?? 1)
const nights = Number(process.env.DELLING_NIGHTS ?? 500)

describe('simulated days and nights', () => {
  it('are the same for the same seed', async () => {
    const seeds = [firstSeed, firstSeed]
    const lived: string[] = []
    await inWorkers<{ transcript: readonly string[]; operations: number }>({
      folder: compiled(),
      next: () => {
        const seed = seeds.shift()
        return seed === undefined ? null : { task: 'nights', seed, nights: 2, weather: weathers.at(-1)! }
      },
      done: ({ transcript }) => lived.push(transcript.join('\n').replaceAll(/i-[0-9a-f]+/g, 'i-…')) > 0,
    })
    expect(lived).toHaveLength(2)
    expect(lived[0]).toBe(lived[1])
    expect(lived[0]?.length).toBeGreaterThan(100)
  })

  it(`${nights} of them break no promise, whatever dies, is lost, comes late or is done by others (P1 to P7, P11 to P20)`, async () => {
    const run = await simulate({ folder: compiled(), nights, firstSeed })
    process.stdout.write(
      `simulation: ${run.nights} nights, ${run.operations} operations, ${run.crashes} crashes, ${run.checks} checks, ` +
        `${(run.nights / run.seconds).toFixed(1)} nights a second, seeds from ${firstSeed}\n`,
    )
    expect(run.failures.map(failureSentence)).toEqual([])
    expect(run.operations).toBeGreaterThan(nights)
    expect(Object.keys(run.worlds)).toHaveLength(6)
  })
})
