import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeFrom, obstaclesTo, type Startable } from '../../server/domain/may-start.js'
import {
  isOpen,
  opensAt,
  reasonBadFreeze,
  reasonBadWindow,
  thawsAt,
  weekdays,
  type Restraint,
} from '../../server/domain/restraint.js'
import { covers, parseScope, scopeText } from '../../server/domain/scope.js'
import { freeze, hold, stop, window } from '../support/restraints.js'

const where = { cluster: 'shop-main', application: 'shop', region: 'eu-west-1', timeZone: 'Europe/Berlin' }
/** A Tuesday, 13:00 in Berlin. */
const at = new Date('2026-11-24T12:00:00Z')
const may = (change: Startable, restraints: readonly Restraint[], when = at) =>
  obstaclesTo(change, restraints, where, when)
const minuteMs = 60_000

describe('a scope', () => {
  it('is what it is written as', () => {
    for (const text of ['all', 'region:eu-west-1', 'application:shop', 'cluster:shop-main'])
      expect(scopeText(parseScope(text)!)).toBe(text)
    for (const text of ['', 'everything', 'cluster:', 'cluster: x', 'stack:x', 'all:x'])
      expect(parseScope(text), text).toBeNull()
  })

  it('covers what is in it, and nothing else', () => {
    const covered = (text: string) => covers(parseScope(text)!, where)
    expect(['all', 'region:eu-west-1', 'application:shop', 'cluster:shop-main'].map(covered)).toEqual(
      Array(4).fill(true),
    )
    expect(['region:us-east-1', 'application:shop-main', 'cluster:shop'].map(covered)).toEqual(
      Array(3).fill(false),
    )
  })

  it('does not hold a bake, which has no cluster, by a cluster', () => {
    const bake = { ...where, cluster: null }
    expect(obstaclesTo('bake', [stop({ scope: { level: 'cluster', name: 'shop-main' } })], bake, at)).toEqual(
      [],
    )
    expect(obstaclesTo('bake', [stop()], bake, at)).toHaveLength(1)
  })
})

describe('a hold', () => {
  it('says by whom, until when and why', () => {
    const until = new Date('2026-11-24T18:30:00Z')
    expect(may('deploy', [hold({ until, scope: { level: 'application', name: 'shop' } })])).toEqual([
      {
        kind: 'hold',
        ids: ['hold-1'],
        sentence:
          'The application shop is on hold by Ada until Tue 24 Nov 19:30 (Europe/Berlin): the database moves.',
        reason: 'the database moves',
        until,
      },
    ])
  })

  it('is over at its end to the millisecond, and when it is released', () => {
    const until = new Date(at.getTime() + 1)
    expect(may('deploy', [hold({ until })])).toHaveLength(1)
    expect(may('deploy', [hold({ until })], until)).toEqual([])
    expect(may('deploy', [hold({ ended: { by: 'Ada', at, reason: 'done' } })])).toEqual([])
  })

  it('lets bakes, more instances and the undoing of what others changed go on; a stop does not', () => {
    for (const change of ['bake', 'grow', 'undo'] as const) {
      expect(may(change, [hold(), freeze(), window({ days: ['sun'] })]), change).toEqual([])
      expect(may(change, [stop()]), change).toHaveLength(1)
    }
    for (const change of ['create', 'deploy', 'resize', 'destroy', 'cleanup', 'decommission'] as const) {
      expect(may(change, [hold()]), change).toHaveLength(1)
      expect(may(change, [freeze()]), change).toHaveLength(1)
    }
  })

  it('is named after a stop and before a freeze and windows, each with its own sentence', () => {
    const all = [window({ days: ['sun'] }), freeze(), hold(), stop()]
    expect(may('deploy', all).map(({ kind }) => kind)).toEqual(['stop', 'hold', 'freeze', 'window'])
  })
})

