import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { applyEvent, IllegalTransition } from '../../server/domain/operation-transitions.js'
import type { Operation, OperationKind, Phase } from '../../server/domain/operation.js'
import { reasonNotPausable } from '../../server/domain/pause.js'
import { at, guarded, obligation, operation, rule, serverGroup, turn, type Scene } from '../support/build.js'
import { hold, stop, window } from '../support/restraints.js'

const minutes = (count: number) => new Date(at.getTime() + count * 60_000)
const next = serverGroup(2, { role: 'launching', liveSince: null, registeredAt: null })
const paused = { by: 'Ada', reason: 'lunch', since: at, stop: null }
const suspendedNext = { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'], attributes: guarded }
const registering: Scene = {
  groups: [serverGroup(1), next],
  operations: [operation()],
  rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
  seen: [{ push: 1 }, suspendedNext],
}
const standby = { ...next, role: 'standby' as const }
const pinning: Scene = {
  ...registering,
  groups: [serverGroup(1), standby],
  operations: [operation({ phase: 'pinning' })],
}
const polled = { registered: new Map([['shop-main-v002', { since: minutes(-1), polls: 3 }]]) }
const said = (scene: Scene) => {
  const decision = decideTurn(turn(scene))
  return decision.kind === 'deed' ? decision.deed : decision.waits.map(({ sentence }) => sentence).join('; ')
}
const asIf = (scene: Scene, patch: Partial<Operation>, more: Scene = {}): Scene => ({
  ...scene,
  operations: (scene.operations ?? []).map((each) => ({ ...each, ...patch })),
  ...more,
})

describe('a paused deployment', () => {
  it('stays where it is between two steps, and says who paused it and where the traffic is', () => {
    expect(said({ ...registering, sightings: polled })).toMatchObject({ event: { type: 'NextRegistered' } })
    expect(said(asIf(registering, { paused }, { sightings: polled }))).toContain(
      'Paused by Ada: lunch. v002 stays as it is and v001 carries the traffic; no deadline passes.',
    )
  })

  it('is not given up for a deadline, whatever the hour', () => {
    const sick = { seen: [{ push: 1 }, { ...suspendedNext, healthy: 1 }], at: minutes(600) }
    expect(said({ ...registering, ...sick })).toMatchObject({ event: { type: 'AbortStarted' } })
    expect(said(asIf(registering, { paused }, sick))).toContain('Paused by Ada')
  })

  it('ends by a cancel all the same', () => {
    const cancelRequested = { by: 'Ben', at }
    expect(said(asIf(registering, { paused, cancelRequested }))).toMatchObject({
      event: { type: 'AbortStarted', endsAs: 'cancelled' },
      operation: { phaseSince: at },
    })
  })

  it('releases what was held for the switch: the pause takes it back to registering (P1)', () => {
    const after = applyEvent(operation({ phase: 'pinning' }), { type: 'Paused', ...paused }, minutes(1))
    expect(after).toMatchObject({ phase: 'registering', paused: { by: 'Ada', since: minutes(1) } })
    const owed = obligation({ attempted: [{ min: 3, max: 9 }], original: { min: 1, max: 9 } })
    const scene = asIf(
      pinning,
      { ...after },
      { obligations: [owed], seen: [{ push: 1, max: 9 }, suspendedNext] },
    )
    expect(said({ ...scene, at: minutes(5) })).toMatchObject({
      kind: 'act',
      call: { type: 'RestoreSizes', group: 'shop-main-v001', min: 1 },
    })
  })

  const shares = rule({ 'shop-main-v001': 95, 'shop-main-v002': 5 })
  const inCanary = asIf(
    {
      ...pinning,
      rule: shares,
      seen: [
        { push: 1, suspended: ['ScheduledActions'] },
        { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'] },
      ],
    },
    {
      phase: 'canary',
      request: {
        ...operation().request,
        trials: {
          canary: { steps: [5, 25], holdMs: 60_000, minRequests: 0, unsure: 'wait' },
          approval: null,
        },
      },
      canary: { step: 0, since: at, sent: true, reachedAt: at, carriesSince: at, unsure: null },
      paused,
    },
  )

  it('that shares the traffic keeps its share, does not go on to the next, and stays large enough (P1)', () => {
    const held = { watched: new Map([['operation-2 step 0', { ms: 300_000, at }]]) }
    expect(said(asIf(inCanary, { paused: null }, { sightings: held }))).toMatchObject({
      event: { type: 'StepHeld' },
    })
    expect(said({ ...inCanary, sightings: held })).toContain('v001 keeps its share')
    const unpinned = {
      seen: [{ push: 1 }, { push: 2, suspended: ['AlarmNotification', 'ScheduledActions'] }],
    }
    expect(said({ ...inCanary, ...unpinned })).toMatchObject({
      kind: 'act',
      call: { type: 'SuspendProcesses', group: 'shop-main-v001' },
    })
  })

  it('that shares the traffic gives its share back when it falls sick (P1)', () => {
    const sick = {
      seen: [
        { push: 1, suspended: ['ScheduledActions'] },
        { ...suspendedNext, healthy: 0 },
      ],
    }
    expect(said({ ...inCanary, ...sick })).toMatchObject({ event: { type: 'JudgedBad' } })
  })

  it('goes on where it stood, with its deadlines later by the pause', () => {
    const before = operation({ phaseSince: minutes(-10), paused: { ...paused, since: minutes(-4) } })
    const after = applyEvent(before, { type: 'PauseEnded', by: 'Ada', sentence: 'on' }, at)
    expect(after).toMatchObject({ phase: 'registering', phaseSince: minutes(-6), paused: null })
  })

  it('is not paused any more once it is being undone or has ended', () => {
    const event = {
      type: 'AbortStarted' as const,
      sentence: 'no',
      endsAs: 'failed' as const,
      diagnosis: null,
    }
    expect(applyEvent(operation({ paused }), event, at)).toMatchObject({ phase: 'aborting', paused: null })
  })
})

describe('what can be paused', () => {
  const phasesOf = (kind: OperationKind, phases: readonly Phase[]) =>
    phases.filter((phase) => {
      try {
        applyEvent(operation({ kind, phase }), { type: 'Paused', ...paused }, at)
        return true
      } catch (error) {
        if (error instanceof IllegalTransition) return false
        throw error
      }
    })
  const afterwards: readonly Phase[] = [
    'waiting',
    'switching',
    'settling',
    'watching',
    'aborting',
    'returning',
    'resettling',
    'halted',
    'succeeded',
  ]

  it('is a deployment up to the switch: from there on only going on, or back, is safe (P1)', () => {
    const upToSwitch: readonly Phase[] = [
      'testing',
      'queued',
      'launching',
      'registering',
      'canary',
      'approving',
      'pinning',
    ]
    expect(phasesOf('deploy', [...upToSwitch, ...afterwards])).toEqual(upToSwitch)
  })

  it('is never a switch back', () => {
    expect(phasesOf('switchBack', ['queued', 'sizing', 'pinning', 'switching', 'settling'])).toEqual([])
  })

  it('is no resize that keeps the live group from growing', () => {
    const { state } = turn({ obligations: [obligation({ kind: 'suspended', operationId: 'resize-1' })] })
    const resize = operation({ id: 'resize-1', kind: 'resize', phase: 'sizing', to: 'shop-main-v001' })
    expect(reasonNotPausable(state, resize)).toContain('can’t grow')
    expect(reasonNotPausable({ ...state, obligations: [] }, resize)).toBeNull()
  })
})

describe('where everything is stopped', () => {
  const stopped = { restraints: [stop()] }

  it('what is under way is paused by the stop, once, and goes on when it is over', () => {
    expect(said({ ...registering, ...stopped })).toMatchObject({
      event: { type: 'Paused', by: 'Ada', stop: 'stop-1' },
    })
    const held = asIf(registering, { paused: { ...paused, stop: 'stop-1' } })
    expect(said({ ...held, ...stopped })).toContain('Paused by Ada')
    expect(said({ ...held, restraints: [stop({ until: at })] })).toMatchObject({
      event: { type: 'PauseEnded' },
    })
  })

  it('a person’s own pause is not ended with it', () => {
    expect(said(asIf(registering, { paused }, { restraints: [stop({ until: at })] }))).toContain(
      'Paused by Ada',
    )
  })

  it('what somebody started in spite of it goes on, and a stop that comes later holds it too', () => {
    const override = { by: 'Ada', reason: 'the fix', ids: ['stop-1'], over: 'stopped' }
    const overriding = asIf(registering, { overrides: [override] }, { sightings: polled })
    expect(said({ ...overriding, ...stopped })).toMatchObject({ event: { type: 'NextRegistered' } })
    expect(said({ ...overriding, restraints: [stop(), stop({ id: 'stop-2' })] })).toMatchObject({
      event: { type: 'Paused', stop: 'stop-2' },
    })
  })

  it('a switch back is carried out (P7)', () => {
    const back = operation({
      kind: 'switchBack',
      phase: 'pinning',
      from: 'shop-main-v001',
      to: 'shop-main-v002',
    })
    const scene = { ...pinning, groups: [serverGroup(1), { ...standby, role: 'warm' as const }] }
    expect(said({ ...scene, operations: [back], ...stopped })).toMatchObject({ kind: 'act', operation: back })
  })

  it('what is past the switch goes on being watched, and returns when it is sick (P1)', () => {
    const groups = [serverGroup(1, { role: 'warm' }), serverGroup(2)]
    const watching: Scene = {
      groups,
      operations: [operation({ phase: 'watching', switched: true })],
      rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
      seen: [{ push: 1 }, { push: 2, healthy: 0 }],
    }
    expect(said({ ...watching, ...stopped })).toMatchObject({ event: { type: 'ReturnStarted' } })
  })

  it('what was changed for a while is put back, and a warm group is held (P5, P7)', () => {
    const warm = { groups: [serverGroup(1), serverGroup(2, { role: 'warm' })] }
    const both = rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 })
    expect(said({ ...warm, rule: both, ...stopped })).toMatchObject({
      call: { type: 'SuspendProcesses', group: 'shop-main-v002' },
    })
  })

  it('a retirement stands still, and nothing gives way', () => {
    const retiring: Scene = {
      groups: [serverGroup(1), serverGroup(2, { role: 'retiring' })],
      operations: [operation({ kind: 'destroy', phase: 'delisting', from: null, to: 'shop-main-v002' })],
      rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
    }
    expect(said(retiring)).toMatchObject({ kind: 'act', call: { type: 'ModifyRule' } })
    expect(said({ ...retiring, ...stopped })).toMatchObject({ event: { type: 'Paused' } })
    expect(said(asIf(retiring, { paused: { ...paused, stop: 'stop-1' } }, stopped))).toContain('Paused by')
  })
})

