import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import type { Operation } from '../../server/domain/operation.js'
import { applyEvent } from '../../server/domain/operation-transitions.js'
import type { ApprovalTrial, Trials } from '../../server/domain/trials.js'
import { at, operation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const minutes = (count: number) => new Date(at.getTime() + count * 60_000)
const asked = (patch: Partial<Operation>, trials: Trials) => {
  const base = operation(patch)
  return { ...base, request: { ...base.request, trials } }
}
const approving = (patch: Partial<Operation> = {}, atDeadline: ApprovalTrial['atDeadline'] = 'abort') =>
  asked({ phase: 'approving', ...patch }, { approval: { withinMs: 1_800_000, atDeadline } })
const scene = (of: Operation, more: Partial<Scene> = {}): Scene => ({
  groups: [serverGroup(1), serverGroup(2, { role: 'standby', liveSince: null })],
  operations: [of],
  rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
  seen: [{ push: 1 }, { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'] }],
  ...more,
})
const decide = (given: Scene) => decideTurn(turn(given))

describe('a switch that a person must approve', () => {
  it('waits for the word until the deadline, and names that', () => {
    expect(decide(scene(approving()))).toMatchObject({
      kind: 'waits',
      waits: [
        {
          sentence: expect.stringContaining('Waiting for a person to approve') as string,
          until: minutes(30),
        },
      ],
    })
  })

  it('is given up at the deadline, without a word against the image', () => {
    expect(decide(scene(approving(), { at: minutes(31) }))).toMatchObject({
      deed: {
        event: {
          type: 'AbortStarted',
          endsAs: 'cancelled',
          sentence: expect.stringContaining('Nobody approved') as string,
        },
      },
    })
  })

  it('goes on at the deadline where the policy says so, and the log says that it was the policy', () => {
    expect(decide(scene(approving({}, 'switch'), { at: minutes(31) }))).toMatchObject({
      deed: { event: { type: 'Approved', by: 'The cluster’s policy' } },
    })
  })

  it('ends by a cancel like every phase before the switch', () => {
    expect(decide(scene(approving({ cancelRequested: { by: 'Ada', at } })))).toMatchObject({
      deed: { event: { type: 'AbortStarted', endsAs: 'cancelled' } },
    })
  })

  it('grows next with live meanwhile', () => {
    const seen = [{ push: 1, desired: 5, max: 9 }, { push: 2 }]
    expect(decide(scene(approving(), { seen }))).toMatchObject({
      deed: { call: { type: 'RaiseMinSize', group: 'shop-main-v002', min: 5 } },
    })
  })

  it('goes to the switch by an approval and to the abort by a no, with who and why', () => {
    const word = { by: 'Ada', reason: 'looks right' }
    expect(applyEvent(approving(), { type: 'Approved', ...word }, at)).toMatchObject({
      phase: 'pinning',
      passed: ['approving'],
    })
    expect(applyEvent(approving(), { type: 'Declined', ...word }, at)).toMatchObject({
      phase: 'aborting',
      endsAs: 'cancelled',
      reason: 'Declined by Ada: looks right',
    })
  })

  it('is not asked for again when next had to register once more', () => {
    const again = approving({ phase: 'registering', passed: ['approving'] })
    const registered = { type: 'NextRegistered', healthy: 3, zones: ['a', 'b', 'c'] } as const
    expect(applyEvent(again, registered, at).phase).toBe('pinning')
    expect(applyEvent({ ...again, passed: [] }, registered, at).phase).toBe('approving')
  })
})
