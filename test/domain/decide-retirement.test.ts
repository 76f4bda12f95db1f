import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { operation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const name = 'shop-main-v001'
const deleting = (seen: Scene['seen']) => {
  const decision = decideTurn(
    turn({
      groups: [serverGroup(1, { role: 'retiring' }), serverGroup(2)],
      operations: [operation({ kind: 'destroy', phase: 'deleting', from: null, to: name })],
      rule: rule({ 'shop-main-v002': 100 }),
      ...(seen ? { seen } : {}),
    }),
  )
  return decision.kind === 'deed' ? decision.deed : decision.waits
}

describe('a group that is being deleted', () => {
  it('is shrunk first, if a look that lacked it took it for gone', () => {
    expect(deleting([{ push: 1 }, { push: 2 }])).toMatchObject({
      call: { type: 'ShrinkToZero', group: name },
    })
  })

  it('goes once it is empty', () => {
    const empty = { push: 1, min: 0, max: 0, desired: 0 }
    expect(deleting([empty, { push: 2 }])).toMatchObject({
      call: { type: 'DeleteAutoScalingGroup', group: name },
    })
  })
})
