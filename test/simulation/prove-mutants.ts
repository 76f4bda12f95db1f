import { rmSync } from 'node:fs'
import { compiledWith, type Mutation } from './compile.js'
import { rehearseAll } from './rehearse-all.js'
import { simulate, type Simulated } from './simulate.js'

export interface MutantFate {
  readonly mutation: Mutation
  /** The promise that broke; null where none did. */
  readonly caughtBy: string | null
  /** How many nights it took; 0 where a rehearsal was enough. */
  readonly nights: number
}

/** Most bugs are met in so many nights, which take seconds; all rehearsals take minutes. */
const firstNights = 60

/** Lives through nights and rehearses with one bug in the code until a promise breaks; at most so many nights. */
export async function hunt(mutation: Mutation, nights: number, firstSeed: number): Promise<MutantFate> {
  const folder = compiledWith(mutation)
  const live = (from: number, count: number) =>
    simulate({ folder, nights: count, firstSeed: from, untilFirst: true })
  const fate = ({ failures, nights: lived }: Simulated, before = 0): MutantFate => ({
    mutation,
    caughtBy: failures[0]?.violations[0]?.promise ?? null,
    nights: before + lived,
  })
  try {
    const first = await live(firstSeed, Math.min(firstNights, nights))
    if (first.failures.length > 0) return fate(first)
    const { failures } = await rehearseAll({
      folder,
      everyCrash: 1,
      everyFault: 1,
      everySampled: 1,
      offset: 0,
      ruleOnly: true,
      untilFirst: true,
    })
    if (failures[0]) return { mutation, caughtBy: promiseIn(failures[0]), nights: 0 }
    if (nights <= firstNights) return fate(first)
    return fate(await live(first.nextSeed, nights - first.nights), first.nights)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function promiseIn(failure: string): string {
  return /\bP\d+\b/.exec(failure)?.[0] ?? 'an end that is reached'
}
