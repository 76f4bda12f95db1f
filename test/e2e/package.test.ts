import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { extract } from 'tar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../../config/checkout.js'
import { stubConsole, token } from '../support/stub-console.js'

const run = promisify(execFile)

describe('the package that npm pack makes', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'delling-package-'))
    // The test run has built already; a build of its own would change dist under the neighbours.
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
    const { stdout } = await run('npm', pack, { cwd: checkout })
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    await extract({ file: join(folder, filename), cwd: folder })
    // What npm would install beside it, without asking a registry.
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'package', 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('runs the command line against a console elsewhere, without a checkout', async () => {
    const remote = await stubConsole({ 'GET /clusters': { body: { clusters: [{ name: 'shop-main' }] } } })
    const command = [join(folder, 'package', 'bin', 'delling.js'), 'clusters', 'list']
    const env = { PATH: process.env.PATH, HOME: folder, DELLING_URL: remote.url, DELLING_TOKEN: token }
    const { stdout, stderr } = await run(process.execPath, command, { cwd: tmpdir(), env })
    expect([stdout, stderr]).toEqual([expect.stringContaining('shop-main'), ''])
    await remote.close()
  })
})
