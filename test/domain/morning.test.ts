import { describe, expect, it } from 'vitest'
import { morningAfter, nightEndedBefore, reasonBadMorning, warmUntil } from '../../server/domain/morning.js'

const berlin = { morning: '07:30', timeZone: 'Europe/Berlin', minWarmHours: 8, maxWarm: 2 }

describe('mornings', () => {
  it('come on the wall clock of the cluster’s zone', () => {
    expect(morningAfter(berlin, new Date('2026-11-24T12:00:00Z')).toISOString()).toBe(
      '2026-11-25T06:30:00.000Z',
    )
    expect(morningAfter(berlin, new Date('2026-07-24T12:00:00Z')).toISOString()).toBe(
      '2026-07-25T05:30:00.000Z',
    )
  })

  it('keep a group at least the minimum of hours', () => {
    expect(warmUntil(berlin, new Date('2026-11-24T22:30:00Z')).toISOString()).toBe('2026-11-25T06:30:00.000Z')
    expect(warmUntil(berlin, new Date('2026-11-24T22:30:01Z')).toISOString()).toBe('2026-11-26T06:30:00.000Z')
  })

  it('follow the calendar over a change of the clock', () => {
    expect(morningAfter(berlin, new Date('2026-10-24T12:00:00Z')).toISOString()).toBe(
      '2026-10-25T06:30:00.000Z',
    )
    const skipped = { morning: '02:30', timeZone: 'Europe/Berlin' }
    const morning = morningAfter(skipped, new Date('2027-03-27T12:00:00Z'))
    expect(morning.toISOString()).toBe('2027-03-28T01:00:00.000Z')
  })

  it('name the night that ended', () => {
    expect(nightEndedBefore(berlin, new Date('2026-11-25T06:30:00Z'))).toEqual({
      night: '2026-11-25',
      morning: new Date('2026-11-25T06:30:00Z'),
    })
    expect(nightEndedBefore(berlin, new Date('2026-11-25T06:29:59Z')).night).toBe('2026-11-24')
  })

  it('refuse what is no time or no zone', () => {
    expect(reasonBadMorning('7:30', 'Europe/Berlin')).toContain('time of day')
    expect(reasonBadMorning('24:00', 'Europe/Berlin')).toContain('time of day')
    expect(reasonBadMorning('07:30', 'Mars/Base')).toContain('time zone')
    expect(reasonBadMorning('07:30', 'America/New_York')).toBeNull()
  })
})
