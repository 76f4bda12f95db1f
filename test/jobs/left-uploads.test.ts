import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLeftUploads } from '../../server/jobs/left-uploads.js'

describe('uploads that a crash left', () => {
  let home: string
  beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'uploads-'))))
  afterEach(() => rm(home, { recursive: true }))
  const forget = (folder: string) => withLeftUploads({ forget: async () => ({ tokens: 1 }) }, folder).forget()

  it('go once nobody has touched them for a day, and nothing else does', async () => {
    const aged = async (name: string, hours: number) => {
      await writeFile(join(home, name), 'x')
      const at = new Date(Date.now() - hours * 3_600_000)
      await utimes(join(home, name), at, at)
    }
    await aged('left', 25)
    await aged('under-way', 23)
    await mkdir(join(home, 'folder'))
    expect(await forget(home)).toEqual({ tokens: 1, uploads: 1 })
    expect((await readdir(home)).sort()).toEqual(['folder', 'under-way'])
    expect(await forget(home)).toEqual({ tokens: 1, uploads: 0 })
  })

  it('are none before the first upload', async () => {
    expect(await forget(join(home, 'not-there'))).toEqual({ tokens: 1, uploads: 0 })
  })
})
