import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import type { AnswerCount } from '../../server/domain/error-evidence.js'
import type { Operation } from '../../server/domain/operation.js'
import { reasonMustStay } from '../../server/domain/retirement-guard.js'
import type { CanaryProgress, CanaryTrial } from '../../server/domain/trials.js'
import {
  at,
  guarded,
  operation,
  rule,
  ruleTicket,
  serverGroup,
  targetArn,
  turn,
  type Scene,
} from '../support/build.js'

const minutes = (count: number) => new Date(at.getTime() + count * 60_000)
const trial: CanaryTrial = { steps: [5, 25], holdMs: 60_000, minRequests: 20, unsure: 'wait' }
const progress: CanaryProgress = {
  step: 0,
  since: at,
  sent: true,
  reachedAt: at,
  carriesSince: at,
  unsure: null,
}
const canary = (patch: Partial<Operation> = {}, asked: Partial<CanaryTrial> = {}) => {
  const base = operation({ phase: 'canary', ...patch })
  return { ...base, request: { ...base.request, trials: { canary: { ...trial, ...asked }, approval: null } } }
}
const next = serverGroup(2, { role: 'standby', liveSince: null })
const quiet = ['AlarmNotification', 'ScheduledActions']
const pinned = { push: 1, suspended: ['ScheduledActions'] }
const well = { push: 2, suspended: quiet }
const none = rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 })
const five = rule({ 'shop-main-v001': 95, 'shop-main-v002': 5 })
const scene: Scene = {
  groups: [serverGroup(1), next],
  operations: [canary()],
  rule: none,
  seen: [pinned, well],
}
const holding: Scene = { ...scene, operations: [canary({ canary: progress })], rule: five }
const held = { watched: new Map([['operation-2 step 0', { ms: 300_000, at }]]) }

const counts = (requests: number, errors: number): readonly AnswerCount[] => [{ at, requests, errors }]
/** The decision when the groups have answered so. */
function decide(given: Scene, answers?: { v1: readonly AnswerCount[]; v2: readonly AnswerCount[] }) {
  const made = turn(given)
  const groups = new Map(
    [...made.seen.groups].map(([name, group]) => [
      name,
      { ...group, answers: answers ? (name.endsWith('v001') ? answers.v1 : answers.v2) : null },
    ]),
  )
  return decideTurn({ ...made, seen: { ...made.seen, groups } })
}
const good = { v1: counts(950, 5), v2: counts(50, 0) }
const bad = { v1: counts(950, 5), v2: counts(50, 25) }
const deed = (given: Scene, answers?: Parameters<typeof decide>[1]) => {
  const decision = decide(given, answers)
  if (decision.kind !== 'deed') throw new Error(decision.waits.map(({ sentence }) => sentence).join('; '))
  return decision.deed
}
const waits = (given: Scene, answers?: Parameters<typeof decide>[1]) => {
  const decision = decide(given, answers)
  return decision.kind === 'waits'
    ? decision.waits.map(({ sentence }) => sentence).join('; ')
    : JSON.stringify(decision.deed)
}

describe('a share of the traffic', () => {
  it('is sent only after the previous group can’t shrink any more', () => {
    expect(deed({ ...scene, seen: [{ push: 1 }, well] })).toMatchObject({
      call: { type: 'SuspendProcesses', group: 'shop-main-v001', processes: ['ScheduledActions'] },
    })
    const grown = { ...pinned, desired: 4, min: 3, max: 9 }
    expect(deed({ ...scene, seen: [grown, { ...well, desired: 4, min: 4, max: 4 }] })).toMatchObject({
      call: { type: 'RaiseMinSize', group: 'shop-main-v001', min: 4 },
    })
  })

  it('is sent to a group that counts in DNS, in one call that names both shares', () => {
    expect(deed({ ...scene, seen: [pinned, { ...well, attributes: guarded }] })).toMatchObject({
      call: { type: 'ModifyTargetGroupAttributes', group: 'shop-main-v002' },
    })
    expect(deed(scene)).toMatchObject({
      call: {
        type: 'ModifyRule',
        purpose: 'canary',
        entries: [
          { targetGroupArn: targetArn('shop-main-v001'), weight: 95 },
          { targetGroupArn: targetArn('shop-main-v002'), weight: 5 },
        ],
      },
      event: { type: 'StepStarted', percent: 5 },
    })
  })

  it('is not sent to a group that is not registered now (P1), nor over two zones (P6)', () => {
    expect(waits({ ...scene, seen: [pinned, { ...well, healthy: 2 }] })).toContain(
      '2 of 3 targets are healthy',
    )
    expect(waits({ ...scene, seen: [pinned, { ...well, inZones: ['a', 'b'] }] })).toContain('3 are needed')
  })

  it('waits while an unanswered write of other shares could land after it', () => {
    const join = ruleTicket(rule({ 'shop-main-v001': 100 }).entries)
    expect(waits({ ...scene, tickets: [join] })).toContain('never answered')
  })

  it('is sent again, without a second word in the log, until the rule shows it', () => {
    const sent = canary({ canary: { ...progress, reachedAt: null } })
    const step = deed({ ...scene, operations: [sent], tickets: [ruleTicket(five.entries)] })
    expect(step).toMatchObject({ call: { type: 'ModifyRule', purpose: 'canary' } })
    expect(step).not.toHaveProperty('event')
  })

  it('is reached when the rule shows it', () => {
    const sent = canary({ canary: { ...progress, reachedAt: null } })
    expect(deed({ ...scene, operations: [sent], rule: five })).toMatchObject({
      event: { type: 'StepReached', percent: 5, from: 'shop-main-v001', to: 'shop-main-v002' },
    })
  })
})

