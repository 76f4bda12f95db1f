import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { at, cluster, obligation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const [older, newer, live] = ['shop-main-v001', 'shop-main-v002', 'shop-main-v003']
const held = ['AlarmNotification', 'ScheduledActions']
const follow = { policy: { ...cluster().policy, warm: 'follow' as const } }
const ago = (ms: number) => new Date(at.getTime() - ms)

const pin = (object: string, ...mins: number[]) => [
  obligation({
    id: `min ${object}`,
    object,
    original: { min: 3, max: 9 },
    attempted: mins.map((min) => ({ min, max: 9 })),
  }),
]
/** Two warm groups of three beside a live one that has grown to five. */
const grown = (more: Partial<Scene> = {}): Scene => ({
  cluster: follow,
  groups: [
    serverGroup(1, { role: 'warm', quietSince: ago(9_000_000) }),
    serverGroup(2, { role: 'warm', quietSince: ago(3_600_000) }),
    serverGroup(3),
  ],
  rule: rule({ [older]: 0, [newer]: 0, [live]: 100 }),
  seen: [
    { push: 1, max: 9, suspended: held },
    { push: 2, max: 9, suspended: held },
    { push: 3, max: 9, desired: 5 },
  ],
  obligations: [...pin(older, 3), ...pin(newer, 3)],
  ...more,
})
const deedOf = (scene: Scene) => {
  const decision = decideTurn(turn(scene))
  return decision.kind === 'deed' ? decision.deed : null
}

describe('the policy “follow”', () => {
  it('raises the group that a switch back would go to, as a debt, and no other', () => {
    expect(deedOf(grown())).toMatchObject({
      call: { type: 'RaiseMinSize', group: newer, min: 5 },
      debt: { kind: 'minSize', object: newer, attempted: { min: 5, max: 9 } },
    })
  })

  it('leaves it as it is without the policy: degraded, with the minutes that a switch back takes longer', () => {
    const deed = deedOf(grown({ cluster: {} }))
    expect(deed).toMatchObject({ event: { type: 'WarmDegraded' } })
    expect(JSON.stringify(deed)).toContain('A switch back takes about 3 minutes longer.')
  })

  it('never makes it smaller when live shrinks again, nor fights who lowers it', () => {
    const seen = [
      { push: 1, max: 9, suspended: held },
      { push: 2, max: 9, desired: 5, min: 5, suspended: held },
      { push: 3, max: 9 },
    ]
    expect(deedOf(grown({ seen, obligations: [...pin(older, 3), ...pin(newer, 3, 5)] }))).toBeNull()
    const contested = [...pin(older, 3), ...pin(newer, 3, 5, 5, 5, 5, 5)]
    expect(deedOf(grown({ obligations: contested }))).not.toMatchObject({ call: { type: 'RaiseMinSize' } })
  })

  it('does not take its own growing for others fighting it: it is still held at what it grew to', () => {
    const grew = [...pin(older, 3), ...pin(newer, 3, 4, 5, 6, 7)]
    const seen = [
      { push: 1, max: 9, suspended: held },
      { push: 2, max: 9, min: 3, desired: 7, suspended: held },
      { push: 3, max: 9, desired: 7 },
    ]
    expect(deedOf(grown({ obligations: grew, seen }))).toMatchObject({
      call: { type: 'RaiseMinSize', group: newer, min: 7 },
    })
  })
})
