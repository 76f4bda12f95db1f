import { describe, expect, it } from 'vitest'
import { decideTurn, type Decision } from '../../server/domain/decide-turn.js'
import type { ObservedRule } from '../../server/domain/observation.js'
import type { Operation } from '../../server/domain/operation.js'
import { sightTested } from '../../server/domain/sight-tested.js'
import { noSightings, type Sightings, type Tested } from '../../server/domain/sightings.js'
import type { ProbeAnswer } from '../../server/domain/smoke-test.js'
import type { Ticket } from '../../server/domain/ticket.js'
import { awsTimings } from '../../server/domain/timings.js'
import type { Turn } from '../../server/domain/turn.js'
import {
  at,
  obligation,
  operation,
  rule,
  serverGroup,
  targetArn,
  turn,
  type Scene,
} from '../support/build.js'

const smokeTest = { path: '/healthz', status: 200, successes: 3, withinMs: 60_000, text: null }
const after = (ms: number) => new Date(at.getTime() + ms)
const to = 'shop-main-v002'
const secret = 'a-secret-that-nobody-knows'
const testing = (patch: Partial<Operation> = {}) => {
  const base = operation({ phase: 'testing', ...patch })
  return { ...base, request: { ...base.request, trials: { smokeTest } } }
}
const begun = { test: { ruleArn: 'test-rule', since: at } }
const owed = obligation({ kind: 'testRule', object: to, original: { testValue: secret }, attempted: [] })
const testRule = (patch: Partial<ObservedRule> = {}) =>
  rule(
    { [to]: 100 },
    {
      ruleArn: 'test-rule',
      priority: 99,
      conditions: [
        { field: 'path-pattern', values: ['/*'] },
        { field: 'http-header', headerName: 'X-Delling-Test', values: [secret] },
      ],
      ...patch,
    },
  )
const tested = (patch: Partial<Tested> = {}): Tested => ({
  operation: 'operation-2',
  ruleArn: 'test-rule',
  conditions: testRule().conditions,
  origin: 'http://shop.example:80',
  tries: 0,
  inRow: 0,
  triedAt: null,
  failure: null,
  unreached: null,
  ...patch,
})
const observedMs = (ms: number) => new Map([['operation-2 test', { ms, at }]])

