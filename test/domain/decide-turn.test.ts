import { describe, expect, it } from 'vitest'
import { decideTurn, type Decision } from '../../server/domain/decide-turn.js'
import {
  at,
  guarded,
  obligation,
  operation,
  rule,
  ruleTicket,
  serverGroup,
  targetArn,
  turn,
  type Scene,
} from '../support/build.js'

const minutes = (count: number) => new Date(at.getTime() + count * 60_000)
const deedOf = (decision: Decision) => {
  if (decision.kind !== 'deed')
    throw new Error(`it waits: ${decision.waits.map((wait) => wait.sentence).join('; ')}`)
  return decision.deed
}
const deed = (scene: Scene) => deedOf(decideTurn(turn(scene)))
const waits = (scene: Scene) => {
  const decision = decideTurn(turn(scene))
  return decision.kind === 'waits'
    ? decision.waits.map((wait) => wait.sentence)
    : [JSON.stringify(decision.deed)]
}

const next = serverGroup(2, { role: 'launching', liveSince: null, registeredAt: null })
const registering: Scene = {
  groups: [serverGroup(1), next],
  operations: [operation()],
  rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
}
const polled = { registered: new Map([['shop-main-v002', { since: minutes(-1), polls: 3 }]]) }
const suspendedNext = { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'], attributes: guarded }
const pinning: Scene = {
  ...registering,
  groups: [serverGroup(1), { ...next, role: 'standby' }],
  operations: [operation({ phase: 'pinning' })],
  seen: [{ push: 1 }, suspendedNext],
}

describe('registering', () => {
  it('joins the rule at weight 0 before it waits for health', () => {
    const step = deed({ ...registering, rule: rule({ 'shop-main-v001': 100 }) })
    expect(step).toMatchObject({
      kind: 'act',
      call: {
        type: 'ModifyRule',
        purpose: 'join',
        entries: [{ weight: 100 }, { targetGroupArn: targetArn('shop-main-v002'), weight: 0 }],
      },
    })
  })

  it('believes a new group only after three polls over the stable time', () => {
    expect(waits(registering)[0]).toContain('making sure that it lasts')
    expect(deed({ ...registering, sightings: polled })).toMatchObject({
      kind: 'record',
      event: { type: 'NextRegistered', healthy: 3 },
    })
  })

  it('says success before it says too late (a sleeper is not late)', () => {
    expect(deed({ ...registering, sightings: polled, at: minutes(600) })).toMatchObject({
      event: { type: 'NextRegistered' },
    })
  })

  it('gives up at its deadline with what the targets said, and keeps the previous group as it is', () => {
    const step = deed({ ...registering, seen: [{ push: 1 }, { push: 2, healthy: 0 }], at: minutes(16) })
    expect(step).toMatchObject({ kind: 'record', event: { type: 'AbortStarted', endsAs: 'failed' } })
    expect(JSON.stringify(step)).toContain('Health checks failed with these codes: [503]')
  })

  it('says that nobody could look in time, where its deadline passed unseen', () => {
    const scene = { ...registering, seen: [{ push: 1 }, { push: 2, healthy: 0 }] }
    const sentence = (minute: number) => JSON.stringify(deed({ ...scene, at: minutes(minute) }))
    expect(sentence(15.5)).not.toContain('could not be looked at')
    expect(sentence(60)).toMatch(
      /It had until [\d:]{8} UTC, and AWS could not be looked at from then to [\d:]{8} UTC\./,
    )
  })

  it('says so when somebody deleted its target group, and waits no longer than it would have', () => {
    const scene = { ...registering, seen: [{ push: 1 }, { push: 2, targetGroupGone: true }] }
    const reason = 'AWS shows no target group of v002 any more, and nothing can be registered without it'
    expect(waits({ ...scene, rule: rule({ 'shop-main-v001': 100 }) })[0]).toContain(reason)
    const late = deed({ ...scene, rule: rule({ 'shop-main-v001': 100 }), at: minutes(16) })
    expect(late).toMatchObject({ event: { type: 'AbortStarted', endsAs: 'failed' } })
    expect(JSON.stringify(late)).toContain(reason)
  })

  it('quotes AWS while its newest launch failed, and no longer', () => {
    const failed = {
      activityId: 'a-1',
      startedAt: at,
      status: 'Failed',
      description: 'Launching a new EC2 instance',
      cause: 'At …',
      message: 'We currently do not have sufficient t3.micro capacity.',
    }
    const short = { push: 2, inZones: ['us-east-1a', 'us-east-1b'] }
    const sentence = (activities: readonly (typeof failed)[]) =>
      waits({ ...registering, seen: [{ push: 1 }, { ...short, activities }] })[0]
    expect(sentence([failed])).toMatch(/; AWS said: We currently do not have sufficient t3.micro capacity$/)
    expect(sentence([{ ...failed, status: 'Successful' }, failed])).not.toContain('AWS said')
  })

  it('grows next when live has grown meanwhile', () => {
    const step = deed({ ...registering, seen: [{ push: 1, desired: 5, max: 9 }, { push: 2 }] })
    expect(step).toMatchObject({ call: { type: 'RaiseMinSize', group: 'shop-main-v002', min: 5, max: 5 } })
  })

  it('never counts fewer than three zones as registered (P6)', () => {
    const twoZones = { push: 2, inZones: ['us-east-1a', 'us-east-1b'] }
    expect(waits({ ...registering, seen: [{ push: 1 }, twoZones], sightings: polled })[0]).toContain(
      '3 are needed',
    )
  })

  it('aborts on a cancel, before anything has moved', () => {
    const cancelled = operation({ cancelRequested: { by: 'Ada', at } })
    expect(deed({ ...registering, operations: [cancelled] })).toMatchObject({
      event: { type: 'AbortStarted', endsAs: 'cancelled' },
    })
  })
})

describe('the switch', () => {
  it('pins the previous group before it switches: schedules, then size', () => {
    expect(deed(pinning)).toMatchObject({
      call: { type: 'SuspendProcesses', group: 'shop-main-v001', processes: ['ScheduledActions'] },
      debt: { kind: 'suspended' },
    })
    const quiet = { push: 1, suspended: ['ScheduledActions'], desired: 4, min: 3, max: 9 }
    const next4 = { ...suspendedNext, desired: 4, min: 4, max: 4 }
    expect(deed({ ...pinning, seen: [quiet, next4] })).toMatchObject({
      call: { type: 'RaiseMinSize', group: 'shop-main-v001', min: 4 },
      debt: { original: { min: 3, max: 9 }, attempted: { min: 4, max: 9 } },
    })
  })

  const pinned = { push: 1, suspended: ['ScheduledActions'] }
  const ready = { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'] }

  it('is one call that sets every weight, recorded with its intent', () => {
    expect(deed({ ...pinning, seen: [pinned, ready] })).toMatchObject({
      kind: 'act',
      call: {
        type: 'ModifyRule',
        purpose: 'switch',
        entries: [
          { targetGroupArn: targetArn('shop-main-v001'), weight: 0 },
          { targetGroupArn: targetArn('shop-main-v002'), weight: 100 },
        ],
      },
      event: { type: 'SwitchIntended' },
    })
  })

  it('is refused to a group that lost a target since (an ALB fails open: only we can refuse)', () => {
    expect(deed({ ...pinning, seen: [pinned, { ...ready, healthy: 2 }] })).toMatchObject({
      event: { type: 'NextUnready' },
    })
  })

  it('is refused over two zones (P6)', () => {
    expect(
      deed({ ...pinning, seen: [pinned, { ...ready, inZones: ['us-east-1a', 'us-east-1b'] }] }),
    ).toMatchObject({ event: { type: 'NextUnready' } })
  })

  it('waits while a stranger carries traffic', () => {
    const foreign = rule({ 'shop-main-v001': 50, stranger: 50, 'shop-main-v002': 0 })
    expect(waits({ ...pinning, rule: foreign, seen: [pinned, ready] })[0]).toContain('carries traffic too')
  })

  it('is not made on a rule that pins clients', () => {
    const sticky = rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }, { sticky: true })
    expect(waits({ ...pinning, rule: sticky, seen: [pinned, ready] })[0]).toContain('stickiness')
  })

  const switched = rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 })

  it('is believed when the rule shows it', () => {
    const scene: Scene = {
      ...pinning,
      operations: [operation({ phase: 'switching', switchSent: true })],
      rule: switched,
    }
    expect(deed(scene)).toMatchObject({
      event: { type: 'Switched', leftAs: 'warm', leftUntil: new Date('2026-11-25T06:30:00Z') },
    })
  })

  it('that was never answered is known for ours when the rule shows it, and no other’s', () => {
    const cluster = { expected: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }).entries }
    const scene: Scene = {
      ...pinning,
      operations: [operation({ phase: 'switching', switchSent: true })],
      rule: switched,
      cluster,
    }
    expect(deed({ ...scene, tickets: [ruleTicket(switched.entries)] })).toMatchObject({
      event: { type: 'TicketSeen', entries: switched.entries },
    })
    expect(waits(scene)[0]).toContain('shows something unexpected')
  })

  it('that was not seen is looked for before it is repeated', () => {
    const scene: Scene = {
      ...pinning,
      operations: [operation({ phase: 'switching', switchSent: true, phaseSince: at })],
      seen: [pinned, ready],
    }
    const unanswered = { ...scene, tickets: [ruleTicket(switched.entries)] }
    expect(waits(unanswered)[0]).toContain('waiting to see it')
    expect(deed({ ...unanswered, at: minutes(1) })).toMatchObject({ event: { type: 'NotSwitched' } })
    // One that was answered and is not shown was refused: the holder who heard it is gone.
    expect(deed(scene)).toMatchObject({ event: { type: 'NotSwitched' } })
  })
})

