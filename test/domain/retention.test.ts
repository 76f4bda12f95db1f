import { describe, expect, it } from 'vitest'
import { nightSurvived, verdicts } from '../../server/domain/retention.js'
import { keepOrder } from '../../server/domain/retirement-guard.js'
import type { ServerGroup } from '../../server/domain/server-group.js'
import { at, operation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const hours = (count: number) => new Date(at.getTime() + count * 3_600_000)
const warm = (push: number, patch: Partial<ServerGroup> = {}) =>
  serverGroup(push, { role: 'warm', quietSince: hours(-9), expiresAt: hours(18), ...patch })
const live = serverGroup(2, { liveSince: hours(-9) })
const scene = (patch: Scene = {}): Scene => ({
  groups: [warm(1), live],
  rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
  ...patch,
})
const verdictOf = (name: string, now: Date, patch?: Scene) => {
  const { state, seen } = turn(scene(patch))
  return verdicts(state, seen, now).find((verdict) => verdict.group.name === name)
}

describe('the nightly cleanup', () => {
  it('says of every group why it goes or stays', () => {
    expect(verdictOf('shop-main-v001', at)).toMatchObject({
      verdict: 'stays',
      why: 'Warm until Wed 25 Nov 07:00 (Europe/Berlin).',
    })
    expect(verdictOf('shop-main-v002', hours(48))).toMatchObject({
      verdict: 'stays',
      why: 'It carries the traffic.',
    })
    expect(verdictOf('shop-main-v001', hours(18))).toMatchObject({ verdict: 'goes' })
  })

  it('never takes the live group, whatever its expiry says (P2)', () => {
    const expired = serverGroup(2, { liveSince: hours(-9), expiresAt: hours(-1) })
    expect(verdictOf('shop-main-v002', hours(48), { groups: [warm(1), expired] })).toMatchObject({
      verdict: 'stays',
    })
  })

  it('takes nothing that was given traffic, even if it is recorded as warm (P2)', () => {
    const given = { rule: rule({ 'shop-main-v001': 50, 'shop-main-v002': 50 }) }
    expect(verdictOf('shop-main-v001', hours(48), given)).toMatchObject({ verdict: 'stays', state: 'live' })
  })

  it('waits while the live group is not well: the expired one may be the last healthy one (P2)', () => {
    const sick = { seen: [{ push: 1 }, { push: 2, healthy: 1 }] }
    expect(verdictOf('shop-main-v001', hours(48), sick)).toMatchObject({
      verdict: 'stays',
      why: expect.stringContaining('1 of 3 targets healthy') as string,
    })
  })

  it('waits while traffic is being moved', () => {
    const moving = {
      operations: [operation({ phase: 'settling', from: 'shop-main-v002', to: 'shop-main-v003' })],
    }
    expect(verdictOf('shop-main-v001', hours(48), moving)?.verdict).toBe('stays')
  })

  it('keeps what a person keeps, until then', () => {
    const keep = { until: hours(30), by: 'Ada', why: 'audit' }
    const kept = { groups: [warm(1, { keep, expiresAt: hours(30) }), live] }
    expect(verdictOf('shop-main-v001', hours(20), kept)).toMatchObject({
      verdict: 'stays',
      why: expect.stringContaining('Ada keeps it') as string,
    })
    expect(verdictOf('shop-main-v001', hours(31), kept)?.verdict).toBe('goes')
  })

  it('keeps the last one that survived a night until another has', () => {
    const survivor = warm(1, { survived: ['2026-11-24'] })
    expect(verdictOf('shop-main-v001', hours(48), { groups: [survivor, live] })?.why).toContain(
      'last one that survived a night',
    )
    const both = { groups: [survivor, { ...live, survived: ['2026-11-25'] }] }
    expect(verdictOf('shop-main-v001', hours(48), both)?.verdict).toBe('goes')
  })
})

describe('a night survived', () => {
  it('is recorded once, for a live group that is well and was live through it', () => {
    const { state, seen } = turn(scene())
    expect(nightSurvived(state, seen, new Date('2026-11-25T06:31:00Z'))).toMatchObject({
      night: '2026-11-25',
      group: { name: 'shop-main-v002' },
    })
    const again = turn(scene({ groups: [warm(1), { ...live, survived: ['2026-11-25'] }] }))
    expect(nightSurvived(again.state, again.seen, new Date('2026-11-25T06:31:00Z'))).toBeNull()
  })

  it('is not said of a sick group, nor of one that came only in the morning', () => {
    const sick = turn(scene({ seen: [{ push: 1 }, { push: 2, healthy: 2 }] }))
    expect(nightSurvived(sick.state, sick.seen, new Date('2026-11-25T06:31:00Z'))).toBeNull()
    const young = turn(
      scene({ groups: [warm(1), serverGroup(2, { liveSince: new Date('2026-11-25T05:00:00Z') })] }),
    )
    expect(nightSurvived(young.state, young.seen, new Date('2026-11-25T06:31:00Z'))).toBeNull()
  })
})

describe('which warm group is kept longest', () => {
  it('is the one a person keeps, then the last survivor, then the newest to leave the traffic', () => {
    const kept = warm(1, { keep: { until: null, by: 'Ada', why: '' }, quietSince: hours(-90) })
    const survivor = warm(2, { survived: ['2026-11-23'], quietSince: hours(-50) })
    const older = warm(3, { quietSince: hours(-3) })
    const newest = warm(4, { quietSince: hours(-1) })
    expect(keepOrder([older, survivor, newest, kept]).map((group) => group.push)).toEqual([1, 2, 4, 3])
  })
})
