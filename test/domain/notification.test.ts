import { describe, expect, it } from 'vitest'
import { wants } from '../../server/domain/channel.js'
import { notificationOf, testNotification, type Happened } from '../../server/domain/notification.js'
import type { Operation } from '../../server/domain/operation.js'
import { operation } from '../support/build.js'
import { aChannel } from '../store/channel-contract.js'

const at = new Date('2026-11-30T10:00:00Z')
const engine = { name: 'Delling', via: 'engine' } as const
const ada = { name: 'Ada', via: 'console' } as const

function ofOperation(type: string, patch: Partial<Operation> = {}, more: Partial<Happened> = {}) {
  const about = operation({ id: 'op-1', cluster: 'shop-main', to: 'shop-main-v002', ...patch })
  return notificationOf({
    stream: 'operation:op-1',
    type,
    sentence: 'It happened.',
    actor: engine,
    cluster: 'shop-main',
    application: 'shop',
    group: null,
    operation: { ...about, request: { ...about.request, actor: ada, reason: 'new prices' } },
    needsPerson: false,
    at,
    ...more,
  })
}

function ofCluster(type: string, more: Partial<Happened> = {}) {
  return notificationOf({
    stream: 'cluster:shop-main',
    type,
    sentence: 'It happened.',
    actor: engine,
    cluster: 'shop-main',
    application: 'shop',
    group: 'shop-main-v001',
    operation: null,
    needsPerson: false,
    at,
    ...more,
  })
}

describe('what people are told of holds', () => {
  const ofHold = (type: string, scope: Pick<Happened, 'application' | 'cluster'>) =>
    notificationOf({
      stream: 'hold:hold-1',
      type,
      sentence: 'It happened.',
      actor: ada,
      group: null,
      operation: null,
      needsPerson: false,
      at,
      ...scope,
    })
  const shop = { application: 'shop', cluster: null }

  it.each([
    ['HoldPlaced', 'held'],
    ['StopPlaced', 'held'],
    ['FreezeAdded', 'held'],
    ['WindowAdded', 'held'],
    ['HoldReleased', 'released'],
    ['StopReleased', 'released'],
    ['FreezeRemoved', 'released'],
    ['WindowRemoved', 'released'],
  ])('%s is told as %s, with the page of holds', (type, kind) => {
    expect(ofHold(type, shop)).toMatchObject({ kind, title: `shop: ${kind}`, by: 'Ada', path: '/holds' })
  })

  it('one on everything is told to the channels of every application', () => {
    const stop = ofHold('StopPlaced', { application: null, cluster: null })
    expect(stop?.title).toBe('everything: held')
    const told = (application: string | null) =>
      stop && wants(aChannel({ application, kinds: ['held'] }), stop)
    expect([told(null), told('shop'), told('search')]).toEqual([true, true, true])
  })
})