describe('a hold', () => {
  it('says what both groups answer while it lasts', () => {
    expect(waits(holding, good)).toContain('v002 carries 5 % and is judged: v002 answered 50 requests')
  })

  it('counts observed time only: what nobody watched has not been held', () => {
    expect(waits({ ...holding, at: minutes(10) }, good)).toContain('is judged')
    expect(deed({ ...holding, sightings: held }, good)).toMatchObject({
      event: { type: 'StepHeld', percent: 5 },
    })
  })

  it('is not over before its figures are told', () => {
    const short = { watched: new Map([['operation-2 step 0', { ms: 61_000, at }]]) }
    expect(waits({ ...holding, sightings: short }, good)).toContain('is judged')
  })

  it('ends at once when next answers worse than previous', () => {
    expect(deed(holding, bad)).toMatchObject({
      event: { type: 'JudgedBad', sentence: expect.stringContaining('50 % of them with a 5xx') as string },
    })
  })

  it('ends at once when next falls sick and previous does not', () => {
    expect(deed({ ...holding, seen: [pinned, { ...well, healthy: 1 }] }, good)).toMatchObject({
      event: { type: 'JudgedBad' },
    })
    const bothSick = [
      { ...pinned, healthy: 1 },
      { ...well, healthy: 1 },
    ]
    expect(waits({ ...holding, seen: bothSick }, good)).toContain('v002 carries 5 %')
  })

  it('ends when next has fewer healthy targets than its share takes (P1)', () => {
    const half = rule({ 'shop-main-v001': 50, 'shop-main-v002': 50 })
    const operations = [canary({ canary: progress }, { steps: [50] })]
    const big = [
      { ...pinned, desired: 6, min: 6, max: 9 },
      { ...well, desired: 6, healthy: 2, min: 6, max: 9 },
    ]
    expect(deed({ ...holding, operations, rule: half, seen: big }, good)).toMatchObject({
      event: {
        type: 'JudgedBad',
        sentence: expect.stringContaining('50 % of the traffic takes 3') as string,
      },
    })
  })

  it('that could not be judged is held for longer, said once, and given up in the end without blaming the image', () => {
    const few = { v1: counts(95, 0), v2: counts(5, 0) }
    expect(deed({ ...holding, sightings: held }, few)).toMatchObject({ event: { type: 'JudgedUnsure' } })
    const said = [canary({ canary: { ...progress, unsure: 'too few' } })]
    expect(waits({ ...holding, operations: said, sightings: held }, few)).toContain('until it can be judged')
    expect(deed({ ...holding, operations: said, sightings: held, at: minutes(30) }, few)).toMatchObject({
      event: { type: 'AbortStarted', endsAs: 'cancelled' },
    })
  })

  it('keeps previous from shrinking and lets next grow with it', () => {
    const grown = { ...pinned, desired: 4, min: 3, max: 9 }
    expect(deed({ ...holding, seen: [grown, well] }, good)).toMatchObject({
      call: { type: 'RaiseMinSize', group: 'shop-main-v001', min: 4 },
    })
    expect(
      deed(
        {
          ...holding,
          seen: [
            { ...grown, min: 4 },
            { ...well, max: 9 },
          ],
        },
        good,
      ),
    ).toMatchObject({
      call: { type: 'RaiseMinSize', group: 'shop-main-v002', min: 4 },
    })
  })

  it('sends the share again, with all checks, when our own late request has taken it back', () => {
    expect(deed({ ...holding, rule: none }, good)).toMatchObject({
      call: { type: 'ModifyRule', purpose: 'canary' },
    })
  })
})

