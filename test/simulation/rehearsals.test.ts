import { describe, expect, it } from 'vitest'
import { compiled } from './compile.js'
import { mutations } from './mutations.js'
import { hunt } from './prove-mutants.js'
import { rehearseAll } from './rehearse-all.js'

/** Every death but in variants of other scripts, and a part of the faults, pauses and requests; `npm run prove` takes all of them. */
const offset = 0
const everyFault = 60
const everySampled = 20

describe('everything that Delling does, rehearsed', () => {
  it('ends the same after a death at any point, and as it says after whatever becomes of a call (P3, P5, P19, P20)', async () => {
    const run = await rehearseAll({ folder: compiled(), everyCrash: 1, everyFault, everySampled, offset })
    const points = Object.values(run.points).reduce((sum, count) => sum + count, 0)
    process.stdout.write(
      `rehearsals: ${run.crashes} deaths at ${points} points, ${run.pauses} pauses, ${run.callFaults} faults at calls, in ${Math.round(run.seconds)} s\n`,
    )
    expect(run.failures).toEqual([])
    expect(points).toBeGreaterThan(400)
    expect(run.crashes).toBeGreaterThan(200)
    expect(run.sameEnd).toBeGreaterThan(run.crashes / 2)
  })

  it('would not pass with a bug in it: one that is known is caught', async () => {
    const mutation = mutations.find((each) => each.name === 'late switch not recognised')
    if (!mutation) throw new Error('there is no such mutation')
    expect(await hunt(mutation, 60, 1)).toMatchObject({ caughtBy: expect.stringMatching(/P/) as string })
  })
})
