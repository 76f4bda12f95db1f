import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const schema = z.object({
  pid: z.number().int(),
  startedAt: z.string(),
  port: z.number().int(),
  fingerprint: z.string(),
})

/** What is remembered of a started process, so that the next launcher finds it; it stays afterwards, for the port. */
export type ServiceRecord = z.infer<typeof schema>

const fileOf = (home: string, name: string) => join(home, 'run', `${name}.json`)

export function readRecord(home: string, name: string): ServiceRecord | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(home, name), 'utf8')))
  } catch {
    return undefined
  }
}

export function writeRecord(home: string, name: string, record: ServiceRecord): void {
  const file = fileOf(home, name)
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
