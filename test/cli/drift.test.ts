import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const way = (act: string, reason: string | null = null) => ({
  act,
  effect: `What ${act} does.`,
  possible: reason === null,
  reason,
})
const difference = (kind: string, subject: string, ways: object[], more: object = {}) => ({
  kind,
  subject,
  what: `The ${kind} of ${subject}`,
  expected: 'this',
  found: 'that',
  who: null,
  since: '2026-11-25T10:00:00Z',
  leftBy: null,
  undoAskedBy: null,
  ways,
  ...more,
})
const drift = {
  'GET /clusters/shop-main/drift': {
    body: {
      cluster: 'shop-main',
      differences: [
        difference('weights', 'shop-main', [way('adopt', 'Only one group.'), way('undo')]),
        difference('size', 'shop-main-v002', [way('adopt'), way('undo')], { undoAskedBy: 'Ada' }),
        difference('stranger', 'shop-main-v009', [way('adopt'), way('leave')], { leftBy: 'Bo' }),
      ],
    },
  },
}

describe('delling drift', () => {
  it('says what differs, since when, and each way out as a command with its effect', async () => {
    const { run } = await start(drift)
    const { exit, stdout } = await run('drift', 'shop-main')
    expect(exit).toBe(0)
    expect(stdout).toContain('The weights of shop-main: expected this; there is that (since ')
    expect(stdout).toContain('  adopt: not possible. Only one group.')
    expect(stdout).toContain('  undo: npx delling undo shop-main weights\n    What undo does.')
    expect(stdout).toContain('being undone for Ada')
    expect(stdout).toContain('  adopt: npx delling adopt shop-main size shop-main-v002')
    expect(stdout).toContain('left alone by Bo')
    expect(stdout).not.toContain('leave shop-main shop-main-v009')
  })

  it('says so when nothing differs', async () => {
    const { run } = await start({ 'GET /clusters/c/drift': { body: { cluster: 'c', differences: [] } } })
    expect(await run('drift', 'c')).toMatchObject({ exit: 0, stdout: 'Nothing differs in c.\n' })
  })
})

describe('delling adopt, undo and leave', () => {
  const done = { body: { sentence: 'Ada did it.' } }
  it.each([
    [['adopt', 'shop-main', 'v009'], { what: 'group', group: 'v009' }],
    [['adopt', 'shop-main', 'weights'], { what: 'weights' }],
    [['adopt', 'shop-main', 'size', 'v002'], { what: 'size', group: 'v002' }],
    [['undo', 'shop-main', 'processes', 'v002'], { what: 'processes', group: 'v002' }],
    [['undo', 'shop-main', 'weights'], { what: 'weights' }],
    [['leave', 'shop-main', 'v009'], { what: 'group', group: 'v009' }],
    [['clusters', 'restore', 'shop-main'], { what: 'weights' }],
  ])('%j', async (argv, body) => {
    const act = argv[0] === 'clusters' ? 'undo' : argv[0]
    const stub = await start({ [`POST /clusters/shop-main/drift/${act}`]: done })
    expect(await stub.run(...argv)).toMatchObject({ exit: 0, stdout: 'Ada did it.\n' })
    expect(JSON.parse(stub.asked[0]?.body ?? '')).toEqual(body)
  })

  it('without a word of what, say what could be meant and do nothing', async () => {
    const stub = await start(drift)
    const { exit, stderr } = await stub.run('adopt', 'shop-main')
    expect(exit).toBe(2)
    expect(stderr).toContain('npx delling adopt shop-main size shop-main-v002')
    expect(stderr).not.toContain('weights')
    expect(stub.asked.map(({ method }) => method)).toEqual(['GET'])
  })

  it.each([
    [['adopt', 'shop-main', 'size'], 'Name the group whose size is meant.'],
    [['undo', 'shop-main', 'weights', 'v002'], 'name no group with them'],
  ])('%j is bad usage', async (argv, sentence) => {
    const stub = await start({})
    const { exit, stderr } = await stub.run(...argv)
    expect([exit, stub.asked.length]).toEqual([2, 0])
    expect(stderr).toContain(sentence)
  })

  it('end with 3 where it is refused', async () => {
    const problem = { code: 'NotAdoptable', detail: 'Not that one. Nothing was changed.' }
    const { run } = await start({ 'POST /clusters/c/drift/adopt': { status: 409, body: problem } })
    expect(await run('adopt', 'c', 'v009')).toMatchObject({ exit: 3, stderr: `${problem.detail}\n` })
  })
})
