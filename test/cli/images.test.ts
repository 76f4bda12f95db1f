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
})
