import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { findings, type Finding } from '../../server/domain/find.js'

const cluster = (label: string, sub = ''): Finding => ({
  kind: 'cluster',
  label,
  sub,
  href: `/clusters/${label}`,
})
const labels = (all: readonly Finding[], text: string, limit = 9) =>
  findings(all, text, limit).map(({ label }) => label)

describe('what a text finds', () => {
  it('is what has every word, the exact name first, then what begins so', () => {
    const all = [
      cluster('webshop-main'),
      cluster('shop-main-eu'),
      cluster('other', 'shop-main'),
      cluster('shop-main'),
    ]
    expect(labels(all, 'Shop-Main')).toEqual(['shop-main', 'shop-main-eu', 'webshop-main', 'other'])
    expect(labels(all, 'main eu')).toEqual(['shop-main-eu'])
    expect(labels(all, 'shop-main', 2)).toEqual(['shop-main', 'shop-main-eu'])
  })

  it('is nothing for a text without a word', () => {
    expect(labels([cluster('shop')], '  ')).toEqual([])
  })

  test.prop([fc.array(fc.string().map((text) => cluster(text))), fc.string(), fc.nat(20)])(
    'holds every word of it, and is never more than was asked for',
    (all, text, limit) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean)
      const found = labels(all, text, limit)
      expect(found.length).toBeLessThanOrEqual(limit)
      for (const label of found) for (const word of words) expect(label.toLowerCase()).toContain(word)
    },
  )
})
