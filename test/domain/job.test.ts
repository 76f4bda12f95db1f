import { describe, expect, it } from 'vitest'
import { dueInMs } from '../../server/domain/job.js'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const last = (outcome: 'done' | 'failed' | 'lost' | 'running', agoMs: number, times = 1) => ({
  outcome,
  agoMs,
  times,
})

describe('a job that comes round by the clock', () => {
  it('is due at once where it never ran, and a period after the last run else', () => {
    expect(dueInMs(undefined, hourMs)).toBe(0)
    expect(dueInMs(last('done', 20 * minuteMs), hourMs)).toBe(40 * minuteMs)
    expect(dueInMs(last('running', 2 * hourMs), hourMs)).toBe(0)
  })

  it('is tried again ever more seldom while it fails, and never later than a period', () => {
    expect(dueInMs(last('failed', 0), hourMs)).toBe(minuteMs)
    expect(dueInMs(last('failed', 0, 4), hourMs)).toBe(8 * minuteMs)
    expect(dueInMs(last('failed', 0, 40), hourMs)).toBe(hourMs)
    expect(dueInMs(last('lost', 2 * minuteMs), hourMs)).toBe(0)
  })
})
