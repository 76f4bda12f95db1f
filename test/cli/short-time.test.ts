import { afterEach, describe, expect, it, vi } from 'vitest'
import { shortTime } from '../../server/cli/short-time.js'

const now = new Date('2026-11-24T08:00:00Z')
afterEach(() => vi.unstubAllEnvs())

describe('a moment at a terminal', () => {
  it('is short and names its zone', () => {
    vi.stubEnv('TZ', 'UTC')
    expect(shortTime('2026-11-25T09:00:00.000Z', { now })).toBe('25 Nov 09:00 UTC')
    expect(shortTime('2026-11-25T00:00:07.000Z', { now, seconds: true })).toBe('25 Nov 00:00:07 UTC')
  })

  it('is in the time zone of the machine', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    expect(shortTime('2026-11-25T09:00:00.000Z', { now })).toBe('25 Nov 10:00 CET')
  })

  it('names another year', () => {
    vi.stubEnv('TZ', 'UTC')
    expect(shortTime('2027-01-01T09:00:00.000Z', { now })).toBe('1 Jan 2027 09:00 UTC')
  })

  it('leaves alone what is no moment', () => {
    expect(shortTime('then')).toBe('then')
  })
})
