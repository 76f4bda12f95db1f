import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compiled } from '../simulation/compile.js'
import { inWorkers } from '../simulation/pool.js'
import { scenarios } from './scenarios.js'

const transcripts = new Map<string, string>()
const fileOf = (name: string) => join(import.meta.dirname, `${name}.md`)

beforeAll(async () => {
  const left = scenarios.map(({ name }) => name)
  await inWorkers<{ name: string; transcript: string }>({
    folder: compiled(),
    next: () => {
      const name = left.shift()
      return name ? { task: 'scenario', name } : null
    },
    done: ({ name, transcript }) => (transcripts.set(name, transcript), true),
  })
  if (process.env.DELLING_WRITE_SCENARIOS)
    for (const [name, transcript] of transcripts) writeFileSync(fileOf(name), transcript)
}, 120_000)

describe('a scenario', () => {
  it.each(scenarios)('$title: goes as its transcript says', ({ name }) => {
    const written = existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : ''
    // Written anew with DELLING_WRITE_SCENARIOS=1, to be read before it is committed.
    expect(transcripts.get(name)).toBe(written)
  })
})