describe('a canary that somebody interferes with', () => {
  const unexplained = (entries: typeof none.entries) => ({ unexplained: { entries, since: minutes(-1) } })
  const expected = { expected: five.entries }

  it('is overridden by a person who puts all traffic back: that is obeyed, not fought', () => {
    expect(
      deed({ ...holding, cluster: expected, rule: none, sightings: unexplained(none.entries) }, good),
    ).toMatchObject({ event: { type: 'Overridden' } })
  })

  it('halts on shares that nobody of ours has set', () => {
    const other = rule({ 'shop-main-v001': 60, 'shop-main-v002': 40 })
    expect(
      deed({ ...holding, cluster: expected, rule: other, sightings: unexplained(other.entries) }, good),
    ).toMatchObject({ event: { type: 'Halted' } })
  })

  it('keeps everything else from being destroyed', () => {
    const { state, seen } = turn({
      ...holding,
      groups: [serverGroup(1), next, serverGroup(3, { role: 'warm' })],
    })
    expect(reasonMustStay(state, seen, serverGroup(3, { role: 'warm' }))).toContain('Traffic is being moved')
  })
})

describe('giving a share back', () => {
  const aborting = (patch: Partial<Operation> = {}) =>
    canary({ phase: 'aborting', canary: progress, endsAs: 'failed', reason: 'bad', ...patch })

  it('comes before everything else of an abort, and a cancel is one', () => {
    const cancelled = canary({ canary: progress, cancelRequested: { by: 'Ada', at } })
    expect(deed({ ...holding, operations: [cancelled] }, good)).toMatchObject({
      event: { type: 'AbortStarted', endsAs: 'cancelled' },
    })
    expect(deed({ ...holding, operations: [aborting()] })).toMatchObject({
      call: {
        type: 'ModifyRule',
        purpose: 'return',
        entries: [{ weight: 100 }, { targetGroupArn: targetArn('shop-main-v002'), weight: 0 }],
      },
    })
  })

  it('leaves next out of the rule where a share that was sent may still land, to be fenced', () => {
    const tickets = [ruleTicket(rule({ 'shop-main-v001': 75, 'shop-main-v002': 25 }).entries)]
    expect(deed({ ...holding, operations: [aborting()], tickets })).toMatchObject({
      call: { entries: [{ targetGroupArn: targetArn('shop-main-v001'), weight: 100 }] },
    })
    const back = rule({ 'shop-main-v001': 100 })
    expect(
      deed({
        ...holding,
        operations: [aborting()],
        tickets,
        rule: back,
        seen: [pinned, { ...well, attributes: guarded }],
      }),
    ).toMatchObject({ call: { type: 'DeleteTargetGroup', group: 'shop-main-v002' } })
  })

  it('waits for a previous group that is neither registered nor better, holds it, and halts in the end', () => {
    const seen = [{ ...pinned, healthy: 2 }, well]
    expect(waits({ ...holding, operations: [aborting()], seen })).toContain(
      'Before all traffic goes back to v001',
    )
    expect(deed({ ...holding, operations: [aborting()], seen, at: minutes(31) })).toMatchObject({
      event: { type: 'Halted' },
    })
  })

  it('goes at once onto a smaller group that is better than a sick one', () => {
    const seen = [
      { ...pinned, healthy: 2 },
      { ...well, healthy: 0 },
    ]
    expect(deed({ ...holding, operations: [aborting()], seen })).toMatchObject({
      call: { purpose: 'return' },
    })
  })

  it('ends with next still listed at 0: it leaves the rule once it has drained', () => {
    const seen = [pinned, { ...well, attributes: guarded }]
    expect(deed({ ...holding, operations: [aborting()], rule: none, seen })).toMatchObject({
      event: { type: 'Aborted' },
    })
  })
})

describe('the switch after a canary', () => {
  const pinning = canary(
    { phase: 'pinning', canary: { ...progress, step: 1 }, passed: ['canary'] },
    { steps: [5] },
  )

  it('moves the rest in one call', () => {
    expect(deed({ ...holding, operations: [pinning] })).toMatchObject({
      call: { purpose: 'switch', entries: [{ weight: 0 }, { weight: 100 }] },
      event: { type: 'SwitchIntended' },
    })
  })

  it('waits for a next that lost a target instead of registering anew with a share on it', () => {
    const seen = [pinned, { ...well, healthy: 2 }]
    expect(waits({ ...holding, operations: [pinning], seen })).toContain('Before the switch: 2 of 3')
    expect(deed({ ...holding, operations: [pinning], seen, at: minutes(3) })).toMatchObject({
      event: { type: 'AbortStarted' },
    })
  })

  it('is made late rather than given up when only an unanswered request was waited out', () => {
    expect(deed({ ...holding, operations: [pinning], at: minutes(30) })).toMatchObject({
      event: { type: 'SwitchIntended' },
    })
  })
})

describe('a halted canary', () => {
  const halted = canary({
    phase: 'halted',
    haltedIn: 'aborting',
    canary: progress,
    cancelRequested: { by: 'Ada', at },
  })

  it('is not left by a cancel while it shares the traffic, which nobody would bring back', () => {
    expect(waits({ ...holding, operations: [halted] })).not.toContain('Overridden')
    expect(deed({ ...scene, operations: [halted] })).toMatchObject({ event: { type: 'Overridden' } })
  })
})
