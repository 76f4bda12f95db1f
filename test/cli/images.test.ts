import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const change = (name: string, was: string | null, will: string | null) => ({
  manager: 'npm',
  name,
  was,
  will,
})

describe('delling images', () => {
  it('packages lists what is installed, as far as it matches', async () => {
    const packages = [
      { manager: 'npm', name: 'express', version: '5.1.0' },
      { manager: 'rpm', name: 'glibc', version: '2.34' },
    ]
    const { run } = await start({ 'GET /images/shop-1/packages': { body: { packages, unknown: null } } })
    expect((await run('images', 'packages', 'shop-1', '--match', 'EXP')).stdout).toBe(
      'PACKAGE  VERSION  BY\nexpress  5.1.0    npm\n',
    )
    const json = JSON.parse((await run('images', 'packages', 'shop-1', '--json')).stdout) as unknown
    expect(json).toEqual({ packages, unknown: null })
  })

  it('packages says why nobody knows', async () => {
    const { run } = await start({
      'GET /images/shop-1/packages': { body: { packages: null, unknown: 'It is not known.' } },
    })
    expect((await run('images', 'packages', 'shop-1')).stdout).toBe('It is not known.\n')
  })

  it('compare prints what differs and counts the rest', async () => {
    const { run } = await start({
      'GET /images/shop-2/changes': {
        body: {
          image: 'shop-2',
          against: 'shop-1',
          fields: [
            { what: 'Version', was: '1', will: '2' },
            { what: 'Port', was: '8080', will: '8080' },
          ],
          commits: { from: 'a', to: 'b', href: null },
          packages: {
            changed: [change('express', '5.0.1', '5.1.0')],
            added: [change('pg', null, '8.0.0')],
            removed: [],
            unchangedCount: 212,
          },
          packagesUnknown: null,
        },
      },
    })
    expect((await run('images', 'compare', 'shop-2', 'shop-1')).stdout.split('\n')).toEqual([
      'shop-1 → shop-2',
      'Commits: a to b',
      'Version: 1 → 2',
      'Package express (npm): 5.0.1 → 5.1.0',
      'Package pg (npm): none → 8.0.0',
      '212 packages are the same.',
      '',
    ])
  })

  it('retire says what would go, or what keeps it, and asks for nothing', async () => {
    const plan = {
      image: 'shop-1',
      snapshots: ['snap-1', 'snap-2'],
      reasonStays: null,
      uses: [] as { name: string; says: string }[],
    }
    const free = await start({ 'POST /images/shop-1/retire/plan': { body: plan } })
    expect((await free.run('images', 'retire', 'shop-1', '--plan')).stdout).toBe(
      'shop-1 would be deregistered, and deleted: snap-1, snap-2.\n',
    )
    await free.close()
    const uses = [{ name: 'shop-main-v012', says: 'runs it (live)' }]
    const body = { ...plan, reasonStays: 'shop-main-v012 runs it (live).', uses }
    const used = await start({ 'POST /images/shop-1/retire/plan': { body } })
    expect((await used.run('images', 'retire', 'shop-1', '--plan')).stdout).toBe(
      'shop-1 must stay: shop-main-v012 runs it (live).\n  shop-main-v012 runs it (live)\n',
    )
    expect(used.asked.map(({ path }) => path)).toEqual(['/images/shop-1/retire/plan'])
  })

  it('retire wants the name once more, sends it with the reason, and says where to look', async () => {
    const { run, asked } = await start({ 'POST /images/shop-1/retire': { body: { name: 'shop-1' } } })
    const unsaid = await run('images', 'retire', 'shop-1')
    expect([unsaid.exit, asked.length]).toEqual([2, 0])
    expect(unsaid.stderr).toContain('--yes-i-mean')
    const { exit, stdout } = await run(
      'images',
      'retire',
      'shop-1',
      '--yes-i-mean',
      'shop-1',
      '--reason',
      'nobody needs it',
    )
    expect([exit, stdout]).toEqual([
      0,
      'shop-1 is being retired; delling images show shop-1 tells how far it is.\n',
    ])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ name: 'shop-1', reason: 'nobody needs it' })
  })

  it('retire is refused with the console’s own sentence and exit code 3', async () => {
    const problem = {
      type: 'about:blank',
      title: 'It must stay',
      status: 409,
      code: 'ImageInUse',
      detail: 'shop-main-v012 runs shop-1 (live). Nothing was changed.',
    }
    const { run } = await start({ 'POST /images/shop-1/retire': { status: 409, body: problem } })
    const { exit, stderr } = await run('images', 'retire', 'shop-1', '--yes-i-mean', 'shop-1')
    expect(exit).toBe(3)
    expect(stderr).toContain('shop-main-v012 runs shop-1 (live). Nothing was changed.')
  })
})
