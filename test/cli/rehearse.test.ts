import { afterEach, describe, expect, it } from 'vitest'
import { rehearsalActs, rehearsalInput } from '../../server/web/inputs/rehearsal.js'
import { stubConsole } from '../support/stub-console.js'

let stub: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  stub = await stubConsole(answers)
  return stub
}
afterEach(() => stub?.close())

const done = { 'POST /rehearsal': { body: { sentence: 'It happens.' } } }

const lines: readonly (readonly [string[], object])[] = [
  [['no-capacity', 'us-east-1a'], { act: 'no-capacity', zone: 'us-east-1a' }],
  [['dark-zone', 'us-east-1a'], { act: 'dark-zone', zone: 'us-east-1a' }],
  [['ailment', 'flaps', 'shop-v002'], { act: 'ailment', kind: 'flaps', of: 'shop-v002' }],
  [['ailment', 'sick', 'all'], { act: 'ailment', kind: 'sick', of: '*' }],
  [['throttle', '0.5'], { act: 'throttle', perSecond: 0.5, burst: 5 }],
  [['throttle', '2', '--burst', '9'], { act: 'throttle', perSecond: 2, burst: 9 }],
  [['slow-answers', '100'], { act: 'slow-answers', ms: 100 }],
  [['stale-reads', '100'], { act: 'stale-reads', ms: 100 }],
  [['late-visibility', '100'], { act: 'late-visibility', ms: 100 }],
  [['late-console', '100'], { act: 'late-console', ms: 100 }],
  [['failing-images', '2'], { act: 'failing-images', count: 2 }],
  [
    ['fault', 'ModifyRule', 'late', '--times', '2', '--delay-ms', '500', '--about', 'shop-v002'],
    { act: 'fault', action: 'ModifyRule', kind: 'late', times: 2, delayMs: 500, about: 'shop-v002' },
  ],
  [
    ['fault', 'DescribeRules', 'hide', '--names', 'a,b'],
    { act: 'fault', action: 'DescribeRules', kind: 'hide', names: ['a', 'b'] },
  ],
  [
    ['fault', 'RunInstances', 'error', '--code', 'InsufficientInstanceCapacity'],
    { act: 'fault', action: 'RunInstances', kind: 'error', code: 'InsufficientInstanceCapacity' },
  ],
  [['move-clock', '12'], { act: 'move-clock', hours: 12 }],
  [['freeze-clock'], { act: 'freeze-clock' }],
  [['crash', 'i-1'], { act: 'crash', instance: 'i-1' }],
  [['terminate', 'i-1'], { act: 'terminate', instance: 'i-1' }],
  [['weight', 'shop-v001', '50'], { act: 'weight', group: 'shop-v001', weight: 50 }],
  [['resize', 'shop-v001', '1', '2', '3'], { act: 'resize', group: 'shop-v001', min: 1, desired: 2, max: 3 }],
  [['delete-target-group', 'shop-v001'], { act: 'delete-target-group', group: 'shop-v001' }],
]

describe('delling rehearse', () => {
  it.each(lines)('%j asks for what the API takes', async (argv, body) => {
    const { run, asked } = await start(done)
    expect(await run('rehearse', ...argv)).toMatchObject({ exit: 0, stdout: 'It happens.\n' })
    const sent: unknown = JSON.parse(asked[0]?.body ?? '')
    expect(sent).toEqual(body)
    expect(rehearsalInput.safeParse(sent).success).toBe(true)
  })

  it('has a verb for every act there is', () => {
    expect(new Set(lines.map(([[act]]) => act))).toEqual(new Set(rehearsalActs))
  })

  it.each([
    [['move-clock', 'soon'], 'The hours is a number; “soon” is none.'],
    [['weight', 'shop-v001', 'half'], 'The weight is a number'],
    [['fault', 'ModifyRule', 'late', '--times', 'often'], 'whole number'],
    [['dark-zone'], 'missing required argument'],
  ])('%j is bad usage', async (argv, sentence) => {
    const { run, asked } = await start({})
    const { exit, stderr } = await run('rehearse', ...argv)
    expect([exit, asked.length]).toEqual([2, 0])
    expect(stderr).toContain(sentence)
  })

  it('says what is out of order and the command that ends it', async () => {
    const { run } = await start({
      'GET /rehearsal': {
        body: {
          zones: ['us-east-1a'],
          pace: 'brisk',
          now: '2026-11-25T10:00:00Z',
          instances: [
            { instanceId: 'i-1', state: 'running', alive: false, zone: 'us-east-1a', group: 'shop-v001' },
            { instanceId: 'i-2', state: 'terminated', alive: false, zone: 'us-east-1a', group: null },
          ],
          outOfOrder: [
            { key: 'ailment:*', sentence: 'All are sick.', endsWith: null },
            { key: 'fault:1', sentence: 'One is lost.', endsWith: 'after the last of these calls' },
          ],
        },
      },
    })
    const { exit, stdout } = await run('rehearse', 'status')
    expect(exit).toBe(0)
    expect(stdout).toMatch(/i-1 +shop-v001 +us-east-1a +impaired/)
    expect(stdout).not.toContain('i-2')
    expect(stdout).toContain("All are sick.\n  ends with: npx delling rehearse end 'ailment:*'\n")
    expect(stdout).toContain('rehearse end fault:1, or by itself after the last of these calls')
  })

  it('ends one thing or all, and ends with 3 where the console has no local cloud', async () => {
    const problem = { code: 'NoLocalCloud', detail: 'This console works on AWS.' }
    const { run, asked } = await start({
      'POST /rehearsal/end': { body: { sentence: 'In order again: clock.' } },
      'GET /rehearsal': { status: 404, body: problem },
    })
    expect(await run('rehearse', 'end', 'clock')).toMatchObject({
      exit: 0,
      stdout: 'In order again: clock.\n',
    })
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ key: 'clock' })
    expect(await run('rehearse', 'status')).toMatchObject({ exit: 3, stderr: `${problem.detail}\n` })
  })
})
