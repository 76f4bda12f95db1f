import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { stubConsole, type Answer } from '../support/stub-console.js'

let folder = ''
let file = ''
const content = Buffer.from('a package')
const sha256 = createHash('sha256').update(content).digest('hex')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'delling-cli-'))
  file = join(folder, 'shop-1.0.0.tgz')
  writeFileSync(file, content)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let stub: Awaited<ReturnType<typeof stubConsole>> | undefined
const start = async (answers: Parameters<typeof stubConsole>[0]) => (stub = await stubConsole(answers))
afterEach(() => stub?.close())

const stored: Answer = {
  status: 201,
  body: { address: 's3://packages/x.tgz', sha256, fileName: 'shop-1.0.0.tgz' },
}
const asked: Answer = { status: 202, body: { id: 'bake-1', href: '/bakes/bake-1', reused: false } }
const bake = (fields: object): Answer => ({
  body: {
    id: 'bake-1',
    application: 'shop',
    version: '1.0.0',
    ended: false,
    outcome: null,
    wait: null,
    reused: false,
    reason: null,
    log: '',
    ...fields,
  },
})

describe('delling bake', () => {
  it('uploads the file with its digest and bakes what was stored', async () => {
    const { run, asked: requests } = await start({ 'POST /packages': stored, 'POST /bakes': asked })
    const { exit, stdout } = await run(
      'bake',
      'shop',
      '--package',
      file,
      '--version',
      '1.0.0',
      '--start',
      'node main.js',
    )
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'bake-1\n' })
    expect(requests[0]).toMatchObject({
      path: '/packages',
      body: 'a package',
      headers: { 'x-file-name': 'shop-1.0.0.tgz', 'x-content-sha256': sha256, 'content-length': '9' },
    })
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({
      application: 'shop',
      version: '1.0.0',
      package: { address: 's3://packages/x.tgz', sha256, fileName: 'shop-1.0.0.tgz' },
      startCommand: 'node main.js',
    })
  })

  it('with --wait --json prints name and id of the image', async () => {
    const { run } = await start({
      'POST /packages': stored,
      'POST /bakes': asked,
      'GET /bakes/bake-1': [
        bake({ phase: 'building' }),
        bake({
          phase: 'baked',
          ended: true,
          outcome: 'baked',
          imageName: 'shop-1.0.0-ab12',
          imageId: 'ami-1',
        }),
      ],
    })
    const { exit, stdout } = await run(
      'bake',
      'shop',
      '--package',
      file,
      '--version',
      '1.0.0',
      '--wait',
      '--json',
    )
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      image: { name: 'shop-1.0.0-ab12', imageId: 'ami-1' },
      name: 'shop-1.0.0-ab12',
      imageId: 'ami-1',
      id: 'bake-1',
      phase: 'baked',
      reused: false,
    })
  })

  it('ends with 1 and the last lines of the log when it failed', async () => {
    const { run } = await start({
      'POST /packages': stored,
      'POST /bakes': asked,
      'GET /bakes/bake-1': bake({
        phase: 'failed',
        ended: true,
        outcome: 'failed',
        reason: 'npm failed.',
        log: 'one\nnpm ERR!\n',
      }),
    })
    const { exit, stdout, stderr } = await run(
      'bake',
      'shop',
      '--package',
      file,
      '--version',
      '1.0.0',
      '--wait',
      '--json',
    )
    expect(exit).toBe(1)
    expect(stderr).toContain('npm ERR!')
    expect(JSON.parse(stdout)).toMatchObject({ image: null, phase: 'failed', reason: 'npm failed.' })
  })

  it.each([
    ['a file that is not there', ['--package', '/nowhere/shop.tgz']],
    ['a folder', ['--package', tmpdir()]],
    ['an address without a digest', ['--package', 'https://example.com/shop.tgz']],
    ['no version', []],
  ])('ends with 2 and asks nothing for %s', async (_what, flags) => {
    const { run, asked: requests } = await start({})
    const version = flags.length === 0 ? ['--package', file] : ['--version', '1.0.0']
    expect((await run('bake', 'shop', ...flags, ...version)).exit).toBe(2)
    expect(requests).toEqual([])
  })

  it('ends with 2 when the file is not what --sha256 names', async () => {
    const { run, asked: requests } = await start({})
    const { exit, stderr } = await run(
      'bake',
      'shop',
      '--package',
      file,
      '--version',
      '1',
      '--sha256',
      'f'.repeat(64),
    )
    expect(exit).toBe(2)
    expect(stderr).toContain(sha256)
    expect(requests).toEqual([])
  })
})

const verdicts = [
  { group: 'shop-main-v001', cluster: 'shop-main', verdict: 'goes', why: 'expired' },
  { group: 'shop-main-v002', cluster: 'shop-main', verdict: 'stays', why: 'live' },
]

