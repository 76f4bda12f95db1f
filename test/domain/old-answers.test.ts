import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { ruleAnswered, ruleIsExpected, ruleMayBeOurs } from '../../server/domain/explain-rule.js'
import { explained } from '../../server/domain/operation-effects.js'
import { at, cluster, obligation, rule, ruleTicket, serverGroup, targetArn, turn } from '../support/build.js'

const minutes = (count: number) => new Date(at.getTime() + count * 60_000)

describe('an answer of AWS that is older than what we did', () => {
  const owing = (openedAt: Date) =>
    decideTurn(
      turn({
        groups: [serverGroup(1)],
        seen: [{ push: 1 }],
        rule: rule({ 'shop-main-v001': 100 }),
        obligations: [
          obligation({
            kind: 'suspended',
            original: { processes: [] },
            attempted: [{ processes: ['ScheduledActions'] }],
            openedAt,
          }),
        ],
      }),
    )

  it('does not repay what was suspended a moment ago, and does later (P5)', () => {
    expect(owing(minutes(-1)).kind).toBe('waits')
    expect(owing(minutes(-2))).toMatchObject({ deed: { event: { type: 'ObligationClosed' } } })
  })

  it('is known by the value before the last, also after an event said the same as its answer', () => {
    const before = cluster()
    const entries = [{ targetGroupArn: targetArn('shop-main-v002'), weight: 100 }]
    const answered = ruleAnswered(before, { ruleArn: 'rule-1', entries }, at)
    const switched = { ...answered, ...explained(answered, entries, minutes(1)) }
    expect(switched).toMatchObject({
      expected: entries,
      previouslyExpected: before.expected,
      expectedSince: at,
    })
  })

  it('is not taken for somebody’s change while our own request for it is under way', () => {
    const shown = rule({ 'shop-main-v001': 100 })
    const scene = {
      rule: shown,
      cluster: { expected: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }).entries },
    }
    const asked = turn({ ...scene, tickets: [ruleTicket(shown.entries)] })
    expect([ruleIsExpected(asked), ruleMayBeOurs(asked)]).toEqual([false, true])
    expect(ruleMayBeOurs(turn(scene))).toBe(false)
  })
})
