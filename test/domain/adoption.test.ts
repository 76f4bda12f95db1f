import { describe, expect, it } from 'vitest'
import type { ListedGroup } from '../../server/domain/account-listing.js'
import { adopted } from '../../server/domain/adoption.js'
import { withChange } from '../../server/domain/cluster-state.js'
import { decideTurn } from '../../server/domain/decide-turn.js'
import {
  at,
  listedGroup,
  operation,
  rule,
  serverGroup,
  targetArn,
  turn,
  type Scene,
} from '../support/build.js'

const sizing = ['AlarmNotification', 'ScheduledActions']
const image = { imageId: 'ami-2', name: 'shop-2.0.0', version: '2.0.0' }

function adopt(scene: Scene, patch: Partial<ListedGroup> = {}) {
  const { state, seen } = turn(scene)
  let ids = 0
  const result = adopted(state, {
    group: listedGroup(2, patch),
    targetGroup: { name: 'shop-main-x-v002', arn: targetArn('shop-main-v002') },
    push: 2,
    image,
    rule: seen.rule!,
    seen,
    by: 'Ada',
    at,
    newId: () => `id-${++ids}`,
  })
  return { ...result, state: withChange(state, result.change) }
}

const carried: Scene = {
  rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
  cluster: { expected: rule({ 'shop-main-v001': 100 }).entries, needsPerson: 'the rule was changed' },
}

describe('a group that is adopted', () => {
  it('is live when it carries everything, and the cluster needs nobody any more', () => {
    const { state, group } = adopt(carried)
    expect(group).toMatchObject({ role: 'live', keep: { by: 'Ada', until: null }, expiresAt: null, image })
    expect(state.cluster).toMatchObject({
      needsPerson: null,
      statement: 'shop-main-v002 100 %',
      expected: carried.rule!.entries,
      lastPush: 2,
    })
    expect(state.groups[0]).toMatchObject({ role: 'warm', quietSince: at })
    expect(state.groups[0]?.expiresAt?.getTime()).toBeGreaterThan(at.getTime())
  })

  it('is warm when it carries nothing, and nothing else is touched', () => {
    const { state, group, ended } = adopt({ rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }) })
    expect(group).toMatchObject({
      role: 'warm',
      quietSince: at,
      registeredAt: at,
      operationId: 'operation-2',
    })
    expect(state.groups[0]).toEqual(serverGroup(1))
    expect(ended).toBeNull()
  })

  it('is owed what an earlier engine did to it, so that it is given back when it carries traffic again', () => {
    const { state } = adopt(
      { rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }) },
      { min: 5, max: 9, desired: 5, suspended: ['Launch', ...sizing] },
    )
    expect(state.obligations).toMatchObject([
      { kind: 'suspended', original: { processes: ['Launch'] }, attempted: [{ processes: sizing }] },
      { kind: 'minSize', original: { min: 3, max: 9 }, attempted: [{ min: 5, max: 9 }] },
    ])
  })

  it('gives the group that was taken for live its debts too', () => {
    const held = { push: 1, suspended: sizing, min: 6, desired: 6, max: 9 }
    const { state } = adopt({ ...carried, seen: [held] })
    expect(state.obligations.map(({ kind, object }) => `${kind} of ${object}`)).toEqual([
      'suspended of shop-main-v001',
      'minSize of shop-main-v001',
    ])
    const again = turn({ ...carried, seen: [held, { push: 2 }] })
    expect(decideTurn({ ...again, state })).toEqual({ kind: 'waits', waits: [] })
  })

  it('ends a halted operation, whose group is kept to be looked at', () => {
    const halted = operation({ phase: 'halted', haltedIn: 'registering', to: 'shop-main-v003' })
    const { state, ended } = adopt({
      ...carried,
      groups: [serverGroup(1), serverGroup(3, { role: 'launching' })],
      operations: [halted],
    })
    expect(ended).toMatchObject({ operationId: halted.id, event: { type: 'Overridden' } })
    expect(state.operations[0]?.phase).toBe('overridden')
    expect(state.groups.map((group) => group.role)).toEqual(['warm', 'rejected', 'live'])
  })
})
