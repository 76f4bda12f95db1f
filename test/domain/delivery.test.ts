import { fc, it as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { outcomeOf, quotable, waitAfter } from '../../server/domain/delivery.js'

const hourMs = 3_600_000

describe('the wait before the next try', () => {
  it('doubles from five seconds to four hours', () => {
    expect([1, 2, 3, 20].map((tries) => waitAfter(tries, 1, null))).toEqual([
      5000,
      10_000,
      20_000,
      4 * hourMs,
    ])
    expect(waitAfter(1, 0, null)).toBe(2500)
  })

  property.prop([fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true })])(
    'is never shorter than half of it, nor longer than all of it',
    (tries, random) => {
      const waitMs = waitAfter(tries, random, null)
      const full = waitAfter(tries, 1, null)
      expect(waitMs).toBeGreaterThanOrEqual(full / 2)
      expect(waitMs).toBeLessThanOrEqual(full)
    },
  )

  it('is as long as the receiver asked for, within four hours', () => {
    expect(waitAfter(1, 0, 60_000)).toBe(60_000)
    expect(waitAfter(1, 0, 90 * hourMs)).toBe(4 * hourMs)
    expect(waitAfter(5, 1, 1)).toBe(80_000)
  })

  it('leaves room for ten tries and more within a day', () => {
    let [spentMs, tries] = [0, 0]
    while (spentMs <= 24 * hourMs) spentMs += waitAfter(++tries, 1, null)
    expect(tries).toBeGreaterThan(10)
  })
})

describe('an answer', () => {
  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'failed'],
    [307, 'failed'],
    [400, 'failed'],
    [410, 'gone'],
    [429, 'failed'],
    [503, 'failed'],
  ])('%i is %s', (status, kind) => {
    expect(outcomeOf(status, '', null).kind).toBe(kind)
  })

  it('keeps how long to wait, and not where a redirect would have led', () => {
    expect(outcomeOf(503, 'busy', 9000)).toEqual({
      kind: 'failed',
      answer: 'answered 503: busy',
      retryAfterMs: 9000,
    })
    expect(outcomeOf(302, 'http://169.254.169.254/', 9000)).toEqual({
      kind: 'failed',
      answer: 'answered 302; redirects are not followed',
      retryAfterMs: null,
    })
  })

  it('is quoted as one short line of plain text', () => {
    expect(quotable('<b>no</b>\r\n\u001b[31m\u0000 good\u202e')).toBe('<b>no</b> [31m good')
    expect(quotable('x'.repeat(500))).toBe(`${'x'.repeat(80)}…`)
  })
})
