import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { BakeRequest } from '../../server/domain/bake.js'
import { imageName } from '../../server/domain/bake-naming.js'
import { contentKey, shellQuoted, type Recipe } from '../../server/domain/bake-recipe.js'

const recipe: Recipe = {
  bootstrap: 'echo begin\n',
  provision: { 'fetch.sh': 'echo fetch\n', 'zip-to-tar.py': 'print("zip")\n' },
}
const request: BakeRequest = {
  application: 'shop',
  version: '1.0.0',
  package: { kind: 'tgz', fileName: 'shop.tgz', address: 's3://bucket/shop.tgz', sha256: 'a'.repeat(64) },
  base: 'ami-1',
  instanceType: 't3.small',
  startCommand: 'node main.js',
  port: 8080,
  healthPath: '/',
  commit: 'abc',
  actor: { name: 'Ada', via: 'cli' },
  reason: 'because',
}
const key = contentKey('ami-1', request, recipe)

describe('the content key', () => {
  it.each<[string, Partial<BakeRequest>]>([
    ['the application', { application: 'shop2' }],
    ['the version', { version: '1.0.1' }],
    ['the start command', { startCommand: 'node other.js' }],
    ['no start command', { startCommand: null }],
    ['the port', { port: 8081 }],
    ['the health path', { healthPath: '/healthz' }],
    ['the package', { package: { ...request.package, sha256: 'b'.repeat(64) } }],
    ['the kind of package', { package: { ...request.package, kind: 'deb' } }],
  ])('changes with %s', (_name, change) => {
    expect(contentKey('ami-1', { ...request, ...change }, recipe)).not.toBe(key)
  })

  it('changes with the base image and with what a script does', () => {
    expect(contentKey('ami-2', request, recipe)).not.toBe(key)
    const script = { ...recipe, provision: { ...recipe.provision, 'fetch.sh': 'echo other\n' } }
    expect(contentKey('ami-1', request, script)).not.toBe(key)
    expect(contentKey('ami-1', request, { ...recipe, bootstrap: 'echo other\n' })).not.toBe(key)
  })

  it.each<[string, Partial<BakeRequest>]>([
    ['who asks', { actor: { name: 'Bob', via: 'console' } }],
    ['why', { reason: 'other' }],
    [
      'where the package lies',
      { package: { ...request.package, address: 'https://x/y', fileName: 'y.tgz' } },
    ],
    ['the builder’s size', { instanceType: 'm5.large' }],
    ['the commit', { commit: null }],
  ])('stays with %s', (_name, change) => {
    expect(contentKey('ami-1', { ...request, ...change }, recipe)).toBe(key)
  })

  it('stays when only a comment changes, or a script that this kind of package never runs', () => {
    const commented = { ...recipe.provision, 'fetch.sh': '# says hello\necho fetch\n' }
    expect(contentKey('ami-1', request, { ...recipe, provision: commented })).toBe(key)
    const zip = { ...recipe.provision, 'zip-to-tar.py': 'print("other")\n' }
    expect(contentKey('ami-1', request, { ...recipe, provision: zip })).toBe(key)
  })

  test.prop([fc.string(), fc.string(), fc.string(), fc.string()])(
    'tells two requests apart however their parts run into each other',
    (application, version, otherApplication, otherVersion) => {
      const one = contentKey('ami-1', { ...request, application, version }, recipe)
      const other = contentKey(
        'ami-1',
        { ...request, application: otherApplication, version: otherVersion },
        recipe,
      )
      expect(one === other).toBe(application === otherApplication && version === otherVersion)
    },
  )
})

describe('an image’s name', () => {
  it('is readable and carries the beginning of its key', () => {
    expect(imageName(request, key)).toBe(`shop-1.0.0-${key.slice(0, 8)}`)
  })

  test.prop([fc.string(), fc.string()])(
    'is one that EC2 takes, whatever it is made from',
    (application, version) => {
      expect(imageName({ ...request, application, version }, key)).toMatch(/^[A-Za-z0-9()[\]./'@_-]{3,128}$/)
    },
  )
})

describe('a quoted word', () => {
  it('is one word to a shell', () => {
    expect(shellQuoted(`it's $HOME; rm -rf "x"`)).toBe(`'it'\\''s $HOME; rm -rf "x"'`)
  })
})