describe('what people are told of an operation', () => {
  it.each([
    ['Requested', { kind: 'deploy', phase: 'queued' }, 'started'],
    ['Promoted', { kind: 'deploy', phase: 'queued' }, 'started'],
    ['Switched', { kind: 'deploy', phase: 'settling' }, 'switched'],
    ['Switched', { kind: 'create', phase: 'settling' }, 'switched'],
    ['Switched', { kind: 'switchBack', phase: 'settling' }, 'rolledBack'],
    ['Returned', { kind: 'deploy', phase: 'resettling' }, 'rolledBack'],
    ['Undone', { kind: 'deploy', phase: 'pinning' }, 'rolledBack'],
    ['AbortStarted', { kind: 'deploy', phase: 'aborting' }, 'gaveUp'],
    ['Declined', { kind: 'deploy', phase: 'aborting' }, 'gaveUp'],
    ['JudgedBad', { kind: 'deploy', phase: 'aborting' }, 'gaveUp'],
    ['JudgedUnsure', { kind: 'deploy', phase: 'aborting' }, 'gaveUp'],
    ['TestFailed', { kind: 'deploy', phase: 'aborting' }, 'gaveUp'],
    ['Halted', { kind: 'deploy', phase: 'halted' }, 'halted'],
    ['Destroyed', { kind: 'destroy', phase: 'succeeded' }, 'destroyed'],
    ['Succeeded', { kind: 'decommission', phase: 'succeeded' }, 'destroyed'],
    ['NextRegistered', { kind: 'deploy', phase: 'approving' }, 'waitingForPerson'],
    ['StepHeld', { kind: 'deploy', phase: 'approving' }, 'waitingForPerson'],
    ['TestPassed', { kind: 'deploy', phase: 'approving' }, 'waitingForPerson'],
    ['Resumed', { kind: 'deploy', phase: 'approving' }, 'waitingForPerson'],
  ] as const)('%s of %j is %s', (type, patch, kind) => {
    expect(ofOperation(type, patch)?.kind).toBe(kind)
  })

  it.each([
    ['Requested', { kind: 'deploy', phase: 'waiting' }],
    ['Requested', { kind: 'destroy', phase: 'queued' }],
    ['Requested', { kind: 'resize', phase: 'queued' }],
    ['NextRegistered', { kind: 'deploy', phase: 'pinning' }],
    ['JudgedUnsure', { kind: 'deploy', phase: 'canary' }],
    ['CancelRequested', { kind: 'deploy', phase: 'approving' }],
    ['FenceStarted', { kind: 'deploy', phase: 'approving' }],
    ['Succeeded', { kind: 'deploy', phase: 'succeeded' }],
    ['ReturnStarted', { kind: 'deploy', phase: 'returning' }],
    ['RolledBack', { kind: 'deploy', phase: 'rolledBack' }],
  ] as const)('%s of %j is nobody’s news', (type, patch) => {
    expect(ofOperation(type, patch)).toBeNull()
  })

  it('names who asked and why, the cluster, the group and the page', () => {
    expect(ofOperation('Switched', { kind: 'deploy', phase: 'settling' })).toEqual({
      kind: 'switched',
      application: 'shop',
      cluster: 'shop-main',
      group: 'shop-main-v002',
      title: 'shop-main: switched',
      sentence: 'It happened.',
      by: 'Ada',
      reason: 'new prices',
      path: '/operations/op-1',
      at,
    })
  })

  it('names whoever cancelled where that is why it ended, and whoever spoke where a person did', () => {
    const cancelRequested = { by: 'Grace', at }
    expect(ofOperation('AbortStarted', { phase: 'aborting', cancelRequested })?.by).toBe('Grace')
    const linus = { name: 'Linus', via: 'console' } as const
    expect(ofOperation('Declined', { phase: 'aborting' }, { actor: linus })?.by).toBe('Linus')
  })

  it('asks for the word that it waits for', () => {
    expect(ofOperation('NextRegistered', { phase: 'approving' })?.sentence).toBe(
      'It happened. A person must approve the switch or decline it.',
    )
  })

  it('is nothing where the operation itself is not at hand', () => {
    expect(ofOperation('Switched', {}, { operation: null })).toBeNull()
  })
})

describe('what people are told of a cluster and of a bake', () => {
  it.each([
    ['WarmDegraded', 'warmUnready', 'shop-main-v001: warm group lost its readiness'],
    ['GroupLost', 'warmUnready', 'shop-main-v001: warm group lost its readiness'],
    ['WarmReady', 'warmReady', 'shop-main-v001: warm group is ready again'],
    ['LiveJudgedBad', 'judgedBad', 'shop-main: night watch judged the live group bad'],
    ['Drifted', 'movedByOthers', 'shop-main: traffic moved by somebody else'],
  ])('%s is %s', (type, kind, title) => {
    expect(ofCluster(type)).toMatchObject({ kind, title, path: '/clusters/shop-main' })
  })

  it('tells traffic that nobody can explain as a wait for a person', () => {
    expect(ofCluster('Drifted', { needsPerson: true })?.kind).toBe('waitingForPerson')
  })

  it.each(['LiveWell', 'DifferenceSeen', 'NightSurvived', 'ObligationClosed'])(
    '%s is nobody’s news',
    (type) => {
      expect(ofCluster(type)).toBeNull()
    },
  )

  it('tells how a bake ended', () => {
    const bake = { stream: 'bake:b-1', cluster: null, group: null }
    expect(ofCluster('Baked', bake)).toMatchObject({
      kind: 'baked',
      title: 'shop: image baked',
      path: '/bakes/b-1',
    })
    expect(ofCluster('Failed', bake)?.kind).toBe('bakeFailed')
    expect(ofCluster('BuilderSeen', bake)).toBeNull()
  })

  it('takes no event of another stream for one of these', () => {
    expect(ofCluster('Baked', { stream: 'channel:c-1' })).toBeNull()
    expect(ofCluster('Switched', { stream: 'job:cleanup' })).toBeNull()
  })
})

describe('a channel', () => {
  const switched = ofOperation('Switched', { kind: 'deploy' })!
  it('is told of its kinds, of its application, while it is on', () => {
    expect(wants(aChannel(), switched)).toBe(true)
    expect(wants(aChannel({ kinds: ['halted'] }), switched)).toBe(false)
    expect(wants(aChannel({ application: 'shop' }), switched)).toBe(true)
    expect(wants(aChannel({ application: 'search' }), switched)).toBe(false)
    expect(wants(aChannel({ enabled: false }), switched)).toBe(false)
  })

  it('gets a test message only where somebody sends it there', () => {
    expect(wants(aChannel(), testNotification('Ada', null, at))).toBe(false)
  })
})
