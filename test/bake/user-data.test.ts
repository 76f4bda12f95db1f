import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PackageKind } from '../../server/domain/bake.js'
import {
  builderUserData,
  maxUserDataBytes,
  packedRecipe,
  type Recipe,
} from '../../server/domain/bake-recipe.js'
import { loadRecipe } from '../../server/engine/load-recipe.js'
import { person, sha256 } from '../support/bake-world.js'

const recipe = loadRecipe()

function userData(kind: PackageKind, from: Recipe = recipe, startCommand: string | null = null): string {
  return builderUserData(from, {
    bakeId: '00000000-0000-4000-8000-000000000001',
    packageUrl: `https://bucket.s3.amazonaws.com/${'x'.repeat(1800)}`,
    registry: 'https://registry.example.com/npm/',
    request: {
      application: 'shop',
      version: '1.0.0',
      package: { kind, fileName: `shop.${kind}`, address: 's3://bucket/shop', sha256 },
      base: 'ami-base',
      instanceType: 't3.small',
      startCommand,
      port: 8080,
      healthPath: '/',
      commit: null,
      actor: person,
      reason: '',
    },
  })
}

describe('the user data of a builder', () => {
  it.each(['tgz', 'zip', 'deb'] as const)(
    'fits into what EC2 takes, for a %s with a long address',
    (kind) => {
      expect(Buffer.byteLength(userData(kind, recipe, 'x'.repeat(400)))).toBeLessThanOrEqual(maxUserDataBytes)
    },
  )

  it('refuses to grow beyond it', () => {
    expect(() => userData('tgz', recipe, "'".repeat(3000))).toThrow('shorten the start command')
  })

  it('is a script that every POSIX shell reads', () => {
    const read = spawnSync('sh', ['-n'], { input: userData('zip'), encoding: 'utf8' })
    expect(read).toMatchObject({ status: 0, stderr: '' })
  })

  it('is the same for the same launch', () => {
    expect(userData('deb')).toBe(userData('deb'))
  })

  it('carries every script whole but for its comments', () => {
    const folder = mkdtempSync(join(tmpdir(), 'delling-recipe-'))
    try {
      spawnSync('sh', ['-eu'], {
        input: packedRecipe(recipe, 'zip'),
        env: { ...process.env, RECIPE: folder },
      })
      for (const name of ['open.sh', 'service.sh', 'zip-to-tar.mjs', 'check-tar.sh']) {
        const code = (text: string) => text.split('\n').filter((line) => !/^\s*(#(?!!)|\/\/ )/.test(line))
        expect(code(readFileSync(join(folder, name), 'utf8'))).toEqual(code(recipe.provision[name] ?? ''))
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

const steps = ['fetch', 'open', 'unpack', 'runtime', 'dependencies', 'service', 'verify', 'packages', 'clean']

/** The real bootstrap with steps of a test's own, and with commands that only write down what they were asked. */
describe('the bootstrap on a builder', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'delling-bootstrap-'))
    mkdirSync(join(folder, 'bin'))
    command('self-tag', 'echo "TAG $1=$2"')
    command('systemctl', 'echo "SYSTEMCTL $*"')
    command('poweroff', 'echo POWEROFF')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function command(name: string, script: string) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'bin', name), 0o755)
  }

  function run(provision: Record<string, string> = {}) {
    const all = Object.fromEntries(
      steps.map((step) => [`${step}.sh`, provision[step] ?? `echo "did ${step}"`]),
    )
    const path = join(folder, 'user-data')
    writeFileSync(path, userData('tgz', { bootstrap: recipe.bootstrap, provision: all }))
    return spawnSync('sh', [path], {
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder },
    }).stdout
  }

  const id = '00000000-0000-4000-8000-000000000001'

  it('runs every step in order, reports the digest by tag and by console, and powers off', () => {
    const said = run()
    expect([...said.matchAll(/did (\w+)/g)].map((match) => match[1])).toEqual(steps)
    expect(said).toContain(`TAG delling:bake-result=ok:${sha256}`)
    expect(said).toContain(`BAKE-RESULT ${id} ok:${sha256}`)
    expect(said).toContain('SYSTEMCTL poweroff')
  })

  it.each(steps)('reports a failing %s and runs nothing after it', (step) => {
    const said = run({ [step]: 'echo about to fail\nfalse\necho "went on"' })
    expect(said).toContain(`BAKE-RESULT ${id} failed:${step}:1`)
    expect(said).toContain(`TAG delling:bake-result=failed:${step}:1`)
    expect(said).not.toContain('went on')
    expect(said).not.toContain(` ok:`)
    expect(said.includes('did clean')).toBe(false)
    expect(said).toContain('SYSTEMCTL poweroff')
  })

  it.each([
    ['a step that kills itself', 'kill -9 $$'],
    ['a step that is cut off in the middle', 'if true; then'],
    ['a step whose variable is not set', 'echo "$NEVER_SET"'],
  ])('never reports success after %s', (_name, script) => {
    const said = run({ dependencies: script })
    expect(said).toMatch(new RegExp(`BAKE-RESULT ${id} failed:dependencies:[1-9]`))
  })

  it('still reports by console when the tag cannot be set', () => {
    command('self-tag', 'exit 1')
    expect(run()).toContain(`BAKE-RESULT ${id} ok:${sha256}`)
  })

  it('leaves none of its own files behind', () => {
    const said = run({ clean: 'echo "WORK $WORK"' })
    const work = /WORK (\S+)/.exec(said)?.[1] ?? ''
    expect(work).toMatch(/delling-bake/)
    expect(spawnSync('test', ['-e', work]).status).toBe(1)
  })
})