/** A turn whose listener has these rules beside the live one. */
function scene(of: Operation, rules: readonly ObservedRule[] = [], more: Partial<Scene> = {}): Turn {
  const made = turn({
    groups: [serverGroup(1), serverGroup(2, { role: 'standby', liveSince: null })],
    operations: [of],
    rule: rule({ 'shop-main-v001': 100, [to]: 0 }),
    seen: [{ push: 1 }, { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'] }],
    ...more,
  })
  const { balancer } = made.seen
  return balancer
    ? { ...made, seen: { ...made.seen, balancer: { ...balancer, rules: [...balancer.rules, ...rules] } } }
    : made
}
const decide = (...given: Parameters<typeof scene>) => decideTurn(scene(...given))
const endsWithoutBlame = (decision: Decision, sentence: RegExp) =>
  expect(decision).toMatchObject({
    deed: {
      event: {
        type: 'AbortStarted',
        endsAs: 'cancelled',
        sentence: expect.stringMatching(sentence) as string,
      },
    },
  })

describe('a test of the next group', () => {
  it('makes a rule that nobody can guess, right before the live one, owed before it is sent', () => {
    expect(decide(testing())).toMatchObject({
      deed: {
        kind: 'act',
        call: {
          type: 'CreateRule',
          listenerArn: 'listener-1',
          priority: 99,
          conditions: testRule().conditions,
          entries: [{ targetGroupArn: targetArn(to), weight: 100 }],
          tags: { 'delling:owner': 'test', 'delling:cluster': 'shop-main', 'delling:managed': 'true' },
        },
        debt: { kind: 'testRule', object: to, original: { testValue: secret } },
      },
    })
  })

  it('says nothing of its secret in words', () => {
    const decision = decide(testing())
    expect(decision.kind === 'deed' && decision.deed.kind === 'act' && decision.deed.why).not.toContain(
      secret,
    )
  })

  it('keeps the secret that is owed when it asks again', () => {
    const open = { ...owed, original: { testValue: 'the-first' } }
    expect(decide(testing(), [], { obligations: [open] })).toMatchObject({
      deed: { call: { conditions: [{}, { values: ['the-first'] }] } },
    })
  })

  it('is given up, without blame, where no priority is free or no request would meet the rule', () => {
    const full = [rule({}, { ruleArn: 'other', priority: 1 })]
    const first = { rule: rule({ 'shop-main-v001': 100, [to]: 0 }, { priority: 2 }) }
    endsWithoutBlame(decide(testing(), full, first), /no free priority before that of the live rule, 2/)
    const elsewhere = [{ field: 'path-pattern' as const, values: ['/shop/*'] }]
    const narrow = { rule: rule({ 'shop-main-v001': 100, [to]: 0 }, { conditions: elsewhere }) }
    endsWithoutBlame(decide(testing(), [], narrow), /\/healthz is none of the paths/)
  })

  it('is given up, without blame, when AWS never shows the rule or refuses it', () => {
    const late = after(awsTimings.settleMs + 120_000 + awsTimings.registerDeadlineMs + 1)
    endsWithoutBlame(decide(testing(), [], { at: late, obligations: [owed] }), /test rule was not seen/)
    const refusals = new Map([
      [`CreateRule ${to}`, { times: 3, code: 'TooManyRules', message: 'too many', at }],
    ])
    endsWithoutBlame(decide(testing(), [], { sightings: { refusals } }), /too many \(TooManyRules\)/)
  })

  it('begins once the rule is seen, and anew with another one', () => {
    const started = { deed: { event: { type: 'TestStarted', ruleArn: 'test-rule', priority: 99 } } }
    expect(decide(testing(), [testRule()], { obligations: [owed] })).toMatchObject(started)
    const other = testing({ test: { ruleArn: 'an earlier one', since: at } })
    expect(decide(other, [testRule()], { obligations: [owed] })).toMatchObject(started)
  })

  it('deletes a rule of its own that leads elsewhere, or comes after the live one', () => {
    for (const wrong of [
      testRule({ priority: 101 }),
      testRule({ entries: rule({ 'shop-main-v001': 1 }).entries }),
    ])
      expect(decide(testing(begun), [wrong], { obligations: [owed] })).toMatchObject({
        deed: { call: { type: 'DeleteRule', ruleArn: 'test-rule' } },
      })
  })

  it('is passed by so many good answers in a row, also when its time is long over', () => {
    const sightings = { tested: tested({ tries: 9, inRow: 3 }), watched: observedMs(999_999) }
    expect(
      decide(testing(begun), [testRule()], { obligations: [owed], sightings, at: after(9e9) }),
    ).toMatchObject({
      deed: { event: { type: 'TestPassed', tries: 9 } },
    })
  })

  const failure = { attempt: 4, sentence: 'answered 500 instead of 200: “no such table”' }
  const over = awsTimings.settleMs + 60_000

  it('fails at its deadline with the evidence, and not before', () => {
    const sightings = (ms: number) => ({
      tested: tested({ tries: 5, inRow: 1, failure }),
      watched: observedMs(ms),
    })
    const given = { obligations: [owed] }
    expect(decide(testing(begun), [testRule()], { ...given, sightings: sightings(over) })).toMatchObject({
      deed: {
        event: {
          type: 'TestFailed',
          tries: 5,
          sentence: 'try 4 of 5 at /healthz answered 500 instead of 200: “no such table”.',
        },
      },
    })
    expect(decide(testing(begun), [testRule()], { ...given, sightings: sightings(over - 1) })).toMatchObject({
      kind: 'waits',
    })
  })

  it('does not blame the image where the load balancer is not reached, or nobody looked', () => {
    const unreached = {
      attempt: 5,
      sentence: 'could not reach http://shop.example:80: getaddrinfo ENOTFOUND',
    }
    const given = { obligations: [owed] }
    const blind = { tested: tested({ tries: 5, unreached }), watched: observedMs(over) }
    endsWithoutBlame(
      decide(testing(begun), [testRule()], { ...given, sightings: blind }),
      /this console does not reach the load balancer: try 5 of 5 could not reach .* ENOTFOUND/,
    )
    const asleep = { tested: tested(), watched: observedMs(0) }
    endsWithoutBlame(
      decide(testing(begun), [testRule()], { ...given, sightings: asleep, at: after(9e9) }),
      /could not be tested for long enough/,
    )
  })

  it('waits for the load balancer to settle, then says how it goes', () => {
    const given = { obligations: [owed], sightings: { tested: tested() } }
    expect(decide(testing(begun), [testRule()], given)).toMatchObject({
      waits: [{ sentence: expect.stringContaining('letting the load balancer settle') as string }],
    })
    const sightings = { tested: tested({ tries: 4, inRow: 0, failure }) }
    expect(
      decide(testing(begun), [testRule()], { obligations: [owed], sightings, at: after(70_000) }),
    ).toMatchObject({
      waits: [
        {
          sentence: `Testing v002 at /healthz: 0 of 3 requests in a row went well; try 4 ${failure.sentence}`,
        },
      ],
    })
  })
})

describe('what was seen of a test', () => {
  const ok: ProbeAnswer = { kind: 'answered', status: 200, body: '' }
  const look = (sightings: Sightings, rules: readonly ObservedRule[], answer: ProbeAnswer | null) =>
    sightTested(
      sightings,
      scene(testing(begun), rules, { obligations: [owed] }),
      answer && { ruleArn: 'test-rule', sentAt: at, answer },
    )
  const seen = (answers: readonly ProbeAnswer[]) =>
    answers.reduce(
      (sightings, answer) => look(sightings, [testRule()], answer),
      look(noSightings, [testRule()], null),
    )

  it('counts what went well in a row, and keeps the last that did not', () => {
    expect(seen([ok, { kind: 'silent', why: 'cut' }, ok, ok]).tested).toMatchObject({
      tries: 4,
      inRow: 2,
      failure: { attempt: 2, sentence: 'cut' },
      unreached: null,
      origin: 'http://shop.example:80',
    })
    expect(seen([{ kind: 'unreachable', why: 'no' }]).tested).toMatchObject({ inRow: 0, failure: null })
  })

  it('counts nothing that may have been the live group’s answer: the rule was not there before or after it', () => {
    expect(look(noSightings, [testRule()], ok).tested).toMatchObject({ tries: 0, inRow: 0 })
    expect(look(seen([ok, ok]), [], ok).tested).toBeNull()
    const other = look(seen([ok, ok]), [testRule({ ruleArn: 'another' })], ok)
    expect(other.tested).toMatchObject({ tries: 0, inRow: 0, ruleArn: 'another' })
  })
})

describe('a test rule that has done its work', () => {
  const gone = (ms: number): Partial<Sightings> => ({
    absentSince: new Map([[`test rule of ${to}`, after(-ms)]]),
  })

  it.each(['canary', 'pinning', 'watching', 'aborting', 'halted'] as const)(
    'is deleted first while the deployment is %s',
    (phase) => {
      expect(decide(testing({ phase, ...begun }), [testRule()], { obligations: [owed] })).toMatchObject({
        deed: { call: { type: 'DeleteRule', ruleArn: 'test-rule' } },
      })
    },
  )

  it('is deleted after the deployment has ended too, and both where one was made twice', () => {
    const idle = scene(
      testing({ phase: 'failed' }),
      [testRule(), testRule({ ruleArn: 'second', priority: 98 })],
      {
        operations: [],
        obligations: [owed],
      },
    )
    expect(decideTurn(idle)).toMatchObject({ deed: { call: { type: 'DeleteRule', ruleArn: 'test-rule' } } })
  })

  const closed = { deed: { event: { type: 'ObligationClosed', id: owed.id, as: 'repaid' } } }
  const given = (sightings: Partial<Sightings>, tickets: readonly Ticket[] = []) => ({
    operations: [],
    obligations: [owed],
    sightings,
    tickets,
  })

  it('is repaid once two looks far enough apart did not show it', () => {
    expect(decide(testing(), [], given(gone(90_000)))).toMatchObject(closed)
    expect(decide(testing(), [], given(gone(89_000)))).not.toMatchObject(closed)
  })

  it('is not repaid while an unanswered request could still make it', () => {
    const call = {
      type: 'CreateRule',
      listenerArn: 'l',
      priority: 99,
      conditions: [],
      entries: [],
      tags: {},
    } as const
    const ticket = { id: 't', call, object: to, operationId: null, signedAt: after(-60_000), repeated: false }
    expect(decide(testing(), [], given(gone(90_000), [ticket]))).not.toMatchObject(closed)
    const answers = new Map([[`CreateRule ${to}`, { call, at: after(-60_000) }]])
    expect(decide(testing(), [], given({ ...gone(90_000), answers }))).not.toMatchObject(closed)
  })

  it('goes when no record knows it, if it is ours by its tags and leads to our groups alone', () => {
    const idle = { operations: [] }
    const sweeps = { deed: { call: { type: 'DeleteRule', ruleArn: 'test-rule' } } }
    expect(decide(testing(), [testRule({ owner: 'test' })], idle)).toMatchObject(sweeps)
    expect(decide(testing(), [testRule({ owner: 'somebody' })], idle)).not.toMatchObject(sweeps)
    expect(decide(testing(), [testRule()], idle)).not.toMatchObject(sweeps)
    const strange = testRule({ owner: 'test', entries: [{ targetGroupArn: 'theirs', weight: 1 }] })
    expect(decide(testing(), [strange], idle)).not.toMatchObject(sweeps)
  })

  it('holds a destroy of its group up', () => {
    const destroy = operation({ kind: 'destroy', phase: 'delisting', to, from: null })
    const turned = scene(destroy, [], {
      obligations: [owed],
      groups: [serverGroup(1), serverGroup(2, { role: 'retiring', liveSince: null })],
    })
    expect(JSON.stringify(decideTurn(turned))).toContain('The test rule of shop-main-v002 goes first')
  })
})
