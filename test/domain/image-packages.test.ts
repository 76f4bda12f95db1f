import { gzipSync } from 'node:zlib'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { logAfter } from '../../server/domain/bake-log.js'
import { packagesIn, type InstalledPackage } from '../../server/domain/image-packages.js'
import { packageChanges, packageChangesSentence } from '../../server/domain/package-changes.js'
import { packageLines } from '../support/package-lines.js'

const word = fc.stringMatching(/^[a-z0-9@/.+~-]{1,20}$/)
const installed = fc.record({
  manager: fc.constantFrom('deb' as const, 'rpm' as const, 'npm' as const, 'runtime' as const),
  name: word,
  version: word,
})
const node: InstalledPackage = { manager: 'runtime', name: 'node', version: '20.19.0' }

describe('the packages that a builder reports', () => {
  test.prop([fc.array(installed, { maxLength: 200 }), fc.integer({ min: 20, max: 600 })])(
    'are read as they were, though other lines lie between and cloud-init puts its mark before each',
    (packages, width) => {
      const lines = packageLines(packages, width).flatMap((line, nth) => [
        `[  1${nth}.5] cloud-init[99]: ${line}`,
        `[  1${nth}.6] kernel: something else`,
      ])
      expect(packagesIn('x', ['BAKE-BEGIN x', ...lines, ''].join('\r\n'))).toEqual(packages)
    },
  )

  test.prop([fc.array(installed, { minLength: 5, maxLength: 100 }), fc.nat(), fc.nat()])(
    'are not known while a part of the list is missing, and never others than were reported',
    (packages, from, until) => {
      const text = ['BAKE-BEGIN x', ...packageLines(packages, 40), ''].join('\n')
      const shown = text.slice(from % text.length, until % text.length)
      const read = packagesIn('x', shown)
      if (read) expect(read).toEqual(packages)
    },
  )

  it('of another bake, or of an earlier builder of this one, are not taken for them', () => {
    const earlier = ['BAKE-BEGIN x', ...packageLines([node]), 'BAKE-BEGIN x', ''].join('\n')
    expect(packagesIn('x', earlier)).toBeNull()
  })

  it('are read where the console has lost its beginning, and the last list counts', () => {
    const later = { ...node, version: '22.1.0' }
    expect(packagesIn('x', [...packageLines([node]), ...packageLines([later]), ''].join('\n'))).toEqual([
      later,
    ])
  })

  it('are bounded, and what can’t be read is left out', () => {
    const bomb = gzipSync(Buffer.alloc(5 * 1024 * 1024)).toString('base64')
    expect(packagesIn('x', `PACKAGES 1/1 ${bomb}\n`)).toBeNull()
    expect(packagesIn('x', 'PACKAGES 1/1 AAAA\n')).toBeNull()
    const odd = gzipSync('deb\t\u0007\t1\nflatpak\ta\t1\nnpm\ta b\t1\nnpm\tok\t1\n').toString('base64')
    expect(packagesIn('x', `PACKAGES 1/1 ${odd}\n`)).toEqual([{ manager: 'npm', name: 'ok', version: '1' }])
  })

  test.prop([fc.array(installed, { minLength: 1, maxLength: 80 }), fc.array(fc.nat(), { maxLength: 12 })])(
    'are not in the log, however the looks fall',
    (packages, looks) => {
      const console = `BAKE-BEGIN x\nwork\n${packageLines(packages, 60).join('\n')}\nBAKE-RESULT x ok\n`
      const shown = [...looks.map((each) => each % console.length).sort((a, b) => a - b), console.length]
      const log = shown.reduce((before, until) => logAfter('x', before, console.slice(0, until)), '')
      expect(log).toBe('BAKE-BEGIN x\nwork\nBAKE-RESULT x ok\n')
    },
  )
})

describe('what is installed otherwise', () => {
  test.prop([fc.array(installed, { maxLength: 60 }), fc.array(installed, { maxLength: 60 })])(
    'counts every package once, and back is the same the other way round',
    (was, will) => {
      const there = packageChanges(was, will)
      const back = packageChanges(will, was)
      const turned = (each: { was: string | null; will: string | null }) => ({
        ...each,
        was: each.will,
        will: each.was,
      })
      expect(there.added.map(turned)).toEqual(back.removed)
      expect(there.changed.map(turned)).toEqual(back.changed)
      const keys = new Set([...was, ...will].map(({ manager, name }) => `${manager} ${name}`))
      const { added, removed, changed, unchangedCount } = there
      expect(added.length + removed.length + changed.length + unchangedCount).toBe(keys.size)
      expect(packageChanges(was, was)).toMatchObject({ added: [], removed: [], changed: [] })
    },
  )

  it('is said in a few words, several versions of one package as one', () => {
    const of = (...versions: string[]) =>
      versions.map((version) => ({ manager: 'npm' as const, name: 'ms', version }))
    const changes = packageChanges([...of('2.0.0', '2.1.3'), node], [...of('2.1.3'), node])
    expect(changes.changed).toEqual([{ manager: 'npm', name: 'ms', was: '2.0.0, 2.1.3', will: '2.1.3' }])
    expect(packageChangesSentence(changes)).toBe('1 in another version; 1 as they were.')
    expect(packageChangesSentence(packageChanges([node], [node]))).toBe(
      'The same package in the same version.',
    )
  })
})
