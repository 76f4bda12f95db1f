import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const policy = {
  on: false,
  unreferencedDays: 60,
  neverReferencedDays: 14,
  keepNewest: 5,
  limit: 50,
  applications: { shop: { keepNewest: 9 } },
  changedBy: null,
}
const run = {
  id: 'run-1',
  kind: 'dry run',
  at: '2026-11-20T06:30:00Z',
  by: { name: 'Ada' },
  refused: null as string | null,
  state: 'shown',
  ended: true,
  endSentence: null as string | null,
  goesCount: 1,
  staysCount: 1,
  freesGib: 8,
  goes: [{ name: 'shop-1', state: 'waiting', why: 'Never seen to be referenced, and older than 14 days.' }],
  stays: [{ name: 'shop-2', why: 'It is in use: shop-main-v002.' }],
}

describe('delling images retention', () => {
  it('says what the policy is, how marks are made, and what comes next', async () => {
    const { run: cli } = await start({
      'GET /image-retention': {
        body: { policy, marks: { lastMadeAt: null, unbrokenSince: null }, dryRun: null, running: null },
      },
      'GET /image-retention/runs': { body: { runs: [run] } },
    })
    const { stdout } = await cli('images', 'retention')
    expect(stdout).toContain('The image retention is off.')
    expect(stdout).toContain('  shop: the newest 9 stay')
    expect(stdout).toContain('Next: delling images retention dry-run.')
    expect(stdout).toMatch(/run-1 .* dry run +Ada +shown +1 +1/)
  })

  it('dry-run lists what goes and what stays, and how to go on', async () => {
    const { run: cli } = await start({ 'POST /image-retention/dry-runs': { body: run } })
    const { exit, stdout } = await cli('images', 'retention', 'dry-run')
    expect(exit).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'IMAGE   VERDICT  WHY',
      'shop-1  goes     Never seen to be referenced, and older than 14 days.',
      'shop-2  stays    It is in use: shop-main-v002.',
      '1 go, 8 GiB of snapshots at most.',
      'Nothing was changed.',
      'Retire them: delling images retention run --dry-run run-1 --yes-i-mean 1 --reason …',
      '',
    ])
  })

  it('dry-run fails where a guard speaks against it', async () => {
    const refused = 'Images in use were never marked. Is marking broken?'
    const { run: cli } = await start({
      'POST /image-retention/dry-runs': { body: { ...run, refused, goes: [] } },
    })
    const { exit, stdout } = await cli('images', 'retention', 'dry-run')
    expect(exit).toBe(1)
    expect(stdout).toContain(`Nothing goes. ${refused}`)
  })

  it('set sends the limits as numbers, on and off their reason', async () => {
    const { run: cli, asked } = await start({
      'POST /image-retention/policy': { body: policy },
      'POST /image-retention/on': { body: { ...policy, on: true } },
    })
    const flags = ['--unreferenced-days', '90', '--limit', '20', '--application', 'shop', '--reason', 'full']
    await cli('images', 'retention', 'set', ...flags)
    expect(JSON.parse(asked[0]!.body)).toEqual({
      unreferencedDays: 90,
      limit: 20,
      application: 'shop',
      reason: 'full',
    })
    expect((await cli('images', 'retention', 'on', '--reason', 'seen')).stdout).toContain('is on.')
    expect(JSON.parse(asked[1]!.body)).toEqual({ reason: 'seen' })
    expect((await cli('images', 'retention', 'off')).exit).toBe(2)
  })

  it('run needs the number that was listed, and waits to the end where it is told to', async () => {
    const running = { ...run, kind: 'run', state: 'running', ended: false }
    const done = {
      ...running,
      state: 'done',
      ended: true,
      endSentence: '1 image retired.',
      goes: [{ ...run.goes[0]!, state: 'retired' }],
    }
    const { run: cli, asked } = await start({
      'POST /image-retention/runs': { status: 202, body: running },
      'GET /image-retention/runs/run-1': [{ body: running }, { body: done }],
    })
    const words = ['images', 'retention', 'run', '--dry-run', 'run-0', '--reason', 'full']
    expect((await cli(...words)).exit).toBe(2)
    expect(asked).toEqual([])
    const { exit, stdout } = await cli(...words, '--yes-i-mean', '1', '--wait')
    expect(JSON.parse(asked[0]!.body)).toEqual({ dryRun: 'run-0', count: 1, reason: 'full' })
    expect(exit).toBe(0)
    expect(stdout).toContain('1 image retired.')
    expect(stdout).toMatch(/shop-1 +retired/)
  })
})

describe('delling images', () => {
  it('keep and release say what they did; keep needs a reason', async () => {
    const { run: cli, asked } = await start({
      'POST /images/shop-1/keep': { body: { image: 'shop-1', keep: { by: 'Ada', why: 'audit' } } },
      'POST /images/shop-1/release': { body: { image: 'shop-1', keep: null } },
    })
    expect((await cli('images', 'keep', 'shop-1')).exit).toBe(2)
    expect((await cli('images', 'keep', 'shop-1', '--reason', 'audit')).stdout).toBe('shop-1 is kept.\n')
    expect(JSON.parse(asked[0]!.body)).toEqual({ why: 'audit' })
    expect((await cli('images', 'release', 'shop-1')).stdout).toBe('shop-1 is not kept any more.\n')
  })
})
