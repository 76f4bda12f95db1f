import { describe, expect, it } from 'vitest'
import { clusterEffectsOf } from '../../server/domain/cluster-event.js'
import { withChange, type ClusterState } from '../../server/domain/cluster-state.js'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { differencesOf } from '../../server/domain/drift.js'
import { driftMemory, withWord } from '../../server/domain/drift-memory.js'
import { noteDrift, sightDrift } from '../../server/domain/note-drift.js'
import { reasonNotRestorable } from '../../server/domain/restore-guard.js'
import { noSightings } from '../../server/domain/sightings.js'
import type { Turn } from '../../server/domain/turn.js'
import {
  at,
  listedGroup,
  obligation,
  operation,
  rule,
  serverGroup,
  targetArn,
  turn,
  type Scene,
} from '../support/build.js'

const sizing = ['AlarmNotification', 'ScheduledActions']
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const warm = serverGroup(2, { role: 'warm', expiresAt: later(3600), quietSince: at })
const pin = (min: number) =>
  obligation({
    object: warm.name,
    original: { min: 3, max: 9 },
    attempted: [{ min, max: 9 }],
  })
const suspended = obligation({
  id: 'obligation-2',
  kind: 'suspended',
  object: warm.name,
  original: { processes: [] },
  attempted: [{ processes: sizing }],
})
/** v001 live, v002 warm and pinned at 3: nothing differs. */
const calm: Scene = {
  groups: [serverGroup(1), warm],
  rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
  obligations: [pin(3), suspended],
  seen: [{ push: 1 }, { push: 2, suspended: sizing, max: 9 }],
}
const differences = (scene: Scene) => differencesOf(turn({ ...calm, ...scene }))
const only = (scene: Scene) => {
  const found = differences(scene)
  expect(found).toHaveLength(1)
  return found[0]!
}
const way = (scene: Scene, act: string) => only(scene).ways.find((each) => each.act === act)
const byHand = (
  group: Scene['seen'] extends readonly (infer G)[] | undefined ? Partial<G> : never,
): Scene => ({
  seen: [{ push: 1 }, { push: 2, suspended: sizing, max: 9, ...group }],
})
const liveByHand = (group: object): Scene => ({ seen: [{ push: 1, ...group }, calm.seen![1]!] })

