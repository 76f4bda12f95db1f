import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const path = 'POST /clusters/shop-main/decommission'
const started = {
  status: 202,
  body: { operation: { id: 'op-8', kind: 'decommission', cluster: 'shop-main', phase: 'queued' } },
}

describe('delling decommission', () => {
  it('asks for nothing unless the name is said twice', async () => {
    const { run, asked } = await start({ [path]: started })
    const once = await run('decommission', 'shop-main')
    expect(once.exit).toBe(2)
    expect(once.stderr).toContain('--yes-i-mean shop-main')
    expect((await run('decommission', 'shop-main', '--yes-i-mean', 'shop-two')).exit).toBe(2)
    expect(asked).toEqual([])
  })

  it('passes the name and the reason on', async () => {
    const { run, asked } = await start({ [path]: started })
    const { exit, stdout } = await run(
      'decommission',
      'shop-main',
      '--yes-i-mean',
      'shop-main',
      '--reason',
      'merged',
    )
    expect([exit, stdout]).toEqual([0, 'op-8\n'])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ name: 'shop-main', reason: 'merged' })
  })

  it('shows with --plan what would be destroyed', async () => {
    const plan = {
      cluster: 'shop-main',
      plan: [{ api: 'ELBv2 DeleteRule', what: 'no way back' }],
      warnings: ['X.'],
    }
    const { run } = await start({ [`${path}/plan`]: { body: plan } })
    const { exit, stdout } = await run('decommission', 'shop-main', '--plan')
    expect(exit).toBe(0)
    expect(stdout).toContain('ELBv2 DeleteRule – no way back')
    expect(stdout).toContain('Nothing was changed.')
  })
})
