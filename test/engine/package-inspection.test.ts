import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { inspectPackage } from '../../server/engine/package-inspection.js'
import { readTarStream } from '../../server/engine/read-tgz.js'
import { debBytes, debControl, tgzBytes, zipBytes, type RawEntry } from '../support/archives.js'
import { packageCases } from '../support/unsafe-packages.js'

const folder = mkdtempSync(join(tmpdir(), 'delling-inspection-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let serial = 0
async function inspected(fileName: string, content: Buffer | string) {
  const path = join(folder, String(serial++))
  writeFileSync(path, content)
  return inspectPackage(path, fileName)
}

const build = {
  tgz: (entries: readonly RawEntry[]) => tgzBytes(entries),
  zip: (entries: readonly RawEntry[]) => zipBytes(entries),
  deb: (entries: readonly RawEntry[]) => debBytes(entries, debControl),
}

describe('a package is refused at its upload', () => {
  for (const one of packageCases)
    for (const kind of one.kinds)
      it(`${one.refused ? 'for' : 'never for'} ${one.name} in a ${kind}`, async () => {
        const found = await inspected(`shop.${kind}`, build[kind](one.entries))
        if (one.refused) expect(found.problems.join(' ')).toMatch(one.refused)
        else expect(found).toMatchObject({ kind, problems: [] })
      })

  it.each([
    ['shop.rar', 'anything', /none of the packages we bake/],
    ['shop.tgz', 'plain text', /not what its name says/],
    ['shop.zip', tgzBytes([{ path: 'a' }]), /its content is a gzip file/],
    [
      'shop.tgz',
      gzipSync('this is no tar, and long enough to be looked at as if it were one'.repeat(20)),
      /cannot be read/,
    ],
    ['shop.tgz', tgzBytes([{ path: 'a', content: 'x'.repeat(5000) }]).subarray(0, 40), /cannot be read/],
    ['shop.zip', zipBytes([{ path: 'a', content: 'x' }]).subarray(0, 30), /cannot be read/],
    ['shop.deb', Buffer.from('!<arch>\nnonsense'), /cannot be read/],
    ['shop.tgz', tgzBytes([]), /cannot be read/],
    ['shop.zip', zipBytes([]), /empty/],
    ['shop.tgz', Buffer.alloc(0), /not what its name says/],
  ])('when %s is not what its name says or is broken (%#)', async (fileName, content, problem) => {
    expect((await inspected(fileName, content)).problems.join(' ')).toMatch(problem)
  })

  it('for a bomb: a small file that unpacks to far more', async () => {
    const zeros = '\0'.repeat(1024 * 1024)
    const bomb = tgzBytes(
      Array.from({ length: 120 }, (_, index) => ({ path: `zeros-${index}`, content: zeros })),
    )
    expect((await inspected('shop.tgz', bomb)).problems.join(' ')).toMatch(/more than 100 times its size/)
  })

  it.each([
    ['nothing but zeros', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    [
      'zeros after its end',
      gzipSync(Buffer.concat([gunzipSync(tgzBytes([{ path: 'a' }])), Buffer.alloc(64 * 1024 * 1024)])),
    ],
  ])('for %s, before they have cost anything', async (_what, content) => {
    expect((await inspected('shop.tgz', content)).problems.join(' ')).toMatch(/goes on after its end/)
  })

  it('never for the padding that tar puts at its end', async () => {
    const padded = Buffer.concat([gunzipSync(tgzBytes([{ path: 'a' }])), Buffer.alloc(512 * 1024)])
    expect((await inspected('shop.tgz', gzipSync(padded))).problems).toEqual([])
  })

  it('for a tar that is packed twice, which the builder would not see', async () => {
    const twice = gzipSync(tgzBytes([{ path: 'a', content: 'x' }]))
    expect((await inspected('shop.tgz', twice)).problems.join(' ')).toMatch(/packed once more/)
  })

  it('also where its first byte comes alone', async () => {
    const bytes = tgzBytes([{ path: 'a' }])
    const pieces = Readable.from([bytes.subarray(0, 1), bytes.subarray(1)])
    await expect(readTarStream(pieces, () => true)).rejects.toThrow('packed once more')
  })

  it('for a .deb of nothing but the headers of its parts, or without any files', async () => {
    const good = debBytes([{ path: 'a', content: 'x' }], debControl)
    const header = Buffer.from(`${'x'.padEnd(16)}${'0'.padEnd(32)}${'0'.padEnd(10)}\`\n`)
    const many = Buffer.concat([good, Buffer.alloc(header.length * 100_000, header)])
    expect((await inspected('shop.deb', many)).problems.join(' ')).toMatch(/more than 20 parts/)
    const part = (name: string) => Buffer.from(`${name.padEnd(16)}${'0'.padEnd(32)}${'0'.padEnd(10)}\`\n`)
    const empty = Buffer.concat([
      Buffer.from('!<arch>\n'),
      ...['debian-binary', 'control.tar.gz', 'data.tar.gz'].map(part),
    ])
    expect((await inspected('shop.deb', empty)).problems.join(' ')).toMatch(/has no files/)
  })
})

describe('the start command that a package brings', () => {
  it.each([
    [
      { Procfile: 'web: node server.js -p $PORT\n', 'package.json': '{"scripts":{"start":"other"}}' },
      'node server.js -p $PORT',
    ],
    [{ Procfile: 'worker: x\n', 'package.json': '{"scripts":{"start":"node main.js"}}' }, 'node main.js'],
    [{ 'package.json': '{"name":"@acme/tool","bin":{"tool":"cli.js","other":"o.js"}}' }, 'tool'],
    [{ 'package.json': '{"name":"x","bin":{"only":"cli.js"}}' }, 'only'],
    [{ 'package.json': '{"name":"x","bin":{"one":"1","two":"2"}}' }, null],
    [{ 'package.json': 'no json' }, null],
    [{ 'readme.md': 'hello' }, null],
  ])('is found in %j', async (files, command) => {
    const entries = Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content }))
    expect((await inspected('shop.tgz', tgzBytes(entries))).startCommandFound).toBe(command)
    expect((await inspected('shop.zip', zipBytes(entries))).startCommandFound).toBe(command)
  })

  it('is taken from the top, not from a package further down', async () => {
    const found = await inspected(
      'shop.tgz',
      tgzBytes([
        { path: 'vendor/package.json', content: '{"scripts":{"start":"wrong"}}' },
        { path: 'package.json', content: '{"scripts":{"start":"right"}}' },
        { path: 'other/package.json', content: '{"scripts":{"start":"wrong"}}' },
      ]),
    )
    expect(found.startCommandFound).toBe('right')
  })
})
