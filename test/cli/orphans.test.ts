import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const orphan = {
  kind: 'snapshot',
  id: 'snap-1',
  name: 'shop-1.0',
  since: '2026-11-18T00:00:00Z',
  fate: 'asked',
  why: 'The image that it was made for is gone.',
}

describe('delling orphans', () => {
  it('tells what each is and what becomes of it', async () => {
    const { run } = await start({ 'GET /orphans': { body: { at: orphan.since, orphans: [orphan] } } })
    const { exit, stdout } = await run('orphans')
    expect(exit).toBe(0)
    expect(stdout).toMatch(
      /snapshot +snap-1 +shop-1\.0 .* you decide +The image that it was made for is gone\./,
    )
  })

  it('says so where there is none', async () => {
    const { run } = await start({ 'GET /orphans': { body: { at: orphan.since, orphans: [] } } })
    expect((await run('orphans')).stdout).toContain('Nothing in the account is an orphan.')
  })

  it('removes those that are named, and ends with 1 where one stays', async () => {
    const { run } = await start({
      'POST /orphans/remove': {
        body: { ends: [{ id: 'snap-1', removed: false, sentence: 'The snapshot snap-1 stays: InUse: …' }] },
      },
    })
    expect((await run('orphans', 'remove', 'snap-1')).exit).toBe(2)
    const { exit, stdout } = await run('orphans', 'remove', 'snap-1', '--reason', 'left over')
    expect(exit).toBe(1)
    expect(stdout).toContain('stays')
  })
})
