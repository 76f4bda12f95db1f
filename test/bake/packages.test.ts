import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packagesIn } from '../../server/domain/image-packages.js'

const recipe = resolve('bake/provision')
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'delling-packages-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function file(path: string, content: string, mode = 0o644) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content, { mode })
}

const manifest = (name: string, version: string) => JSON.stringify({ name, version })

describe('the npm packages of an application', () => {
  it('are those that lie there, scoped and nested ones too, each once, and no others', () => {
    file('node_modules/a/package.json', manifest('a', '1.0.0'))
    file('node_modules/a/node_modules/b/package.json', manifest('b', '1.0.0'))
    file('node_modules/b/package.json', manifest('b', '2.0.0'))
    file('node_modules/@s/c/package.json', manifest('@s/c', '3.0.0-rc.1'))
    file('node_modules/.pnpm/d@4.0.0/node_modules/d/package.json', manifest('d', '4.0.0'))
    symlinkSync(join(folder, 'node_modules/.pnpm/d@4.0.0/node_modules/d'), join(folder, 'node_modules/d'))
    symlinkSync('..', join(folder, 'node_modules/a/node_modules/round'))
    file('node_modules/broken/package.json', '{')
    file('node_modules/odd/package.json', manifest('odd\nrpm\tevil', '1'))
    file('node_modules/.bin/x', '')
    file('src/package.json', manifest('not-installed', '1.0.0'))
    const { stdout, stderr } = spawnSync('node', [join(recipe, 'packages.mjs'), folder], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        `runtime\tnode\t${process.version.slice(1)}`,
        'npm\ta\t1.0.0',
        'npm\tb\t1.0.0',
        'npm\tb\t2.0.0',
        'npm\t@s/c\t3.0.0-rc.1',
        'npm\td\t4.0.0',
      ].sort(),
    )
  })
})

describe('the step that lists what is installed', () => {
  function run() {
    mkdirSync(join(folder, 'work'), { recursive: true })
    return spawnSync('sh', ['-eu', join(recipe, 'packages.sh')], {
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, RECIPE: recipe, WORK: join(folder, 'work') },
    })
  }

  it('reports the system’s packages that are installed, and the runtime', () => {
    file(
      'bin/dpkg-query',
      `#!/bin/sh\nprintf 'deb\\tbash\\t5.2\\tinstalled\\ndeb\\told\\t1\\tconfig-files\\n'\n`,
      0o755,
    )
    file('bin/rpm', `#!/bin/sh\nprintf 'rpm\\tglibc\\t2.34-1\\n'\n`, 0o755)
    const { status, stdout } = run()
    expect(status).toBe(0)
    expect(packagesIn('x', stdout)).toEqual([
      { manager: 'deb', name: 'bash', version: '5.2' },
      { manager: 'rpm', name: 'glibc', version: '2.34-1' },
      { manager: 'runtime', name: 'node', version: process.version.slice(1) },
    ])
  })

  it('says that a list is too long for the console, and never ends the bake', () => {
    file('bin/dpkg-query', `#!/bin/sh\nexit 2\n`, 0o755)
    file(
      'bin/rpm',
      `#!/bin/sh\nhead -c 120000 /dev/urandom | base64 -w 40 | sed 's/^/rpm\\t/; s/$/\\t1/'\n`,
      0o755,
    )
    const { status, stdout } = run()
    expect(status).toBe(0)
    expect(stdout).toContain('packages is too long for the console')
    expect(packagesIn('x', stdout)).toBeNull()
  })
})