const afterSwitch: Scene = {
  groups: [
    serverGroup(1, { role: 'warm', quietSince: at, expiresAt: minutes(900) }),
    serverGroup(2, { liveSince: at }),
  ],
  rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
  seen: [{ push: 1, suspended: ['AlarmNotification', 'ScheduledActions'], attributes: guarded }, { push: 2 }],
}

describe('after the switch', () => {
  it('returns to the previous group when next turns sick', () => {
    const sick: Scene = {
      ...afterSwitch,
      operations: [operation({ phase: 'settling', switchSent: true, switched: true })],
      seen: [afterSwitch.seen?.[0] ?? { push: 1 }, { push: 2, healthy: 1 }],
    }
    expect(deed(sick)).toMatchObject({ event: { type: 'ReturnStarted' } })
  })

  it('does not return onto something no better', () => {
    const both: Scene = {
      ...afterSwitch,
      groups: [
        serverGroup(1, { role: 'warm', quietSince: at, degradedSince: at }),
        serverGroup(2, { liveSince: at }),
      ],
      operations: [operation({ phase: 'watching', switchSent: true, switched: true })],
      seen: [
        { push: 1, healthy: 1, suspended: ['AlarmNotification', 'ScheduledActions'], attributes: guarded },
        { push: 2, healthy: 1 },
      ],
    }
    expect(waits(both).join(' ')).toContain('Watching v002: 1 of 3')
  })

  it('suspends the alarms of the warm group only now: before, it had to be able to grow', () => {
    const scene: Scene = {
      ...afterSwitch,
      seen: [{ push: 1, suspended: ['ScheduledActions'], attributes: guarded }, { push: 2 }],
    }
    expect(deed(scene)).toMatchObject({
      call: { type: 'SuspendProcesses', group: 'shop-main-v001', processes: ['AlarmNotification'] },
    })
  })

  it('raises a warm group again that somebody shrank (P7)', () => {
    const row = obligation({ attempted: [{ min: 5, max: 9 }] })
    const scene: Scene = {
      ...afterSwitch,
      obligations: [row],
      seen: [
        {
          push: 1,
          desired: 5,
          min: 2,
          max: 9,
          suspended: ['AlarmNotification', 'ScheduledActions'],
          attributes: guarded,
        },
        { push: 2 },
      ],
    }
    expect(deed(scene)).toMatchObject({ call: { type: 'RaiseMinSize', group: 'shop-main-v001', min: 5 } })
  })

  it('repays the ledger of the live group and never touches a desired capacity (P2, P5)', () => {
    const row = obligation({
      object: 'shop-main-v002',
      original: { min: 2, max: 9 },
      attempted: [{ min: 3, max: 9 }],
    })
    const groups = [
      afterSwitch.groups?.[0] ?? serverGroup(1),
      serverGroup(2, { liveSince: at, roleSince: at }),
    ]
    const scene: Scene = { ...afterSwitch, groups, obligations: [row], at: minutes(11) }
    expect(deed(scene)).toMatchObject({ call: { type: 'RestoreSizes', group: 'shop-main-v002', min: 2 } })
    const young: Scene = { ...scene, at: minutes(5) }
    expect(waits(young)).toEqual([])
  })

  it('leaves alone what a stranger has set since', () => {
    const row = obligation({
      object: 'shop-main-v002',
      original: { min: 2, max: 9 },
      attempted: [{ min: 5, max: 9 }],
    })
    expect(deed({ ...afterSwitch, obligations: [row], at: minutes(11) })).toMatchObject({
      event: { type: 'ObligationClosed', as: 'overtaken' },
    })
  })
})

