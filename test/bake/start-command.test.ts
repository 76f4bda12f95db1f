import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCommandIn } from '../../server/domain/package.js'

const recipe = fileURLToPath(new URL('../../bake/provision', import.meta.url))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'delling-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function onBuilder(procfile: string | null, packageJson: string | null, given = '') {
  if (procfile !== null) writeFileSync(join(folder, 'Procfile'), procfile)
  if (packageJson !== null) writeFileSync(join(folder, 'package.json'), packageJson)
  const { stdout } = spawnSync('sh', ['-eu', join(recipe, 'start-command.sh'), folder], {
    encoding: 'utf8',
    env: { ...process.env, RECIPE: recipe, START_COMMAND: given },
  })
  return stdout.trim() || null
}

const manifest = (value: object) => JSON.stringify(value)

describe('the builder and the console find the same start command', () => {
  it.each([
    ['web: node server.js -p $PORT\n', manifest({ scripts: { start: 'other' } }), 'node server.js -p $PORT'],
    ['worker: x\r\nweb:   ./run --on "$PORT"  \r\n', null, './run --on "$PORT"'],
    ['web:\n', manifest({ scripts: { start: 'node .' } }), 'node .'],
    [null, manifest({ scripts: { start: ' node main.js ' } }), 'node main.js'],
    [null, manifest({ name: '@acme/tool', bin: { tool: 'cli.js', other: 'o.js' } }), 'tool'],
    [null, manifest({ name: 'tool', bin: 'cli.js' }), 'tool'],
    [null, manifest({ name: 'x', bin: { only: 'cli.js' } }), 'only'],
    [null, manifest({ name: 'x', bin: { one: '1', two: '2' } }), null],
    [null, manifest({ name: 'x', scripts: { start: '' } }), null],
    [null, `\uFEFF${manifest({ scripts: { start: 'node bom.js' } })}`, 'node bom.js'],
    [null, null, null],
  ])('in %j and %j', (procfile, packageJson, command) => {
    expect(startCommandIn({ procfile, packageJson })).toBe(command)
    expect(onBuilder(procfile, packageJson)).toBe(command)
  })

  it('and one that was given wins over all that a package says', () => {
    expect(onBuilder('web: a\n', manifest({ scripts: { start: 'b' } }), 'c $PORT')).toBe('c $PORT')
  })
})