describe('what differs from the records', () => {
  it('is nothing while AWS shows what we did', () => {
    expect(differences({})).toEqual([])
  })

  it('is nothing while a load resizes a live group within its bounds', () => {
    const grown = { groups: [serverGroup(1, { size: { min: 3, max: 9, desired: 3 } }), warm] }
    expect(differences({ ...grown, ...liveByHand({ desired: 7, max: 9 }) })).toEqual([])
  })

  it('is nothing while the pin of a group that has just become live is being given back', () => {
    const row = obligation({ original: { min: 3, max: 3 }, attempted: [{ min: 5, max: 5 }] })
    for (const min of [3, 5]) {
      const scene = { obligations: [row, pin(3), suspended], ...liveByHand({ min, max: 5, desired: 5 }) }
      expect(differences(scene)).toEqual([])
    }
  })

  it('is a warm group below its own size, where that was enough to pin it and nothing is owed', () => {
    expect(differences({ obligations: [suspended], ...byHand({ max: 3 }) })).toEqual([])
    const smaller = { obligations: [suspended], ...byHand({ min: 1, desired: 1, max: 3 }) }
    expect(only(smaller)).toMatchObject({ kind: 'size', expected: 'MinSize 3', found: 'MinSize 1' })
    expect(way(smaller, 'undo')).toMatchObject({ reason: null })
  })

  it('leaves out what a running operation is about to change', () => {
    const running = operation({ phase: 'pinning', from: 'shop-main-v001', to: 'shop-main-v002' })
    expect(differences({ ...liveByHand({ min: 2 }), operations: [running] })).toEqual([])
    expect(
      differences({ ...liveByHand({ min: 2 }), operations: [{ ...running, phase: 'halted' }] }),
    ).toHaveLength(1)
  })

  it('is a bound of a live group: below it can be raised again, and three is the least that can be adopted', () => {
    expect(only(liveByHand({ min: 2 }))).toMatchObject({
      kind: 'size',
      subject: 'shop-main-v001',
      expected: 'MinSize 3',
      found: 'MinSize 2',
    })
    expect(way(liveByHand({ min: 2 }), 'undo')?.effect).toContain('MinSize from 2 to 3')
    expect(way(liveByHand({ min: 2 }), 'undo')?.reason).toBeNull()
    expect(way(liveByHand({ min: 2 }), 'adopt')?.reason).toContain('smallest size is 3')
  })

  it('is a bound that was raised: that is only adopted, because nothing of ours makes a group smaller', () => {
    const raised = liveByHand({ min: 4, max: 8, desired: 4 })
    expect(way(raised, 'adopt')).toMatchObject({ reason: null })
    expect(way(raised, 'undo')?.reason).toContain('never makes a live group smaller')
  })

  it('is a live group made smaller by hand where no policy scales it', () => {
    const five = serverGroup(1, { size: { min: 3, max: 5, desired: 5 } })
    const scene = { groups: [five, warm], ...liveByHand({ max: 5, desired: 3 }) }
    expect(only(scene)).toMatchObject({ expected: 'desired 5', found: 'desired 3' })
  })

  it('is a warm group below its pin', () => {
    const scene = byHand({ min: 1, desired: 3 })
    expect(only(scene)).toMatchObject({ subject: warm.name, expected: 'MinSize 3', found: 'MinSize 1' })
    expect(way(scene, 'adopt')).toMatchObject({ reason: null })
  })

  it('is a process suspended beside ours, on a warm group and on a live one', () => {
    expect(only(byHand({ suspended: [...sizing, 'Launch'] }))).toMatchObject({
      kind: 'processes',
      found: 'AlarmNotification, Launch, ScheduledActions',
    })
    expect(way(byHand({ suspended: [...sizing, 'Launch'] }), 'adopt')?.effect).toContain('does not heal')
    expect(only(liveByHand({ suspended: ['AlarmNotification'] }))).toMatchObject({ expected: 'none' })
  })

  it('is a process of a warm group that somebody resumed: we suspend it again by ourselves', () => {
    expect(way(byHand({ suspended: ['ScheduledActions'] }), 'undo')?.reason).toContain('by itself')
  })

  it('is a launch template or a target group that was deleted: there is no way back', () => {
    const scene = turn(calm)
    const gone = (patch: object) => {
      const groups = new Map(scene.seen.groups)
      groups.set(warm.name, { ...groups.get(warm.name)!, ...patch })
      return differencesOf({ ...scene, seen: { ...scene.seen, groups } })
    }
    const [template] = gone({ launchTemplateId: null })
    expect(template).toMatchObject({ kind: 'launchTemplate', subject: warm.name })
    expect(template?.ways.every((each) => each.reason)).toBe(true)
    expect(template?.ways[0]?.reason).toContain('cannot heal')
    expect(gone({ targetGroupArn: null })[0]).toMatchObject({ kind: 'targetGroup' })
  })

  it('is a lost group', () => {
    expect(only({ groups: [serverGroup(1), { ...warm, role: 'lost' }] })).toMatchObject({ kind: 'group' })
  })

  const mixed: Scene = {
    rule: rule({ 'shop-main-v001': 60, 'shop-main-v002': 40 }),
    cluster: { expected: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }).entries },
  }
  it('is a rule with other weights: put back if that harms nobody, adopted if one group carries all', () => {
    expect(only(mixed)).toMatchObject({ kind: 'weights', found: 'shop-main-v001 60 %, shop-main-v002 40 %' })
    expect(way(mixed, 'undo')).toMatchObject({ reason: null })
    expect(way(mixed, 'adopt')?.reason).toContain('one known group carries everything')
    const moved = { ...mixed, rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }) }
    expect(way(moved, 'adopt')).toMatchObject({ reason: null })
  })

  it('is no rule of ours that is not visible yet', () => {
    const before = rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }).entries
    const ours = { expected: mixed.rule!.entries, previouslyExpected: before }
    expect(differences({ cluster: ours })).toEqual([])
  })

  it('does not judge how groups are held while the records do not know who carries the traffic', () => {
    const unknown = { ...mixed, rule: rule({ 'shop-main-v001': 0, 'shop-main-v009': 100 }) }
    const found = differences({
      ...unknown,
      ...liveByHand({ min: 9, max: 9, desired: 9, suspended: sizing }),
    })
    expect(found.map((difference) => difference.kind)).toEqual(['weights'])
    expect(found[0]?.ways.find((each) => each.act === 'adopt')?.reason).toContain('adopt that group first')
  })
})

describe('putting the rule back', () => {
  const restore = (scene: Scene) => {
    const { state, seen } = turn({
      ...calm,
      rule: rule({ 'shop-main-v001': 0, 'shop-main-v009': 100 }),
      cluster: { expected: rule({ 'shop-main-v001': 100 }).entries },
      ...scene,
    })
    return reasonNotRestorable(state, seen)
  }

  it('is refused onto a group that is sick, gone or not known any more (P1)', () => {
    expect(restore({})).toBeNull()
    expect(restore({ seen: [{ push: 1, healthy: 0 }] })).toContain('no healthy target')
    expect(restore({ groups: [serverGroup(1, { role: 'lost' })] })).toContain('is gone')
    expect(restore({ groups: [serverGroup(2)] })).toContain('is no group of shop-main any more')
    expect(restore({ rule: null })).toContain('is gone')
  })

  it('is not refused for health when nothing carries traffic', () => {
    expect(restore({ seen: [{ push: 1, healthy: 0 }], rule: rule({ 'shop-main-v001': 0 }) })).toBeNull()
  })
})

