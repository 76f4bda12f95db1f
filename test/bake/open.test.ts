import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { debBytes, debControl, tgzBytes, zipBytes, type RawEntry } from '../support/archives.js'
import { packageCases } from '../support/unsafe-packages.js'

const recipe = fileURLToPath(new URL('../../bake/provision', import.meta.url))
const commands = 'sh gzip head wc python3 node dpkg dpkg-deb tar awk ls cut sed cat'.split(' ')
const paths = new Map(
  commands.map((name) => {
    // A version manager's python3 may be a script that needs more than the step itself does.
    const ask = name === 'python3' ? 'python3 -c "import sys; print(sys.executable)"' : `command -v ${name}`
    return [name, spawnSync('sh', ['-c', ask], { encoding: 'utf8' }).stdout.trim()]
  }),
)
const has = (command: string) => Boolean(paths.get(command))

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'delling-open-'))
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

/** Runs the builder's own step on a package; `hidden` commands are not found. */
function open(
  kind: string,
  content: Buffer,
  limits: Record<string, string> = {},
  hidden: readonly string[] = [],
) {
  const here = mkdtempSync(join(work, 'open-'))
  writeFileSync(join(here, 'package'), content)
  const bin = join(here, 'bin')
  mkdirSync(bin)
  for (const [name, path] of paths) if (path && !hidden.includes(name)) symlinkSync(path, join(bin, name))
  const { status, stdout, stderr } = spawnSync('sh', ['-eu', join(recipe, 'open.sh')], {
    encoding: 'utf8',
    env: {
      PATH: bin,
      HOME: work,
      RECIPE: recipe,
      WORK: here,
      PACKAGE_KIND: kind,
      PACKAGE_NAME: `shop.${kind}`,
      MAX_UNPACKED_BYTES: '50000000',
      MAX_ENTRIES: '1000',
      MAX_RATIO: '100',
      ...limits,
    },
  })
  return { status, said: stdout + stderr }
}

interface Way {
  readonly name: string
  readonly kind: 'tgz' | 'zip' | 'deb'
  readonly build: (entries: readonly RawEntry[]) => Buffer
  readonly hidden: readonly string[]
  readonly needs: readonly string[]
}

const deb = (entries: readonly RawEntry[]) => debBytes(entries, debControl)
const ways: readonly Way[] = [
  { name: 'tgz', kind: 'tgz', build: tgzBytes, hidden: [], needs: [] },
  { name: 'zip by Python', kind: 'zip', build: zipBytes, hidden: ['node'], needs: ['python3'] },
  { name: 'zip by Node', kind: 'zip', build: zipBytes, hidden: ['python3'], needs: [] },
  { name: 'deb by dpkg-deb', kind: 'deb', build: deb, hidden: [], needs: ['dpkg', 'dpkg-deb'] },
  { name: 'deb by Node', kind: 'deb', build: deb, hidden: ['dpkg-deb'], needs: ['dpkg'] },
]

for (const way of ways)
  describe.skipIf(!way.needs.every(has))(`a builder opening a ${way.name}`, () => {
    for (const one of packageCases.filter((each) => each.kinds.includes(way.kind)))
      it(`${one.refused ? 'refuses' : 'takes'} ${one.name}`, () => {
        const { status, said } = open(way.kind, way.build(one.entries), {}, way.hidden)
        expect({ refused: status !== 0, said }).toMatchObject({ refused: one.refused !== null })
        if (one.refused) expect(said).toMatch(one.refused)
      })

    it('refuses a file that is broken', () => {
      const whole = way.build([{ path: 'a', content: 'x'.repeat(9000) }])
      expect(open(way.kind, whole.subarray(0, whole.length >> 1), {}, way.hidden).status).not.toBe(0)
    })

    it('refuses more bytes, entries or times its size than a package may have', () => {
      const large = way.build([{ path: 'a', content: 'x'.repeat(200_000) }])
      expect(open(way.kind, large, { MAX_UNPACKED_BYTES: '100000' }, way.hidden).said).toMatch(
        /unpacks to more than 100000 bytes/,
      )
      const many = way.build(Array.from({ length: 12 }, (_, index) => ({ path: `f${index}` })))
      expect(open(way.kind, many, { MAX_ENTRIES: '10' }, way.hidden).said).toMatch(/more than 10 entries/)
    })
  })
