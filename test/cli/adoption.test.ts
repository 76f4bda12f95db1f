import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const started = (kind: string) => ({
  status: 202,
  body: { operation: { id: 'op-8', kind, cluster: 'shop-main', phase: 'queued' }, cluster: 'shop-main' },
})

describe('delling adopt', () => {
  it('lists without a cluster what somebody else made, and what mends what stands in the way', async () => {
    const candidate = (name: string, cluster: string | null, obstacles: object[]) => ({
      name,
      cluster,
      share: cluster ? 100 : null,
      size: { desired: 3, min: 3, max: 6 },
      obstacles,
      cautions: [],
    })
    const candidates = [
      candidate('Legacy', null, [{ sentence: 'Its name is not of the form.', mend: 'Deploy it once more.' }]),
      candidate('shop-main-v003', 'shop-main', []),
    ]
    const { run } = await start({ 'GET /adoptable': { body: { readAt: '', candidates } } })
    const { exit, stdout } = await run('adopt')
    expect(exit).toBe(0)
    expect(stdout).toContain('Legacy: Its name is not of the form.\n  Deploy it once more.')
    expect(stdout).toContain('npx delling adopt shop-main --plan')
  })

  it('shows with --plan what would be written, expected and derived', async () => {
    const body = {
      cluster: 'shop-main',
      application: { name: 'shop', registered: false },
      groups: [{ name: 'shop-main-v003', becomes: 'live', version: '3.0.0' }],
      plan: [{ api: 'ELBv2 AddTags', what: 'our marks on the listener rule' }],
      settings: [{ what: 'Port', value: '7001' }],
      changes: { sections: [], userData: [], unchangedCount: 4, left: ['said below'] },
      expects: ['The rule goes on as it is.'],
      left: ['A second target group.'],
      warnings: ['a stack made it'],
      ends: 'shop-main is a cluster of Delling’s',
    }
    const { run, asked } = await start({ 'POST /adoptable/shop-main/plan': { body } })
    const { exit, stdout } = await run('adopt', 'shop-main', '--groups', 'v003,v002', '--plan')
    expect(exit).toBe(0)
    for (const line of ['Port: 7001', 'Never taken along: A second target group.', 'Nothing was changed.'])
      expect(stdout).toContain(line)
    expect(stdout).not.toContain('said below')
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ groups: ['v003', 'v002'] })
  })

  it('says of too many groups which flag chooses, and a command that would do', async () => {
    const sentence = '7 groups were chosen; choose 4 at most (--groups on a terminal).'
    const command = 'delling adopt shop-main --groups v004,v005,v006,v007 --plan'
    const body = {
      code: 'Invalid',
      detail: `${sentence} Nothing was changed.`,
      faults: [{ field: 'groups', sentence }],
      ways: [{ label: 'Adopt v004, v005, v006, v007', href: '/adopt/shop-main', command }],
    }
    const { run } = await start({ 'POST /adoptable/shop-main/plan': { status: 400, body } })
    const { exit, stderr } = await run('adopt', 'shop-main', '--groups', 'v001,v002', '--plan')
    expect(exit).toBe(2)
    expect(stderr).toContain('--groups on a terminal')
    expect(stderr).toContain(`Adopt v004, v005, v006, v007: ${command}`)
  })

  it('adopts a whole cluster only where its name is said twice', async () => {
    const { run, asked } = await start({ 'POST /adoptable/shop-main/adopt': started('adopt') })
    expect((await run('adopt', 'shop-main', '--yes-i-mean', 'shop')).exit).toBe(2)
    expect(asked).toEqual([])
    const said = await run('adopt', 'shop-main', '--yes-i-mean', 'shop-main', '--user-data', 'drop')
    expect([said.exit, said.stdout]).toEqual([0, 'op-8\n'])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ name: 'shop-main', userData: 'drop' })
  })
})

describe('delling give-back', () => {
  it('asks for nothing unless the name is said twice', async () => {
    const { run, asked } = await start({ 'POST /clusters/shop-main/give-back': started('giveBack') })
    expect((await run('give-back', 'shop-main')).exit).toBe(2)
    expect(asked).toEqual([])
    expect((await run('give-back', 'shop-main', '--yes-i-mean', 'shop-main')).exit).toBe(0)
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ name: 'shop-main' })
  })
})
