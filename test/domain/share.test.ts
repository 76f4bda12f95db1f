import { describe, expect, it } from 'vitest'
import { entriesSentence } from '../../server/domain/rule-lists.js'
import { shareOf, shareWords } from '../../server/domain/share.js'

const rule = (...weights: number[]) =>
  weights.map((weight, index) => ({ targetGroupArn: `tg-${index}`, weight }))

describe('a share of what a rule forwards', () => {
  it.each([
    [rule(100, 0), 'tg-0', '100 %'],
    [rule(95, 5), 'tg-1', '5 %'],
    // AWS’s own weight of a lone target group.
    [rule(1), 'tg-0', '100 %'],
    [rule(1, 0), 'tg-1', '0 %'],
    [rule(0, 0), 'tg-0', '0 %'],
    [rule(100, 10), 'tg-1', '9.1 % (weight 10 of 110)'],
    [rule(1, 1), 'tg-0', '50 % (weight 1 of 2)'],
    [rule(1), 'tg-of-nobody', '0 %'],
  ])('of weights %j is said in per cent, and by weights where they are others', (entries, arn, words) => {
    expect(shareWords(entries, arn)).toBe(words)
  })

  it('is nothing in a rule that forwards nothing', () => {
    expect(shareOf([], 'tg-0')).toBe(0)
    expect(entriesSentence([], new Map())).toBe('no target group')
  })

  it('is said of each target group in the same words', () => {
    expect(entriesSentence(rule(3, 1), new Map([['tg-0', 'shop-main-v001']]))).toBe(
      'shop-main-v001 75 % (weight 3 of 4), tg-1 25 % (weight 1 of 4)',
    )
  })
})
