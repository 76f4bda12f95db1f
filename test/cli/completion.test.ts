import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { completionScript } from '../../server/cli/complete.js'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
afterEach(async () => {
  await console_?.close()
  console_ = undefined
})

async function complete(...typed: string[]): Promise<string[]> {
  console_ ??= await stubConsole({
    'GET /clusters': { body: { clusters: [{ name: 'shop-main' }, { name: 'search-main' }] } },
    'GET /images': { body: { images: [{ name: 'shop-1.0.0-ab12' }] } },
    'GET /clusters/shop-main': { body: { serverGroups: [{ name: 'shop-main-v012' }] } },
    'GET /clusters/search-main': { body: { serverGroups: [{ name: 'search-main-v003' }] } },
  })
  const { exit, stdout, stderr } = await console_.run('complete', '--', ...typed)
  expect([exit, stderr]).toEqual([0, ''])
  return stdout.split('\n').filter(Boolean)
}

describe('completion', () => {
  it('offers verbs, and verbs of verbs, but none that is only for the shell', async () => {
    expect(await complete('de')).toEqual(
      ['deploy', 'decline', 'destroy', 'decommission'].filter((each) => each.startsWith('de')),
    )
    expect(await complete('')).not.toContain('complete')
    expect(await complete('clusters', '')).toEqual(['list', 'show', 'restore', 'create', 'edit'])
  })

  it('offers the names that the console knows', async () => {
    expect(await complete('deploy', 's')).toEqual(['shop-main', 'search-main'])
    expect(await complete('deploy', 'shop-main', '--image', '')).toEqual(['shop-1.0.0-ab12'])
    expect(await complete('destroy', 'shop')).toEqual(['shop-main-v012'])
    expect(await complete('clusters', 'show', 'se')).toEqual(['search-main'])
  })

  it('offers flags that were not given yet, and the choices of one', async () => {
    expect(await complete('deploy', 'shop-main', '--i')).toEqual(['--image'])
    expect(await complete('deploy', 'shop-main', '--image', 'x', '--i')).toEqual([])
    expect(await complete('resume', '1', '--choice', 'a')).toEqual(['again', 'accept'])
  })

  it('is silent where no console answers', async () => {
    await complete('x')
    await console_!.close()
    expect((await console_!.run('complete', '--', 'deploy', '')).stdout).toBe('')
  })

  it('works in a real bash', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'delling-completion-'))
    const fake = join(folder, 'delling')
    writeFileSync(
      fake,
      '#!/bin/sh\n[ "$1 $2" = "complete --" ] && shift 2 && printf "%s|\\n" "$*" with-other\n',
      { mode: 0o755 },
    )
    const script = `${completionScript('bash')}
COMP_WORDS=(${fake} clusters show sh); COMP_CWORD=3; _delling; printf '%s,' "\${COMPREPLY[@]}"`
    const { stdout } = await promisify(execFile)('bash', ['-c', script])
    rmSync(folder, { recursive: true })
    expect(stdout).toBe('clusters show sh|,with-other|,')
  })
})