describe('delling cleanup', () => {
  it('as a dry run only asks, and says for each group why', async () => {
    const { run, asked: requests } = await start({
      'GET /cleanup': { body: { now: 'N', groups: verdicts, leftovers: [] } },
    })
    const { exit, stdout } = await run('cleanup', '--dry-run', '--now', '2026-11-25T10:00:00Z', '--json')
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ now: 'N', groups: verdicts, operations: [], leftovers: [] })
    expect(requests.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/cleanup?now=2026-11-25T10%3A00%3A00.000Z'],
    ])
  })

  it('with --wait follows every destroy and looks for leftovers', async () => {
    const destroy = {
      id: 'op-1',
      kind: 'destroy',
      cluster: 'shop-main',
      phase: 'succeeded',
      ended: true,
      outcome: 'succeeded',
    }
    const { run } = await start({
      'POST /cleanup': {
        status: 202,
        body: { run: { id: 'run-1' }, operations: ['op-1'], groups: verdicts },
      },
      'GET /operations/op-1': { body: destroy },
      'GET /cleanup/runs/run-1': {
        body: { id: 'run-1', ended: true, groups: verdicts, operations: [], leftovers: [] },
      },
    })
    const { exit, stdout } = await run('cleanup', '--now', '2026-11-25T10:00:00Z', '--wait', '--json')
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      groups: verdicts,
      operations: [{ id: 'op-1', outcome: 'succeeded' }],
      leftovers: [],
    })
  })

  it('ends with 1 when something could not be destroyed', async () => {
    const destroy = {
      id: 'op-1',
      kind: 'destroy',
      cluster: 'c',
      phase: 'halted',
      ended: false,
      outcome: null,
    }
    const { run } = await start({
      'POST /cleanup': {
        status: 202,
        body: { run: { id: 'run-1' }, operations: ['op-1'], groups: verdicts },
      },
      'GET /operations/op-1': { body: destroy },
      'GET /cleanup/runs/run-1': {
        body: { id: 'run-1', ended: true, groups: verdicts, operations: [], leftovers: [] },
      },
    })
    expect((await run('cleanup', '--wait')).exit).toBe(1)
  })

  it('does not wait for the run where a destroy stands still because its cluster needs a person', async () => {
    const needsPerson = 'Somebody else changed the listener rule.'
    const destroy = {
      id: 'op-1',
      kind: 'destroy',
      cluster: 'c',
      phase: 'queued',
      ended: false,
      outcome: null,
    }
    const { run } = await start({
      'POST /cleanup': {
        status: 202,
        body: { run: { id: 'run-1' }, operations: ['op-1'], groups: verdicts },
      },
      'GET /operations/op-1': { body: destroy },
      'GET /clusters': { body: { clusters: [{ name: 'c', needsPerson, active: null }] } },
      'GET /cleanup/runs/run-1': {
        body: { id: 'run-1', ended: false, groups: verdicts, operations: [], leftovers: [] },
      },
    })
    const { exit, stdout } = await run('cleanup', '--wait')
    expect(exit).toBe(1)
    expect(stdout).toContain(needsPerson)
    expect(stdout).toContain('npx delling undo c weights')
  })
})

describe('delling destroy', () => {
  it('is fine with a group that is destroyed already', async () => {
    const { run } = await start({
      'POST /groups/shop-main-v002/destroy': { body: { alreadyDestroyed: true } },
    })
    expect(await run('destroy', 'shop-main-v002', '--wait')).toMatchObject({
      exit: 0,
      stdout: 'shop-main-v002 is destroyed already.\n',
    })
  })

  it('ends with 3 for the live group', async () => {
    const problem = { code: 'live', detail: 'shop-main-v002 is live. Nothing was changed.' }
    const { run } = await start({ 'POST /groups/shop-main-v002/destroy': { status: 409, body: problem } })
    expect(await run('destroy', 'shop-main-v002')).toMatchObject({ exit: 3, stderr: `${problem.detail}\n` })
  })
})

describe('delling keep', () => {
  it('wants exactly one limit', async () => {
    const { run, asked: requests } = await start({})
    expect((await run('keep', 'shop-main-v001', '--reason', 'audit')).exit).toBe(2)
    expect((await run('keep', 'shop-main-v001', '--reason', 'audit', '--hours', '2', '--forever')).exit).toBe(
      2,
    )
    expect(requests).toEqual([])
  })

  it('sends null for ever, hours as a number, a moment in UTC', async () => {
    const { run, asked: requests } = await start({
      'POST /groups/g/keep': { body: { name: 'g', expiresAt: null } },
    })
    await run('keep', 'g', '--reason', 'w', '--forever')
    await run('keep', 'g', '--reason', 'w', '--hours', '2.5')
    await run('keep', 'g', '--reason', 'w', '--until', '2026-11-25T12:00:00+02:00')
    expect(requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { why: 'w', until: null },
      { why: 'w', hours: 2.5 },
      { why: 'w', until: '2026-11-25T10:00:00.000Z' },
    ])
  })
})
