import { describe, expect, it } from 'vitest'
import { VersionOrder } from '../../support/steady-client.js'

/** What the tests of lost requests take for a way back must be one. */
describe('the order in which versions answer', () => {
  const orderOf = (...answers: [version: string, sentMs: number, receivedMs: number][]) => {
    const order = new VersionOrder()
    for (const answer of answers) order.answered(...answer)
    return order.versions
  }

  it('names each change once', () => {
    expect(orderOf(['1', 0, 1], ['1', 2, 3], ['2', 4, 5], ['2', 6, 7], ['1', 8, 9])).toEqual(['1', '2', '1'])
  })

  it('takes a request that was under way at the change for no way back', () => {
    expect(orderOf(['1', 0, 1], ['2', 2, 5], ['1', 4, 6], ['2', 3, 7], ['1', 5, 8])).toEqual(['1', '2'])
  })

  it('takes one that was sent after the change for a way back', () => {
    expect(orderOf(['1', 0, 1], ['2', 2, 5], ['1', 5.1, 6], ['2', 7, 8])).toEqual(['1', '2', '1', '2'])
  })
})