describe('retirement', () => {
  const destroy = (phase: 'queued' | 'delisting' | 'draining') =>
    operation({
      id: 'd',
      kind: 'destroy',
      phase,
      from: null,
      to: 'shop-main-v001',
      phaseSince: minutes(-60),
      request: { ...operation().request, group: 'shop-main-v001' },
    })
  const retiring = serverGroup(1, { role: 'retiring', quietSince: minutes(-60) })
  const scene: Scene = {
    ...afterSwitch,
    groups: [retiring, serverGroup(2, { liveSince: minutes(-600) })],
    operations: [destroy('draining')],
    rule: rule({ 'shop-main-v002': 100 }),
  }

  it('never takes the live group (P2)', () => {
    const live: Scene = { operations: [destroy('queued')] }
    expect(deed(live)).toMatchObject({ event: { type: 'Refused' } })
  })

  it('goes out of the rule before anything else', () => {
    const listed: Scene = {
      ...scene,
      rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
      operations: [destroy('delisting')],
    }
    expect(deed(listed)).toMatchObject({
      call: { type: 'ModifyRule', purpose: 'delist', entries: [{ weight: 100 }] },
    })
  })

  it('drains for as long as the group was launched with, whatever the settings say by now', () => {
    const late = serverGroup(1, {
      role: 'retiring',
      quietSince: minutes(-60),
      launchedWith: { scaling: null, deregistrationDelaySec: 2 * 3600 },
    })
    const decision = decideTurn(turn({ ...scene, groups: [late, scene.groups![1]!] }))
    expect(decision).toMatchObject({ waits: [{ until: minutes(60) }] })
  })

  it('is called off when the group carries traffic again', () => {
    const given: Scene = {
      ...scene,
      rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
      operations: [destroy('delisting')],
    }
    expect(deed(given)).toMatchObject({ event: { type: 'Reprieved' } })
  })

  it.each([
    ['requests still come', { requests: 3 }, 'still got 3 requests'],
    ['the metric is silent', { requests: null }, 'CloudWatch did not say'],
  ])('waits while %s', (_what, patch, sentence) => {
    expect(waits({ ...scene, seen: [{ push: 1, ...patch }, { push: 2 }] })[0]).toContain(sentence)
  })

  it('waits while live is not well: it might be the last healthy one (P2)', () => {
    expect(
      waits({
        ...scene,
        seen: [
          { push: 1, requests: 0 },
          { push: 2, healthy: 2 },
        ],
      })[0],
    ).toContain('2 of 3 targets healthy')
  })

  it('records that it shrinks together with the call that shrinks', () => {
    expect(deed({ ...scene, seen: [{ push: 1, requests: 0 }, { push: 2 }] })).toMatchObject({
      call: { type: 'ShrinkToZero' },
      event: { type: 'ShrinkStarted' },
    })
  })
})

