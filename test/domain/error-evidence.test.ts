import { describe, expect, it } from 'vitest'
import { judgeAnswers } from '../../server/domain/canary-judgement.js'
import { evidenceOfHarm, type AnswerCount } from '../../server/domain/error-evidence.js'
import { Random } from '../simulation/random.js'

const minute = (index: number, requests: number, errors: number): AnswerCount => ({
  at: new Date(Date.UTC(2026, 10, 24, 12, index)),
  requests,
  errors,
})
const minutes = (count: number, requests: number, errors: number) =>
  Array.from({ length: count }, (_, index) => minute(index, requests, errors))
const names = { next: 'v002', previous: 'v001' }

describe('the evidence that a release does harm', () => {
  it('is none where both fail alike, whatever share each gets', () => {
    expect(evidenceOfHarm(minutes(10, 50, 1), minutes(10, 950, 19))).toBeLessThan(1)
  })

  it('grows with errors that the previous group does not have, also when that has none at all', () => {
    expect(evidenceOfHarm(minutes(2, 10, 2), minutes(2, 190, 0))).toBeGreaterThan(100)
  })

  it('is not enough for four errors against none at equal shares, nor for one in a small share', () => {
    expect(evidenceOfHarm(minutes(1, 100, 4), minutes(1, 100, 0))).toBeLessThan(100)
    expect(evidenceOfHarm(minutes(1, 10, 1), minutes(1, 190, 0))).toBeLessThan(100)
  })

  it('says nothing of periods in which only one group was asked', () => {
    expect(evidenceOfHarm(minutes(5, 10, 10), [])).toBe(1)
    expect(evidenceOfHarm(minutes(5, 10, 10), minutes(5, 0, 0))).toBe(1)
  })

  it('cries wolf in at most one canary of a hundred, though it is looked at every minute', () => {
    const random = new Random(7)
    const draw = (requests: number, rate: number) =>
      Array.from({ length: requests }).filter(() => random.chance(rate)).length
    let alarms = 0
    const canaries = 300
    for (let canary = 0; canary < canaries; canary++) {
      const next: AnswerCount[] = []
      const previous: AnswerCount[] = []
      for (let index = 0; index < 30; index++) {
        next.push(minute(index, 40, draw(40, 0.05)))
        previous.push(minute(index, 120, draw(120, 0.05)))
        if (evidenceOfHarm(next, previous) < 100) continue
        alarms += 1
        break
      }
    }
    expect(alarms / canaries).toBeLessThanOrEqual(0.01)
  })
})

describe('the verdict on a canary', () => {
  it('names what both answered', () => {
    expect(judgeAnswers(minutes(3, 10, 0), minutes(3, 190, 1), names, 20)).toEqual({
      kind: 'well',
      sentence:
        'v002 answered 30 requests, 0 % of them with a 5xx; v001 570 requests, 0.5 % of them with a 5xx',
    })
  })

  it('is bad for a release that fails clearly more often', () => {
    expect(judgeAnswers(minutes(3, 10, 3), minutes(3, 190, 1), names, 20).kind).toBe('bad')
  })

  it('holds no difference against it that nobody would notice, however sure it is', () => {
    expect(judgeAnswers(minutes(60, 400_000, 4200), minutes(60, 400_000, 4000), names, 20).kind).toBe('well')
  })

  it('is unsure with too few requests, and says how many are needed', () => {
    expect(judgeAnswers(minutes(1, 3, 0), minutes(1, 60, 0), names, 20)).toMatchObject({
      kind: 'unsure',
      sentence: expect.stringContaining('at least 20 are needed') as string,
    })
  })

  it('is unsure where CloudWatch did not answer: a missing figure proves nothing', () => {
    expect(judgeAnswers(null, minutes(1, 60, 0), names, 20).kind).toBe('unsure')
    expect(judgeAnswers(null, null, names, 0).kind).toBe('well')
  })
})
