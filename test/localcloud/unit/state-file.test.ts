import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StateFile } from '../../../server/localcloud/state-file.js'

const never = (error: unknown) => {
  throw error
}

describe('the state file', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-'))
  })
  afterEach(async () => rm(folder, { recursive: true, force: true }))
  const path = () => join(folder, 'deep/state.json')

  it('gives back what a section held, to nobody but its owner', async () => {
    const first = await StateFile.open(path(), never)
    const section = first.section<{ count: number }>('a', { count: 0 })
    section.count = 3
    first.changed()
    await first.flush()
    const second = await StateFile.open(path(), never)
    expect(second.section('a', { count: 0 })).toEqual({ count: 3 })
    expect((await stat(path())).mode & 0o077).toBe(0)
  })

  it('follows a change by itself within 100 ms', async () => {
    const state = await StateFile.open(path(), never)
    const section = state.section<{ name?: string }>('a', {})
    section.name = 'kept'
    state.changed()
    await vi.waitFor(async () => expect(await readFile(path(), 'utf8')).toContain('kept'), {
      timeout: 1000,
      interval: 10,
    })
  })

  it('forgets everything when cleared, and never keeps what a dead section says', async () => {
    const state = await StateFile.open(path(), never)
    const dead = state.section<{ name?: string }>('a', { name: 'old' })
    await state.clear()
    dead.name = 'ghost'
    state.changed()
    await state.flush()
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual({})
    expect(state.section('a', { name: 'new' })).toEqual({ name: 'new' })
  })

  it('that is not JSON stops the start instead of being overwritten', async () => {
    await writeFile(join(folder, 'state.json'), '{"half":')
    await expect(StateFile.open(join(folder, 'state.json'), never)).rejects.toThrow()
    expect(await readFile(join(folder, 'state.json'), 'utf8')).toBe('{"half":')
  })
})
