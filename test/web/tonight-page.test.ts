import { describe, expect, it } from 'vitest'
import { unfilled } from '../../server/web/pages/field.js'
import { tonightPage } from '../../server/web/pages/tonight.js'
import { at, serverGroup } from '../support/build.js'

const groups = Array.from({ length: 120 }, (_, nth) => ({
  group: serverGroup(nth + 1, { role: 'warm' }),
  state: 'warm' as const,
  verdict: nth < 60 ? ('goes' as const) : ('stays' as const),
  why: 'a test',
}))
const page = (pages: { goes: number; stays: number }, asked: Date | null = null) =>
  tonightPage({
    plan: { now: at, groups, unseen: [] },
    ...{ runs: [], now: at, zone: 'UTC', region: 'eu-west-1', asked, pages },
    ...{ filled: unfilled, localCloud: true },
  })

describe('tonight, where many groups are warm', () => {
  it('shows a page of what goes and one of what stays, each by itself', () => {
    const first = page({ goes: 1, stays: 1 })
    expect([first.goes.length, first.goesFoot.range, first.stays.length]).toEqual([50, '1–50 of 60', 50])
    expect(first.goesFoot).toMatchObject({ before: null, after: '/tonight?goes=2' })
    const second = page({ goes: 2, stays: 9 })
    expect([second.goes.length, second.stays.length]).toEqual([10, 10])
    expect(second.goesFoot).toMatchObject({ before: '/tonight?stays=9', after: null })
    expect(second.stays.at(-1)?.name).toBe('shop-main-v120')
  })

  it('keeps the time that it was asked for on the way', () => {
    const { goesFoot } = page({ goes: 1, stays: 1 }, new Date('2026-11-19T18:00:00Z'))
    expect(goesFoot.after).toBe('/tonight?now=2026-11-19T18%3A00%3A00.000Z&goes=2')
  })
})