describe('a create that gives up', () => {
  const parked = rule(
    { 'shop-main-v001': 100 },
    { conditions: [{ field: 'http-header', headerName: 'X-Delling-Parked', values: ['operation-1'] }] },
  )
  const aborting: Scene = {
    groups: [serverGroup(1, { role: 'launching', liveSince: null, registeredAt: null })],
    operations: [
      operation({
        id: 'operation-1',
        kind: 'create',
        phase: 'aborting',
        from: null,
        to: 'shop-main-v001',
        endsAs: 'failed',
      }),
    ],
    rule: parked,
  }

  it('deletes its parked rule, and does not take that for somebody else’s doing', () => {
    expect(deed(aborting)).toMatchObject({ call: { type: 'DeleteRule' } })
    const gone: Scene = { ...aborting, rule: null, cluster: { expected: parked.entries } }
    expect(deed(gone)).toMatchObject({ kind: 'record', event: { type: 'Aborted' } })
  })

  it('never deletes a rule that matches requests', () => {
    expect(deed({ ...aborting, rule: rule({ 'shop-main-v001': 100 }) })).toMatchObject({
      event: { type: 'Halted' },
    })
  })
})

describe('a halted operation', () => {
  const halted = operation({ phase: 'halted', haltedIn: 'registering', haltedBecause: 'x' })

  it('waits for a person, and ends where it is when a person cancels it', () => {
    const groups = [serverGroup(1), next]
    expect(waits({ groups, operations: [halted] }).join()).not.toContain('AbortStarted')
    const cancelled = { ...halted, cancelRequested: { by: 'Ada', at } }
    expect(deed({ groups, operations: [cancelled] })).toMatchObject({ event: { type: 'Overridden' } })
  })
})

