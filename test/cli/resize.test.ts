import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const started = {
  status: 202,
  body: { operation: { id: 'op-7', kind: 'resize', cluster: 'shop-main', phase: 'queued' } },
}

describe('delling resize', () => {
  it('asks for the bounds that were given and prints the id', async () => {
    const { run, asked } = await start({ 'POST /groups/shop-main-v002/resize': started })
    const { exit, stdout } = await run(
      'resize',
      'shop-main-v002',
      '--min',
      '5',
      '--max',
      '9',
      '--reason',
      'a sale',
    )
    expect([exit, stdout]).toEqual([0, 'op-7\n'])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ min: 5, max: 9, reason: 'a sale' })
  })

  it('with --plan says the calls and asks for nothing', async () => {
    const plan = {
      group: 'shop-main-v002',
      plan: [{ api: 'Auto Scaling UpdateAutoScalingGroup', what: 'MinSize 5, MaxSize 9 of v002' }],
      differences: [{ what: 'MinSize', was: '3', will: '5' }],
      warnings: [],
      ends: 'v002 has 5 to 9 instances',
    }
    const { run, asked } = await start({ 'POST /groups/shop-main-v002/resize/plan': { body: plan } })
    const { exit, stdout } = await run('resize', 'shop-main-v002', '--size', '5', '--plan')
    expect(exit).toBe(0)
    expect(stdout).toContain('MinSize: 3 → 5')
    expect(stdout).toContain('Nothing was changed.')
    expect(asked).toHaveLength(1)
  })

  it('ends with 3 and the sentence where a group would be made smaller (P2)', async () => {
    const problem = {
      status: 409,
      code: 'NotResizable',
      detail: 'shop-main-v002 carries the traffic.',
      ways: [],
    }
    const { run } = await start({ 'POST /groups/shop-main-v002/resize': { status: 409, body: problem } })
    expect(await run('resize', 'shop-main-v002', '--max', '3')).toMatchObject({
      exit: 3,
      stderr: 'shop-main-v002 carries the traffic.\n',
    })
  })
})
