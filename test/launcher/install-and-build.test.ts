import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkout } from '../../config/checkout.js'
import { until } from '../support/until.js'

/** The launchers are plain JavaScript, so that they run before anything is installed; they carry no types. */
const bin = async <T>(file: string) => (await import(pathToFileURL(join(checkout, 'bin', file)).href)) as T

let root = ''
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'delling-install-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const entry = (version: string, more: object = {}) => ({ version, integrity: `sha512-${version}`, ...more })
function lay(wanted: object, present?: object) {
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { '': { name: 'x' }, ...wanted } }),
  )
  if (present === undefined) return
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }))
}

describe('what is installed', () => {
  const run = { 'node_modules/a': entry('1.0.0') }
  const dev = { 'node_modules/b': entry('1.0.0', { dev: true }) }
  const optional = { 'node_modules/c': entry('1.0.0', { optional: true }) }

  it.each([
    ['matches the lock file', { ...run, ...dev }, { ...run, ...dev }, true],
    ['is missing altogether', run, undefined, false],
    ['lacks a package', { ...run, ...dev }, dev, false],
    ['has another version', run, { 'node_modules/a': entry('1.0.1') }, false],
    [
      'has the version with other content',
      run,
      { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } },
      false,
    ],
    ['lacks what is for another platform', { ...run, ...optional }, run, true],
    ['has something more', run, { ...run, 'node_modules/z': entry('9.0.0') }, true],
  ])('that %s', async (_what, wanted, present, expected) => {
    const { isInstalled } = await bin<{
      isInstalled: (root: string, needs: { development: boolean }) => boolean
    }>('install-if-needed.js')
    lay(wanted, present)
    expect(isInstalled(root, { development: true })).toBe(expected)
  })

  it('suffices for a start without the packages that only development needs', async () => {
    const { isInstalled } = await bin<{
      isInstalled: (root: string, needs: { development: boolean }) => boolean
    }>('install-if-needed.js')
    lay({ ...run, ...dev }, run)
    expect(isInstalled(root, { development: false })).toBe(true)
    expect(isInstalled(root, { development: true })).toBe(false)
  })
})

describe('the lock around installing and building', () => {
  const holder = (lock: string, holdMs: number) => {
    const code = `import(${JSON.stringify(pathToFileURL(join(checkout, 'bin', 'folder-lock.js')).href)}).then(({ withLock }) =>
      withLock(${JSON.stringify(lock)}, async () => {
        const fs = await import('node:fs')
        fs.appendFileSync(${JSON.stringify(join(root, 'order'))}, 'in ')
        await new Promise((resolve) => setTimeout(resolve, ${holdMs}))
        fs.appendFileSync(${JSON.stringify(join(root, 'order'))}, 'out ')
      }, () => undefined))`
    const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
    return { child, ended: new Promise((resolve) => child.once('close', resolve)) }
  }
  const order = () => {
    try {
      return readFileSync(join(root, 'order'), 'utf8')
    } catch {
      return ''
    }
  }

  it('lets one work at a time', async () => {
    const lock = join(root, 'lock')
    await Promise.all([holder(lock, 100), holder(lock, 100), holder(lock, 100)].map(({ ended }) => ended))
    expect(order()).toBe('in out in out in out ')
  })

  it('is taken over from a process that was killed', async () => {
    const lock = join(root, 'lock')
    const first = holder(lock, 60_000)
    await until(() => order() === 'in ')
    first.child.kill('SIGKILL')
    await first.ended
    await holder(lock, 0).ended
    expect(order()).toBe('in in out ')
  })
})

describe('the closing line of npm test', () => {
  interface Results {
    readonly passed: number
    readonly failed: number
    readonly skipped: readonly { file: string; fullName: string }[]
  }
  interface TestResults {
    readResults: (read: () => string, root: string) => Results
    closingLine: (results: Results, mustAllRun: boolean) => string
    skippedLines: (results: Results) => string[]
  }
  const report = (files: object[]) => () => JSON.stringify({ testResults: files })

  it('counts tests, and a file that could not be loaded as a failure', async () => {
    const { readResults, closingLine, skippedLines } = await bin<TestResults>('test-results.js')
    const results = readResults(
      report([
        {
          name: '/r/a.test.ts',
          status: 'failed',
          assertionResults: ['passed', 'failed', 'pending'].map((status) => ({ status, fullName: status })),
        },
        { name: '/r/b.test.ts', status: 'failed', assertionResults: [] },
      ]),
      '/r',
    )
    expect(closingLine(results, false)).toBe('1 passed, 2 failed, 1 skipped')
    expect(closingLine(results, true)).toBe('1 passed, 2 failed')
    expect(skippedLines(results)).toEqual(['Not run (1):', '  a.test.ts: pending'])
  })

  it('takes a missing report for nothing passed', async () => {
    const { readResults } = await bin<TestResults>('test-results.js')
    expect(readResults(() => 'no report', '/r')).toEqual({ passed: 0, failed: 0, skipped: [] })
  })
})