describe('the queue', () => {
  const queued = (patch: Partial<Operation> = {}) =>
    operation({ phase: 'waiting', from: null, to: null, ...patch })
  const held = { restraints: [hold()] }

  it('waits for the end of a hold, in a sentence with who and why', () => {
    expect(said({ operations: [queued()] })).toMatchObject({ event: { type: 'Promoted' } })
    expect(said({ operations: [queued()], ...held })).toBe(
      'Waits until it may start. Everything is on hold by Ada until it is released: the database moves.',
    )
  })

  it('names when the next window opens', () => {
    const decision = decideTurn(turn({ operations: [queued()], restraints: [window({ days: ['fri'] })] }))
    expect(decision).toMatchObject({ waits: [{ until: new Date('2026-11-27T08:00:00Z') }] })
  })

  it('lets a switch back, and what somebody started in spite of it, go first', () => {
    const override = { by: 'Ada', reason: 'the fix', ids: ['hold-1'], over: 'on hold' }
    const fix = queued({ id: 'fix', request: { ...operation().request, override } })
    expect(said({ operations: [queued(), fix], ...held })).toMatchObject({ operation: { id: 'fix' } })
    const back = queued({ id: 'back', kind: 'switchBack' })
    expect(said({ operations: [queued(), back], ...held })).toMatchObject({ operation: { id: 'back' } })
  })

  it('does not keep the night watch from judging', () => {
    const sighted = { liveBad: { group: 'shop-main-v002', since: minutes(-60), at, looks: 9 } }
    const scene: Scene = {
      groups: [serverGroup(1, { role: 'warm' }), serverGroup(2)],
      rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
      seen: [
        { push: 1, suspended: ['AlarmNotification', 'ScheduledActions'] },
        { push: 2, healthy: 0 },
      ],
      sightings: sighted,
    }
    expect(said({ ...scene, operations: [queued()], ...held })).toMatchObject({
      event: { type: 'LiveJudgedBad' },
    })
  })
})
