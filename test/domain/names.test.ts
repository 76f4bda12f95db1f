import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clusterName,
  parseClusterName,
  parseServerGroupName,
  reasonBadApplicationName,
  reasonBadClusterName,
  serverGroupName,
  targetGroupName,
} from '../../server/domain/names.js'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).filter((text) => !/^v\d{3,6}$/.test(text))

describe('names after frigga’s grammar', () => {
  it.each([
    ['shop', { application: 'shop', stack: null, detail: null }],
    ['shop-main', { application: 'shop', stack: 'main', detail: null }],
    ['shop-main-eu-west', { application: 'shop', stack: 'main', detail: 'eu-west' }],
    ['shop--eu', { application: 'shop', stack: null, detail: 'eu' }],
  ])('takes %s apart', (name, parts) => {
    expect(parseClusterName(name)).toEqual(parts)
  })

  it('gives every name back that it takes apart', () => {
    fc.assert(
      fc.property(word, fc.option(word), fc.option(word), (application, stack, detail) => {
        const name = clusterName({ application, stack, detail })
        expect(parseClusterName(name)).toEqual({ application, stack, detail })
      }),
    )
  })

  it('reads push numbers of 3 to 6 digits and never wraps after v999', () => {
    expect(serverGroupName('shop-main', 1)).toBe('shop-main-v001')
    expect(serverGroupName('shop-main', 1000)).toBe('shop-main-v1000')
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 999_999 }), (cluster, push) => {
        expect(parseServerGroupName(serverGroupName(cluster, push))).toEqual({ cluster, push })
      }),
    )
    expect(parseServerGroupName('shop-main-v01')).toBeNull()
    expect(parseServerGroupName('shop-main')).toBeNull()
  })

  it('keeps a target group’s name within AWS’s 32 characters and its alphabet', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9._]{0,39}(-[a-z0-9._]{1,30}){0,2}$/),
        fc.integer({ min: 1, max: 999_999 }),
        (cluster, push) => {
          const name = targetGroupName(cluster, push, '0a1b2c3d')
          expect(name.length).toBeLessThanOrEqual(32)
          expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]*$/)
          expect(name.endsWith(`-0a1b2c3d-v${String(push).padStart(3, '0')}`)).toBe(true)
        },
      ),
    )
  })

  it.each(['', 'Shop', '1shop', 'my shop', 'shop-main', 'v001', 'a'.repeat(41), 'shop/../x'])(
    'refuses the application name “%s” with a sentence',
    (name) => {
      expect(reasonBadApplicationName(name)).toMatch(/\.$/)
    },
  )

  it.each(['shop-main-v001', 'shop-', '-main', 'shop-Main', 'shop main', 'Shop-main'])(
    'refuses the cluster name “%s” with a sentence',
    (name) => {
      expect(reasonBadClusterName(name)).toMatch(/\.$/)
    },
  )

  it('takes ordinary names', () => {
    expect(reasonBadApplicationName('shop')).toBeNull()
    expect(reasonBadClusterName('shop-main')).toBeNull()
    expect(reasonBadClusterName('shop')).toBeNull()
  })
})
