import { describe, expect, it } from 'vitest'
import { trafficFlow } from '../../server/web/pages/flow.js'
import { landPath, trafficWords } from '../../server/web/pages/land.js'
import { moment } from '../../server/web/pages/moment.js'
import { nightSpan, warmLane } from '../../server/web/pages/night.js'
import { skyStops } from '../../server/web/pages/sky.js'
import { spanBar } from '../../server/web/pages/span-bar.js'
import { sunElevation } from '../../server/web/pages/sun.js'
import { asSentence, counted, duration } from '../../server/web/pages/words.js'
import { group, image } from '../support/demo-world.js'

const now = new Date('2026-11-19T14:19:08Z')

describe('the words of the pages', () => {
  it.each([
    [700, '0.7 s'],
    [40_000, '40 s'],
    [128_000, '2 min 8 s'],
    [900_000, '15 min'],
    [61_860_000, '17 h 11 min'],
    [400_000_000, '5 days'],
  ])('%i ms read %s', (ms, text) => expect(duration(ms)).toBe(text))

  it('count small numbers in words, and leave the names of groups as they are written', () => {
    expect([counted(1, 'group'), counted(3, 'group'), counted(14, 'group')]).toEqual([
      'one group',
      'three groups',
      '14 groups',
    ])
    expect(asSentence('v013 is launching')).toBe('v013 is launching.')
    expect(asSentence('2 of 3 are healthy.')).toBe('2 of 3 are healthy.')
  })

  it('tell a time on the wall clock of the zone, with its day only where it is another', () => {
    const tokyo = moment(new Date('2026-11-19T22:30:00Z'), 'Asia/Tokyo', now)
    expect(tokyo).toEqual({
      iso: '2026-11-19T22:30:00.000Z',
      text: 'Fri 07:30',
      title: 'Fri 20 Nov 2026, 07:30:00 GMT+9',
    })
    expect(moment(now, 'Europe/Dublin', now).text).toBe('14:19')
    expect(moment(new Date('2026-11-02T07:30:00Z'), 'UTC', now).text).toBe('2 Nov 07:30')
  })
})

describe('the pictures of the pages', () => {
  it('put the sun where it stood: Dublin, noon and sunset of 19 November 2026', () => {
    expect(sunElevation(new Date('2026-11-19T12:11:00Z'), 53.3, -6.3)).toBeCloseTo(17, 0)
    expect(Math.abs(sunElevation(new Date('2026-11-19T16:20:00Z'), 53.3, -6.3))).toBeLessThan(1.5)
  })

  it('paint a night from day over sunset and deep night to a golden morning, in order', () => {
    const stops = skyStops(
      { from: new Date('2026-11-19T10:00:00Z'), to: new Date('2026-11-20T12:00:00Z') },
      'eu-west-1',
      'Europe/Dublin',
    )
    const colours = stops.map((stop) => stop.colour)
    const first = (colour: string) => colours.indexOf(colour)
    expect(first('sky-day')).toBeLessThan(first('sky-sunset'))
    expect(first('sky-sunset')).toBeLessThan(first('sky-deep'))
    expect(first('sky-deep')).toBeLessThan(first('sky-gold'))
    const places = stops.map((stop) => Number.parseFloat(stop.at))
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  it('end a warm lane at its expiry and show since when it is degraded', () => {
    const warm = group('shop-main', 11, image('shop', '1.0.0', '17T10:00:00'), 'warm', {
      quietSince: new Date('2026-11-19T11:19:08Z'),
      degradedSince: new Date('2026-11-19T13:19:08Z'),
      expiresAt: new Date('2026-11-20T07:30:00Z'),
    })
    const lane = warmLane(warm, nightSpan([warm], now), now)
    expect(lane.bars.map((bar) => bar.kind)).toEqual(['lane-ready', 'lane-bad', 'lane-promise'])
    const promise = lane.bars[2]!
    expect(Number.parseFloat(promise.x) + Number.parseFloat(promise.width)).toBeCloseTo(
      Number.parseFloat(lane.expiry!),
      1,
    )
  })

  it('draw one thick line to the group that carries, dotted ones to the rest', () => {
    const flow = trafficFlow([
      { label: 'v011', weight: 0 },
      { label: 'v012', weight: 100 },
      { label: 'v013', weight: 0 },
    ])
    expect(flow.lines.filter((line) => line.k === 'flow-live')).toEqual([
      { k: 'flow-live', path: 'M300 0V58' },
    ])
    expect(flow.label).toBe('Traffic flows from the rule to v012 100 %.')
  })

  it('say what the balancer counts, and nothing where it counted nothing', () => {
    const at = (minute: number) => new Date(now.getTime() - minute * 60_000)
    const points = [3, 2, 1].map((minute) => ({ at: at(minute), requests: 600, errors: 6, p95Ms: 84.4 }))
    expect(trafficWords({ periodSec: 60, points })).toBe('10 req/s, p95 84 ms, 1 % errors')
    expect(trafficWords({ periodSec: 60, points: [] })).toBeNull()
    expect(landPath({ periodSec: 60, points: points.slice(1) }, { from: at(10), to: now })).toMatch(
      /^M\d+(\.\d+)? 100L.*Z$/,
    )
  })

  it('never lets a bar run past its deadline', () => {
    const since = new Date(now.getTime() - 120_000)
    expect(spanBar(since, new Date(since.getTime() + 60_000), now, 'UTC', 1)).toMatchObject({ done: '100%' })
    expect(spanBar(since, null, now, 'UTC', 1)).toBeNull()
  })
})