describe('what others do', () => {
  const changed = rule({ 'shop-main-v001': 60, stranger: 40 })
  const expected = rule({ 'shop-main-v001': 100 }).entries

  it('is believed only after two looks', () => {
    expect(waits({ rule: changed, cluster: { expected } })[0]).toContain('looking again')
  })

  it('asks for a person when the weights are mixed, saying what was expected and what is there', () => {
    const sightings = { unexplained: { entries: changed.entries, since: minutes(-1) } }
    const step = deed({ rule: changed, cluster: { expected }, sightings })
    expect(step).toMatchObject({ event: { type: 'Drifted', live: null } })
    expect(JSON.stringify(step)).toContain('expected shop-main-v001 100 %; there is shop-main-v001 60 %')
  })

  it('is not seen in an old answer; but who restores the old weights later is a person', () => {
    const cluster = {
      expected: rule({ 'shop-main-v001': 0 }).entries,
      previouslyExpected: expected,
      expectedSince: minutes(-3),
    }
    expect(waits({ cluster: { ...cluster, expectedSince: at } })[0]).toContain('may not be visible yet')
    const sightings = { unexplained: { entries: expected, since: minutes(-1) } }
    expect(deed({ cluster, sightings })).toMatchObject({
      event: { type: 'Drifted', live: 'shop-main-v001' },
    })
  })

  it('does not take one empty answer for a vanished group', () => {
    expect(waits({ seen: [{ push: 1, absent: true }] })[0]).toContain('answered without shop-main-v001')
    const sightings = { absentSince: new Map([['shop-main-v001', minutes(-2)]]) }
    expect(deed({ seen: [{ push: 1, absent: true }], sightings })).toMatchObject({
      event: { type: 'GroupLost' },
    })
  })
})
