import { describe, expect, it } from 'vitest'
import { dueInMs, everyMsOf, jobs, restsMs } from '../../server/domain/job.js'

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

describe('work that finds out by itself whether there is something to do', () => {
  it('rests after a failure, and each time in a row twice as long, up to an hour', () => {
    expect(restsMs(undefined)).toBe(0)
    expect(restsMs(last('done', 0))).toBe(0)
    expect(restsMs(last('running', 0))).toBe(0)
    expect(restsMs(last('failed', 0))).toBe(minuteMs)
    expect(restsMs(last('failed', 0, 3))).toBe(4 * minuteMs)
    expect(restsMs(last('failed', 0, 40))).toBe(hourMs)
    expect(restsMs(last('failed', 2 * minuteMs))).toBe(0)
  })

  it('goes on at once where a process died, and rests where that happens again', () => {
    expect(restsMs(last('lost', 0))).toBe(0)
    expect(restsMs(last('lost', 0, 2))).toBe(minuteMs)
    expect(restsMs(last('lost', 0, 3))).toBe(2 * minuteMs)
  })
})

describe('the declaration of a job', () => {
  it('says how it comes round, and nothing that goes on all the time can be asked for', () => {
    for (const job of jobs) {
      const isAlways = job.comesRound.by === 'itself'
      expect(job.kind).toBe(isAlways ? 'always' : 'runs')
      expect(job.onRequest === null).toBe(isAlways)
    }
    expect([everyMsOf('forgetting'), everyMsOf('cleanup')]).toEqual([hourMs, null])
  })
})
