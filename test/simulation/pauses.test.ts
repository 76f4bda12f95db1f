import { describe, expect, it } from 'vitest'
import { compiled } from './compile.js'
import { everyPause } from './pause-scripts.js'
import { inWorkers } from './pool.js'
import type { Rehearsed } from './rehearsal.js'

/** Some of these are rehearsed with deaths and faults too (`rehearsals.test.ts`); here each phase stands still undisturbed. */
describe('a deployment that people let stand still', () => {
  it('moves nothing past its deadlines in any phase, and ends as if it never had (P1, P3, P5)', async () => {
    const left = Object.keys(everyPause)
    const wrong: string[] = []
    const ended = new Map<string, string>()
    await inWorkers<Rehearsed>({
      folder: compiled(),
      next: () => {
        const script = left.shift()
        return script === undefined ? null : { task: 'rehearsal', script, interference: { kind: 'none' } }
      },
      done: ({ script, violations, outcomes }) => {
        wrong.push(...violations.map((violation) => `${script}: ${violation}`))
        ended.set(script, outcomes.at(-1) ?? '')
        return true
      },
    })
    expect(wrong).toEqual([])
    expect([...ended].filter(([, outcome]) => !/^(deploy|switchBack) succeeded/.test(outcome))).toEqual([])
    expect(ended.size).toBeGreaterThan(12)
  })
})
