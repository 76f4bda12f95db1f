import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Deployments, each followed by a switch back. */
  readonly rounds: number
  /** Puts the figures into docs/benchmarks.md. */
  readonly write: boolean
}

export const usage = `npm run bench -- [--write] [--rounds 10]
  --write   puts the figures into docs/benchmarks.md
  --rounds  how many deployments and switch backs are measured, at least 1`

/** Throws a sentence for what it does not know. */
export function readOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '10' } },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new Error(`--rounds is a whole number from 1 to 1000, not “${values.rounds}”.`)
  return { rounds, write: values.write }
}