describe('a difference is noted', () => {
  const stranger: Scene = {
    listing: { groups: [listedGroup(3)], targetGroups: [{ name: 'x', arn: targetArn('shop-main-v003') }] },
  }
  /** Looks again and again, and writes down what is decided. */
  const look = (state: ClusterState, seconds: number, scene: Scene, sightings = noSightings) => {
    const seen = turn({ ...calm, ...scene, at: later(seconds) })
    const now: Turn = { ...seen, state: { ...seen.state, cluster: state.cluster } }
    return { ...now, sightings: sightDrift(sightings, now) }
  }
  const start = turn(calm).state

  it('once it has lasted over looks eleven seconds apart, and not for one that was gone meanwhile', () => {
    const first = look(start, 0, liveByHand({ min: 2 }))
    expect(noteDrift(first)).toBeNull()
    const second = look(start, 11, liveByHand({ min: 2 }), first.sightings)
    expect(noteDrift(second)).toMatchObject({
      event: {
        type: 'DifferenceSeen',
        kind: 'size',
        sentence: 'Size of shop-main-v001: expected MinSize 3; there is MinSize 2.',
      },
    })
    const other = look(start, 11, {}, first.sightings)
    expect(noteDrift(look(start, 12, liveByHand({ min: 2 }), other.sightings))).toBeNull()
  })

  it('a stranger only by two listings: one alone may be older than our own deletion', () => {
    const first = look(start, 0, stranger)
    const unread = look(start, 30, { listing: { ...stranger.listing, readAt: at } }, first.sightings)
    expect(noteDrift(unread)).toBeNull()
    const second = look(start, 60, stranger, unread.sightings)
    expect(noteDrift(second)).toMatchObject({ event: { kind: 'stranger', subject: 'shop-main-v003' } })
  })

  const noted = (scene: Scene) => {
    const step = noteDrift(look(start, 60, scene, look(start, 0, scene).sightings))
    if (step?.kind !== 'recordCluster') throw new Error('nothing was noted')
    return withChange(start, clusterEffectsOf(start, step.event, later(60)))
  }

  it('with its time; a stranger’s number is never given again', () => {
    const { cluster } = noted(stranger)
    expect(driftMemory(cluster).noted).toMatchObject([{ subject: 'shop-main-v003', since: later(60) }])
    expect(cluster.lastPush).toBe(3)
  })

  it('as over once it is no longer seen, and forgotten with every word about it', () => {
    const state = noted(liveByHand({ min: 2 }))
    expect(noteDrift(look(state, 70, liveByHand({ min: 2 })))).toBeNull()
    const first = look(state, 80, {})
    expect(noteDrift(first)).toBeNull()
    const step = noteDrift(look(state, 95, {}, first.sightings))
    if (step?.kind !== 'recordCluster') throw new Error('it is not over')
    expect(step.event).toMatchObject({ type: 'DifferenceGone', kind: 'size' })
    const after = withChange(state, clusterEffectsOf(state, step.event, later(95)))
    expect(driftMemory(after.cluster)).toEqual({ noted: [], left: [], undo: [] })
  })

  it('not as over by a look that did not list the account', () => {
    const state = noted(stranger)
    const now = look(state, 100, {})
    const blind = { ...now, seen: { ...now.seen, listing: undefined } }
    expect(sightDrift(noSightings, blind).agreeing.size).toBe(0)
  })
})

describe('what a person asked to be undone', () => {
  const asked = (kind: 'size' | 'processes', subject: string, found: string) =>
    withWord(turn(calm).state.cluster, 'undo', { kind, subject, found, by: 'Ada', at }).drift!
  const deed = (scene: Scene) => {
    const decision = decideTurn(turn({ ...calm, ...scene }))
    return decision.kind === 'deed' ? decision.deed : null
  }

  it('is done by one call that only raises', () => {
    const drift = asked('size', 'shop-main-v001', 'MinSize 2')
    const step = deed({ ...liveByHand({ min: 2 }), cluster: { drift } })
    expect(step).toMatchObject({
      kind: 'act',
      call: { type: 'RaiseMinSize', group: 'shop-main-v001', min: 3, max: null },
    })
    expect(step).not.toHaveProperty('debt')
  })

  it('starts the instances that are missing by a MinSize that is given back', () => {
    const five = serverGroup(1, { size: { min: 3, max: 5, desired: 5 } })
    const drift = asked('size', 'shop-main-v001', 'desired 3')
    const scene = { groups: [five, warm], cluster: { drift }, ...liveByHand({ max: 5, desired: 3 }) }
    expect(deed(scene)).toMatchObject({
      call: { type: 'RaiseMinSize', min: 5 },
      debt: { original: { min: 3, max: 5 }, attempted: { min: 5, max: 5 } },
    })
  })

  it('resumes only what was suspended beside ours', () => {
    const drift = asked('processes', warm.name, 'AlarmNotification, Launch, ScheduledActions')
    expect(deed({ ...byHand({ suspended: [...sizing, 'Launch'] }), cluster: { drift } })).toMatchObject({
      call: { type: 'ResumeProcesses', group: warm.name, processes: ['Launch'] },
    })
  })

  it('is not done to something that was changed again since', () => {
    const drift = asked('size', 'shop-main-v001', 'MinSize 2')
    expect(deed({ ...liveByHand({ min: 1 }), cluster: { drift } })).toBeNull()
  })
})
