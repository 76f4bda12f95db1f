import { rmSync } from 'node:fs'
import { compiledWith, type Mutation } from './compile.js'
import { rehearseAll } from './rehearse-all.js'
import { simulate } from './simulate.js'

export interface MutantFate {
  readonly mutation: Mutation
  /** The promise that broke; null where none did. */
  readonly caughtBy: string | null
  /** How many nights it took; 0 where a rehearsal was enough. */
  readonly nights: number
}

/** Rehearses and lives through nights with one bug in the code until a promise breaks; at most so many nights. */
export async function hunt(mutation: Mutation, nights: number, firstSeed: number): Promise<MutantFate> {
  const folder = compiledWith(mutation)
  try {
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
    const run = await simulate({ folder, nights, firstSeed, untilFirst: true })
    return { mutation, caughtBy: run.failures[0]?.violations[0]?.promise ?? null, nights: run.nights }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function promiseIn(failure: string): string {
  return /\bP\d+\b/.exec(failure)?.[0] ?? 'an end that is reached'
}