describe('deploy windows', () => {
  it('let a change start inside, and say outside when the next opens', () => {
    expect(may('deploy', [window()])).toEqual([])
    const [closed] = may('deploy', [window()], new Date('2026-11-27T15:00:00Z'))
    expect(closed?.sentence).toBe(
      'Outside the deploy windows of everything; the next one, “office hours”, opens Mon 30 Nov 09:00 (Europe/Berlin).',
    )
    expect(closed?.until).toEqual(new Date('2026-11-30T08:00:00Z'))
  })

  it('are alternatives within a scope, and all asked for between scopes: a narrow one loosens nothing', () => {
    const saturday = new Date('2026-11-28T12:00:00Z')
    const weekend = window({ id: 'window-2', days: ['sat'], name: 'weekend' })
    expect(may('deploy', [window(), weekend], saturday)).toEqual([])
    const ofShop = { ...weekend, scope: { level: 'application', name: 'shop' } as const }
    expect(may('deploy', [window(), ofShop], saturday).map(({ ids }) => ids)).toEqual([['window-1']])
    expect(may('deploy', [window(), ofShop]).map(({ ids }) => ids)).toEqual([['window-2']])
  })

  it('that never meet say that nobody knows when', () => {
    const ofShop = window({ id: 'window-2', days: ['sat'], scope: { level: 'application', name: 'shop' } })
    expect(freeFrom('deploy', [window(), ofShop], where, at)).toBeNull()
  })

  it('over midnight belong to the day on which they open', () => {
    const night = window({ days: ['fri'], from: '22:00', to: '04:00', timeZone: 'UTC' })
    expect(isOpen(night, new Date('2026-11-27T23:00:00Z'))).toBe(true)
    expect(isOpen(night, new Date('2026-11-28T03:59:00Z'))).toBe(true)
    expect(isOpen(night, new Date('2026-11-28T04:00:00Z'))).toBe(false)
    expect(isOpen(night, new Date('2026-11-27T03:00:00Z'))).toBe(false)
  })

  it('leave the nightly cleanup alone: it comes when they are closed', () => {
    expect(may('cleanup', [window()], new Date('2026-11-28T12:00:00Z'))).toEqual([])
  })

  it('in the hour that spring skips open when the clocks go on, and not at all where they lie within it', () => {
    const sunday = { days: ['sun'] as const, timeZone: 'Europe/Berlin' }
    const before = new Date('2026-03-29T00:00:00Z')
    expect(opensAt(window({ ...sunday, from: '02:30', to: '05:00' }), before)).toEqual(
      new Date('2026-03-29T01:00:00Z'),
    )
    expect(opensAt(window({ ...sunday, from: '02:15', to: '02:45' }), before)).toEqual(
      new Date('2026-04-05T00:15:00Z'),
    )
  })

  it('in the hour that autumn repeats are open both times', () => {
    const repeated = window({ days: ['sun'], from: '02:30', to: '02:45' })
    const first = opensAt(repeated, new Date('2026-10-25T00:00:00Z'))
    expect(first).toEqual(new Date('2026-10-25T00:30:00Z'))
    expect(opensAt(repeated, new Date('2026-10-25T00:45:00Z'))).toEqual(new Date('2026-10-25T01:30:00Z'))
  })

  it('are refused where they can’t be', () => {
    const base = window()
    expect(reasonBadWindow(base)).toBeNull()
    expect(reasonBadWindow({ ...base, to: '24:00' })).toBeNull()
    for (const [field, patch] of [
      ['days', { days: [] }],
      ['from', { from: '24:00' }],
      ['to', { to: '9:00' }],
      ['to', { to: '09:00' }],
      ['timeZone', { timeZone: 'Berlin' }],
    ] as const)
      expect(reasonBadWindow({ ...base, ...patch })?.field, JSON.stringify(patch)).toBe(field)
  })
})

describe('a freeze', () => {
  it('begins and ends with whole days on the calendar of its zone', () => {
    expect(thawsAt(freeze())).toEqual(new Date('2026-11-30T23:00:00Z'))
    expect(may('deploy', [freeze()], new Date('2026-11-22T22:59:59Z'))).toEqual([])
    expect(may('deploy', [freeze()], new Date('2026-11-22T23:00:00Z'))).toHaveLength(1)
    expect(may('deploy', [freeze()], new Date('2026-11-30T22:59:59Z'))).toHaveLength(1)
    expect(may('deploy', [freeze()], new Date('2026-11-30T23:00:00Z'))).toEqual([])
  })

  it('ends when the day does where its last midnight does not exist', () => {
    // In Santiago the clocks go from 24:00 on Saturday straight to 01:00 on Sunday.
    const last = freeze({ firstDay: '2026-09-01', lastDay: '2026-09-05', timeZone: 'America/Santiago' })
    expect(thawsAt(last)).toEqual(new Date('2026-09-06T04:00:00Z'))
  })

  it('is refused where it can’t be', () => {
    for (const [field, patch] of [
      ['firstDay', { firstDay: '2026-02-30' }],
      ['lastDay', { lastDay: '24.12.2026' }],
      ['lastDay', { lastDay: '2026-11-22' }],
      ['lastDay', { lastDay: '2028-11-22' }],
      ['timeZone', { timeZone: 'Mars/Phobos' }],
    ] as const)
      expect(reasonBadFreeze({ ...freeze(), ...patch })?.field, JSON.stringify(patch)).toBe(field)
  })
})

describe('until when', () => {
  const clock = fc
    .integer({ min: 0, max: 1439 })
    .map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    )
  const someWindow = fc
    .record({
      id: fc.uuid(),
      days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
      from: clock,
      to: clock,
      timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
    })
    .filter(({ from, to }) => from !== to)
    .map((patch) => window(patch))
  const when = fc
    .integer({ min: 0, max: 2 * 365 * 24 * 60 })
    .map((minute) => new Date(Date.parse('2026-01-01T00:00:00Z') + minute * minuteMs))

  it('is said rightly: nothing stands in the way from then on, and always something before', () => {
    fc.assert(
      fc.property(
        fc.array(someWindow, { minLength: 1, maxLength: 3 }),
        when,
        fc.nat(600),
        (windows, now, held) => {
          const until = new Date(now.getTime() + held * minuteMs)
          const restraints: Restraint[] = [...windows, hold({ until })]
          const free = freeFrom('deploy', restraints, where, now)
          if (!free) throw new Error('one of the windows opens')
          expect(may('deploy', restraints, free)).toEqual([])
          const spanMin = Math.floor((free.getTime() - now.getTime()) / minuteMs)
          for (let step = 0; step < 15 && spanMin > 0; step += 1) {
            const before = new Date(now.getTime() + Math.floor((spanMin * step) / 15) * minuteMs)
            expect(may('deploy', restraints, before), before.toISOString()).not.toEqual([])
          }
          if (free > now) expect(may('deploy', restraints, new Date(free.getTime() - 1))).not.toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is nobody’s to say while a hold has no end', () => {
    expect(freeFrom('deploy', [window(), hold()], where, at)).toBeNull()
    expect(freeFrom('deploy', [], where, at)).toEqual(at)
  })
})
