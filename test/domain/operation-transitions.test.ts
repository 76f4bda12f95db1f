import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Operation, OperationEvent } from '../../server/domain/operation.js'
import { applyEvent, IllegalTransition, requested } from '../../server/domain/operation-transitions.js'
import type { Trials } from '../../server/domain/trials.js'
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

describe('the trials before the switch', () => {
  const canaryOf = (steps: readonly number[], unsure: 'wait' | 'goBack' = 'wait') =>
    ({ steps, holdMs: 60_000, minRequests: 20, unsure }) as const
  const approval = { withinMs: 60_000, atDeadline: 'abort' } as const
  const asking = (trials: Trials, patch: Partial<Operation> = {}) => {
    const base = operation(patch)
    return { ...base, request: { ...base.request, trials } }
  }
  const [from, to] = ['shop-main-v001', 'shop-main-v002']
  const heldAt = (percent: number): OperationEvent[] => [
    { type: 'StepStarted', percent, from, to },
    { type: 'StepReached', percent, from, to },
    { type: 'StepHeld', percent, sentence: 'well' },
  ]
  const smokeTest = { path: '/', status: 200, successes: 3, withinMs: 60_000, text: null }
  const registered: OperationEvent = { type: 'NextRegistered', healthy: 3, zones: ['a', 'b', 'c'] }
  const fold = (events: readonly OperationEvent[], begun: Operation) =>
    events.reduce((folded, event) => applyEvent(folded, event, later), begun)

  it('are passed one by one, in their order, whichever are asked for; then comes the switch', () => {
    const stepsOf = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 10 })
    fc.assert(
      fc.property(stepsOf, fc.boolean(), fc.boolean(), (percents, asked, isTested) => {
        const steps = [...percents].sort((a, b) => a - b)
        const trials = {
          smokeTest: isTested ? smokeTest : null,
          canary: steps.length > 0 ? canaryOf(steps) : null,
          approval: asked ? approval : null,
        }
        let folded = applyEvent(asking(trials), registered, at)
        if (isTested) {
          expect(folded.phase).toBe('testing')
          folded = fold([{ type: 'TestPassed', tries: 3, sentence: 'well' }], folded)
        }
        for (const [index, percent] of steps.entries()) {
          expect(folded.phase).toBe('canary')
          expect(folded.canary?.step ?? 0).toBe(index)
          folded = fold(heldAt(percent), folded)
        }
        if (asked) {
          expect(folded.phase).toBe('approving')
          folded = applyEvent(folded, { type: 'Approved', by: 'Ada', reason: 'well' }, later)
        }
        expect(folded.phase).toBe('pinning')
        // One that has to register once more has passed them already.
        const again = fold([{ type: 'NextUnready', sentence: 'lost one' }, registered], folded)
        expect(again.phase).toBe('pinning')
      }),
    )
  })

  it('end in giving up from each of them, and take a cancel in each without leaving it', () => {
    const trials = { smokeTest, canary: canaryOf([5]), approval }
    for (const phase of ['testing', 'canary', 'approving'] as const) {
      const there = asking(trials, { phase })
      const given: OperationEvent = { type: 'AbortStarted', sentence: 'x', endsAs: 'failed', diagnosis: null }
      expect(applyEvent(there, given, at).phase).toBe('aborting')
      const bad: OperationEvent =
        phase === 'testing'
          ? { type: 'TestFailed', tries: 3, sentence: 'x' }
          : { type: 'JudgedBad', sentence: 'x' }
      expect(applyEvent(there, bad, at)).toMatchObject({
        phase: 'aborting',
        endsAs: 'failed',
      })
      expect(applyEvent(there, { type: 'CancelRequested', by: 'Ada' }, at).phase).toBe(phase)
    }
  })

  it('stay at a step that could not be judged, or go back, as the policy says', () => {
    const event: OperationEvent = { type: 'JudgedUnsure', sentence: 'too few' }
    const [started] = heldAt(5)
    const at5 = (unsure: 'wait' | 'goBack') =>
      fold([started!, event], asking({ canary: canaryOf([5], unsure) }, { phase: 'canary' }))
    expect(at5('wait')).toMatchObject({ phase: 'canary', canary: { unsure: 'too few' } })
    expect(at5('goBack')).toMatchObject({ phase: 'aborting', endsAs: 'cancelled' })
  })

  it('have no event outside their phase', () => {
    const events: OperationEvent[] = [
      ...heldAt(5),
      { type: 'TestPassed', tries: 3, sentence: 'late' },
      { type: 'Approved', by: 'Ada', reason: 'late' },
    ]
    for (const phase of ['registering', 'pinning', 'switching', 'aborting', 'returning'] as const)
      for (const event of events)
        expect(() => applyEvent(operation({ phase }), event, at), `${event.type} in ${phase}`).toThrow(
          IllegalTransition,
        )
  })
})
