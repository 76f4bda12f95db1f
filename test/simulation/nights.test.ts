import { describe, expect, it } from 'vitest'
import { compiled } from './compile.js'
import { failureSentence, simulate } from './simulate.js'

const firstSeed = Number(process.env.DELLING_SEED ?? Math.floor(Date.now() / 86_400_000) * 1000)
const nights = Number(process.env.DELLING_NIGHTS ?? 500)

describe('simulated days and nights', () => {
  it(`${nights} of them break no promise, whatever dies, is lost, comes late or is done by others (P1 to P7, P11 to P17)`, async () => {
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
