import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstMoment, minuteOfDay, wallOf, wallsBetween } from '../../server/domain/zoned-wall.js'

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'America/Santiago',
  'UTC',
]
const minuteMs = 60_000
const moment = fc
  .integer({
    min: Date.parse('2026-01-01T00:00:00Z') / minuteMs,
    max: Date.parse('2028-01-01T00:00:00Z') / minuteMs,
  })
  .map((minute) => new Date(minute * minuteMs))

describe('the wall of a zone', () => {
  it('shows what the clocks there show, through both changes of the hour', () => {
    const berlin = (at: string) => wallOf(new Date(at), 'Europe/Berlin')
    expect(berlin('2026-03-29T00:59:00Z')).toEqual({ date: '2026-03-29', weekday: 0, minuteOfDay: 119 })
    expect(berlin('2026-03-29T01:00:00Z').minuteOfDay).toBe(180)
    expect(berlin('2026-10-25T00:30:00Z').minuteOfDay).toBe(150)
    expect(berlin('2026-10-25T01:30:00Z').minuteOfDay).toBe(150)
    expect(berlin('2026-12-31T23:00:00Z')).toEqual({ date: '2027-01-01', weekday: 5, minuteOfDay: 0 })
  })

  it('is the same at every step of a span as at each moment by itself, also in hours in which it changes', () => {
    const hour = fc
      .integer({
        min: Date.parse('2026-01-01T00:00:00Z') / 3_600_000,
        max: Date.parse('2028-01-01T00:00:00Z') / 3_600_000,
      })
      .map((each) => each * 3_600_000)
    fc.assert(
      fc.property(fc.constantFrom(...zones), hour, (zone, from) => {
        const walls = wallsBetween(zone, from, from + 100 * 3_600_000, 15 * minuteMs)
        expect(walls).toHaveLength(400)
        for (const { at, wall } of walls) expect(wall).toEqual(wallOf(at, zone))
      }),
      { numRuns: 20 },
    )
    for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe'])
      for (const day of ['2026-03-29', '2026-04-04', '2026-10-03', '2026-10-25'])
        for (const { at, wall } of wallsBetween(
          zone,
          Date.parse(`${day}T00:00Z`),
          Date.parse(`${day}T23:00Z`),
          15 * minuteMs,
        ))
          expect([at, wall]).toEqual([at, wallOf(at, zone)])
  })

  it('finds the first moment of an answer that changes at clocks: exactly the one that a look at every minute finds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        moment,
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 1, max: 1440 }),
        (zone, from, opens, closes) => {
          const is = ({ minuteOfDay: now }: { minuteOfDay: number }) =>
            opens < closes ? now >= opens && now < closes : now >= opens || now < closes
          const found = firstMoment(zone, from, [opens, closes], is, 3)
          expect(found?.getTime()).toBe(byMinute(zone, from, is, 3)?.getTime())
        },
      ),
      { numRuns: 150 },
    )
  })

  it('finds it around the very hours that spring skips and autumn repeats', () => {
    const changes = [
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2027-03-28T01:00:00Z',
      '2027-10-31T01:00:00Z',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.integer({ min: -300, max: 120 }),
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 61, max: 260 }),
        (change, before, opens, closes) => {
          fc.pre(opens !== closes)
          const from = new Date(Date.parse(change) + before * minuteMs)
          const is = ({ minuteOfDay: now }: { minuteOfDay: number }) =>
            opens < closes ? now >= opens && now < closes : now >= opens || now < closes
          const found = firstMoment('Europe/Berlin', from, [opens, closes], is, 2)
          expect(found?.getTime()).toBe(byMinute('Europe/Berlin', from, is, 2)?.getTime())
        },
      ),
      { numRuns: 150 },
    )
  })

  it('gives up where the answer never is yes', () => {
    expect(firstMoment('UTC', new Date('2026-05-01T00:00:00Z'), [0], () => false, 3)).toBeNull()
    expect(minuteOfDay('24:00')).toBe(1440)
  })
})

/** The slow way, which needs no idea of what changes when. */
function byMinute(
  zone: string,
  from: Date,
  is: (wall: { minuteOfDay: number }) => boolean,
  days: number,
): Date | null {
  for (let minute = 0; minute <= days * 1440; minute += 1) {
    const at = new Date(from.getTime() + minute * minuteMs)
    if (is(wallOf(at, zone))) return at
  }
  return null
}
