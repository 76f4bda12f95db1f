import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../server/domain/adoptable.js'
import { offeredGroups, usualChoice } from '../../server/domain/adoption-choice.js'

const candidate = (push: number, patch: Partial<Candidate> = {}): Candidate => ({
  name: `shop-main-v00${push}`,
  cluster: 'shop-main',
  application: 'shop',
  stack: 'main',
  detail: null,
  push,
  size: { min: 3, max: 3, desired: 3 },
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  share: null,
  rule: null,
  createdAt: new Date(push * 1000),
  obstacles: [],
  cautions: [],
  ...patch,
})
const small = { obstacles: [{ sentence: 'It is too small.', mend: 'Let it grow.' }] }
const pushes = (candidates: readonly Candidate[]) => candidates.map(({ push }) => push)

describe('the usual choice among the groups of a cluster', () => {
  it('is the one with the traffic and the newest, as many as a cluster keeps', () => {
    const seven = [1, 2, 3, 4, 5, 6, 7].map((push) => candidate(push, push === 2 ? { share: 100 } : {}))
    expect(pushes(usualChoice(seven, 3))).toEqual([2, 5, 6, 7])
    expect(pushes(usualChoice(seven, 1))).toEqual([2, 7])
    expect(pushes(usualChoice(seven.slice(0, 3), 3))).toEqual([1, 2, 3])
  })

  it('goes by when they were made, not by their numbers', () => {
    const first = candidate(1, { createdAt: new Date(9000) })
    const undated = candidate(9, { createdAt: null })
    expect(pushes(usualChoice([first, candidate(2, { share: 100 }), candidate(3), undated], 1))).toEqual([
      1, 2,
    ])
  })

  it('has what the rule names already before what is newer, since a rule names no group of others', () => {
    const named = candidate(1, { share: 0 })
    expect(pushes(usualChoice([named, candidate(2), candidate(3, { share: 100 })], 1))).toEqual([1, 3])
  })

  it('has none that can’t be adopted', () => {
    expect(pushes(usualChoice([candidate(1), candidate(2, small), candidate(3)], 3))).toEqual([1, 3])
  })
})

describe('the groups that are offered', () => {
  it('say why they are not chosen', () => {
    const all = [candidate(1), candidate(2, small), candidate(3)]
    const offered = (names: string[]) => offeredGroups(all, new Set(names), 1)
    expect(offered(['shop-main-v003'])).toEqual([
      { name: 'shop-main-v001', chosen: false, possible: true, whyNot: 'It is not chosen.' },
      { name: 'shop-main-v002', chosen: false, possible: false, whyNot: 'It is too small.' },
      { name: 'shop-main-v003', chosen: true, possible: true, whyNot: null },
    ])
    expect(offered(['shop-main-v002', 'shop-main-v003'])[0]?.whyNot).toMatch(/one live group and 1 warm/)
  })
})
