import { describe, expect, it } from 'vitest'
import type { OperationEvent } from '../../server/domain/operation.js'
import { applyEvent, IllegalTransition, requested } from '../../server/domain/operation-transitions.js'
import { at, operation } from '../support/build.js'

const later = new Date(at.getTime() + 1000)
const switched: OperationEvent = {
  type: 'Switched',
  from: 'shop-main-v001',
  to: 'shop-main-v002',
  leftAs: 'warm',
  leftUntil: later,
  entries: [],
  ruleArn: 'rule-1',
}

describe('an operation is the fold of its events', () => {
  it('goes from request to succeeded', () => {
    const request = operation().request
    const events: OperationEvent[] = [
      { type: 'LaunchStarted', push: 2, to: 'shop-main-v002', from: 'shop-main-v001' },
      { type: 'NextSeen', targetGroupArn: 'tg', launchTemplateId: 'lt' },
      { type: 'NextRegistered', healthy: 3, zones: ['a', 'b', 'c'] },
      { type: 'SwitchIntended', from: 'shop-main-v001', to: 'shop-main-v002' },
      switched,
      { type: 'Settled' },
      { type: 'Succeeded', sentence: 'traffic: v002 100 %.' },
    ]
    const begun = requested(
      'o',
      'shop-main',
      { type: 'Requested', kind: 'deploy', queued: false, request },
      at,
    )
    const ended = events.reduce((folded, event) => applyEvent(folded, event, later), begun)
    expect(ended).toMatchObject({
      phase: 'succeeded',
      switched: true,
      endedAt: later,
      endSentence: 'traffic: v002 100 %.',
    })
  })

  it('throws on an event that the table lacks, with both names in it', () => {
    expect(() => applyEvent(operation({ phase: 'launching' }), switched, at)).toThrow(IllegalTransition)
    expect(() => applyEvent(operation({ phase: 'launching' }), switched, at)).toThrow(
      /Switched can't happen while a deploy is launching/,
    )
    expect(() => applyEvent(operation({ phase: 'succeeded' }), { type: 'Settled' }, at)).toThrow(
      IllegalTransition,
    )
  })

  it('has no way back out of a shrinking group: the only point of no return', () => {
    const shrinking = operation({ kind: 'destroy', phase: 'shrinking' })
    expect(() => applyEvent(shrinking, { type: 'Reprieved', sentence: 'kept' }, at)).toThrow(
      IllegalTransition,
    )
    const draining = operation({ kind: 'destroy', phase: 'draining' })
    expect(applyEvent(draining, { type: 'Reprieved', sentence: 'kept' }, at).phase).toBe('cancelled')
  })

  it('records a cancel in any phase and ends only what has not started', () => {
    const cancel: OperationEvent = { type: 'CancelRequested', by: 'Ada' }
    expect(applyEvent(operation({ phase: 'waiting' }), cancel, at).phase).toBe('cancelled')
    const running = applyEvent(operation({ phase: 'pinning' }), cancel, at)
    expect(running).toMatchObject({ phase: 'pinning', cancelRequested: { by: 'Ada' } })
  })

  it('takes a switch that landed late for a switch, also while aborting', () => {
    expect(applyEvent(operation({ phase: 'aborting', switchSent: true }), switched, at).phase).toBe(
      'settling',
    )
  })

  it('goes back from halted to the phase it came from, its deadline fresh', () => {
    const halted = applyEvent(
      operation({ phase: 'returning', phaseSince: at }),
      { type: 'Halted', sentence: 'x', left: [] },
      at,
    )
    expect(halted).toMatchObject({ phase: 'halted', haltedIn: 'returning' })
    expect(applyEvent(halted, { type: 'Resumed', by: 'Ada', choice: 'again' }, later)).toMatchObject({
      phase: 'returning',
      phaseSince: later,
    })
    expect(applyEvent(halted, { type: 'Resumed', by: 'Ada', choice: 'accept' }, later).phase).toBe(
      'overridden',
    )
  })
})
