import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { effectsOf } from '../../server/domain/operation-effects.js'
import type { Operation } from '../../server/domain/operation.js'
import { reasonNotResizable, sizeAfter } from '../../server/domain/resize.js'
import type { Ticket } from '../../server/domain/ticket.js'
import { at, obligation, operation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const name = 'shop-main-v001'
const bounds = (min: number, max: number, desired = min) => ({ min, max, desired })

/** A resize under way: the record holds what was asked for, AWS may not yet. */
const resizing = (
  was: ReturnType<typeof bounds>,
  size: ReturnType<typeof bounds>,
  patch: Partial<Operation> = {},
) =>
  operation({
    id: 'resize-1',
    kind: 'resize',
    phase: 'sizing',
    from: null,
    to: name,
    resizedFrom: was,
    request: { actor: { name: 'Ada', via: 'console' }, reason: '', group: name, size },
    ...patch,
  })

const deedOf = (scene: Scene) => {
  const decision = decideTurn(turn(scene))
  return decision.kind === 'deed' ? decision.deed : decision.waits
}
const upward = {
  groups: [serverGroup(1, { size: bounds(5, 9) })],
  operations: [resizing(bounds(3, 3), bounds(5, 9))],
}
const downward = {
  groups: [serverGroup(1, { size: bounds(3, 6) })],
  operations: [resizing(bounds(5, 9), bounds(3, 6))],
}
const held = ['AlarmNotification', 'ScheduledActions']

describe('a live group is made larger', () => {
  it('by its bounds alone: the desired capacity is never sent', () => {
    expect(deedOf({ ...upward, seen: [{ push: 1 }] })).toMatchObject({
      call: { type: 'RaiseMinSize', group: name, min: 5, max: 9 },
    })
  })

  it('and ends when its instances are registered, not before', () => {
    const set = { push: 1, min: 5, max: 9, desired: 5 }
    expect(JSON.stringify(deedOf({ ...upward, seen: [{ ...set, healthy: 3 }] }))).toContain('3 of 5 targets')
    expect(deedOf({ ...upward, seen: [set] })).toMatchObject({ event: { type: 'Succeeded' } })
  })

  it('waits for an unanswered request that would put MinSize back before it says that it is done', () => {
    const ticket: Ticket = {
      id: 'intent-1',
      call: { type: 'RestoreSizes', group: name, min: 3, max: null },
      object: name,
      operationId: null,
      signedAt: at,
      repeated: true,
    }
    const step = deedOf({ ...upward, seen: [{ push: 1, min: 5, max: 9, desired: 5 }], tickets: [ticket] })
    expect(JSON.stringify(step)).toContain('may still take effect')
  })

  it('gives what was pinned back to the new bounds, not to the old ones', () => {
    const state = turn({
      groups: [serverGroup(1)],
      obligations: [obligation({ original: { min: 3, max: 3 }, attempted: [{ min: 4, max: 4 }] })],
    }).state
    const { obligations, groups } = effectsOf(
      state,
      resizing(bounds(3, 3), bounds(5, 9), { phase: 'queued' }),
      { type: 'ResizeStarted', group: name, was: bounds(3, 3), size: bounds(5, 9) },
      at,
    )
    expect(obligations).toMatchObject([{ original: { min: 5, max: 9 }, attempted: [{ min: 4, max: 4 }] }])
    expect(groups).toMatchObject([{ size: { min: 5, max: 9 } }])
  })
})

describe('the bounds of a live group go down (P2)', () => {
  it('only once nothing can make it grow past the new MaxSize meanwhile', () => {
    expect(deedOf({ ...downward, seen: [{ push: 1, min: 5, max: 9, desired: 5 }] })).toMatchObject({
      call: { type: 'SuspendProcesses', processes: held },
      debt: { kind: 'suspended' },
    })
    const quiet = { push: 1, min: 5, max: 9, desired: 5, suspended: held }
    expect(deedOf({ ...downward, seen: [quiet] })).toMatchObject({
      call: { type: 'RestoreSizes', group: name, min: 3, max: 6 },
    })
  })

  it('not below what it has: nothing is terminated', () => {
    const grown = { push: 1, min: 5, max: 9, desired: 7, suspended: held }
    expect(JSON.stringify(deedOf({ ...downward, seen: [grown] }))).toContain('none is terminated')
  })

  it('and lets it scale again when they are down', () => {
    const row = obligation({
      kind: 'suspended',
      original: { processes: [] },
      attempted: [{ processes: held }],
    })
    const down = { push: 1, min: 3, max: 6, desired: 5, suspended: held }
    expect(deedOf({ ...downward, seen: [down], obligations: [row] })).toMatchObject({
      call: { type: 'ResumeProcesses', processes: held },
    })
  })

  it('is kept from growing while a lowering that was given up may still land', () => {
    const ticket: Ticket = {
      id: 'intent-1',
      call: { type: 'RestoreSizes', group: name, min: 3, max: 6 },
      object: name,
      operationId: 'resize-1',
      signedAt: at,
      repeated: false,
    }
    const row = obligation({
      kind: 'suspended',
      original: { processes: [] },
      attempted: [{ processes: held }],
    })
    const given = [resizing(bounds(5, 9), bounds(3, 6), { phase: 'aborting', endsAs: 'cancelled' })]
    const scene = { ...downward, operations: given, obligations: [row], tickets: [ticket] }
    const waits = deedOf({ ...scene, seen: [{ push: 1, min: 5, max: 9, desired: 5, suspended: held }] })
    expect(JSON.stringify(waits)).toContain('may still come through')
  })
})

describe('a resize that is given up', () => {
  const given = (seen: Scene['seen']) =>
    deedOf({
      ...upward,
      operations: [
        resizing(bounds(3, 3), bounds(5, 9), { phase: 'aborting', endsAs: 'failed', reason: 'No.' }),
      ],
      seen: seen ?? [],
    })

  it('records the size that AWS shows: the old one where nothing came through, else the new one', () => {
    expect(given([{ push: 1 }])).toMatchObject({ event: { type: 'Aborted', size: { min: 3, max: 3 } } })
    expect(given([{ push: 1, min: 5, max: 9, desired: 5 }])).toMatchObject({
      event: { type: 'Aborted', size: { min: 5, max: 9 } },
    })
  })

  it('ends when its group is neither live nor warm any more', () => {
    const retiring = serverGroup(1, { role: 'retiring', size: bounds(5, 9) })
    expect(deedOf({ ...upward, groups: [retiring], seen: [{ push: 1 }] })).toMatchObject({
      event: { type: 'AbortStarted' },
    })
  })
})

describe('a warm group', () => {
  const warm = serverGroup(1, { role: 'warm', quietSince: at })
  const scene: Scene = {
    groups: [warm, serverGroup(2)],
    rule: rule({ [name]: 0, 'shop-main-v002': 100 }),
    operations: [resizing(bounds(3, 3), bounds(5, 5))],
    seen: [{ push: 1, suspended: held }, { push: 2 }],
  }

  it('is held at more instances, as a debt', () => {
    expect(deedOf(scene)).toMatchObject({
      call: { type: 'RaiseMinSize', group: name, min: 5 },
      debt: { kind: 'minSize', original: { min: 3, max: 3 }, attempted: { min: 5, max: 5 } },
    })
  })

  it('that carries the traffic meanwhile is not held: its bounds are not those of a warm group', () => {
    const live: Scene = {
      groups: [serverGroup(1, { size: bounds(3, 3) })],
      operations: [resizing(bounds(3, 3), bounds(5, 5))],
      seen: [{ push: 1, min: 5, max: 5, desired: 5 }],
    }
    expect(deedOf(live)).toMatchObject({ event: { type: 'AbortStarted', endsAs: 'cancelled' } })
    const aborting = { operations: [resizing(bounds(3, 3), bounds(5, 5), { phase: 'aborting' })] }
    expect(deedOf({ ...live, ...aborting })).toMatchObject({ event: { type: 'Aborted', size: bounds(3, 3) } })
  })

  it('is never made smaller (P2)', () => {
    const present = turn({ seen: [{ push: 1, desired: 5 }] }).seen.groups.get(name)?.autoScaling
    expect(reasonNotResizable(turn(scene).state, warm, present, bounds(4, 5))).toContain('only made larger')
    expect(reasonNotResizable(turn(scene).state, warm, present, bounds(6, 6))).toBeNull()
  })
})

describe('what is refused', () => {
  const present = turn({ seen: [{ push: 1, desired: 5, max: 9 }] }).seen.groups.get(name)?.autoScaling
  const live = serverGroup(1, { size: bounds(4, 9) })
  const { state } = turn({ groups: [live], seen: [{ push: 1, desired: 5, max: 9 }] })

  it('a largest size below what carries the traffic, by name (P2)', () => {
    expect(reasonNotResizable(state, live, present, bounds(3, 4))).toMatch(
      /shop-main-v001.*terminate 1 of them/,
    )
  })

  it('smaller bounds while traffic is being moved', () => {
    const moving = { ...state, operations: [operation({ phase: 'registering' })] }
    expect(reasonNotResizable(moving, live, present, bounds(3, 9))).toContain('only made larger')
    expect(reasonNotResizable(moving, live, present, bounds(6, 9))).toBeNull()
  })

  it('a group that is neither live nor warm, and fewer than three instances', () => {
    expect(reasonNotResizable(state, serverGroup(2, { role: 'failed' }), present, bounds(5, 9))).toContain(
      'failed',
    )
    expect(reasonNotResizable(state, live, present, bounds(2, 9))).toContain('smallest size is 3')
  })
})

describe('the bounds that are meant', () => {
  it('follow from one number or from each by itself', () => {
    const was = bounds(3, 4, 4)
    expect(sizeAfter(was, { size: 6 })).toEqual({ min: 6, max: 6, desired: 6 })
    expect(sizeAfter(was, { max: 9 })).toEqual({ min: 3, max: 9, desired: 4 })
    expect(sizeAfter(bounds(5, 9, 6), { min: 3 })).toEqual({ min: 3, max: 9, desired: 3 })
  })
})
