import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { clusterEffectsOf } from '../../server/domain/cluster-event.js'
import { reasonBad, watchedLive } from '../../server/domain/night-watch.js'
import type { NightMetrics } from '../../server/domain/observation.js'
import { reasonMustStay } from '../../server/domain/retirement-guard.js'
import { nightSurvived } from '../../server/domain/retention.js'
import { sightLive, noSightings } from '../../server/domain/sightings.js'
import { changeOf } from '../../server/engine/deed-change.js'
import { at, cluster, obligation, operation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const [warmName, liveName] = ['shop-main-v001', 'shop-main-v002']
const held = ['AlarmNotification', 'ScheduledActions']
const { policy } = cluster()
const automatic = { policy: { ...policy, switchBack: 'automatic' as const } }
const after = (ms: number) => new Date(at.getTime() + ms)
const warm = serverGroup(1, { role: 'warm', quietSince: after(-3_600_000), expiresAt: after(50_000_000) })

const night = (healthy: number, more: Partial<Scene> = {}): Scene => ({
  groups: [warm, serverGroup(2)],
  rule: rule({ [warmName]: 0, [liveName]: 100 }),
  seen: [
    { push: 1, suspended: held },
    { push: 2, healthy },
  ],
  obligations: [obligation({ object: warmName, attempted: [{ min: 3, max: 3 }] })],
  ...more,
})
const bad = { liveBad: { group: liveName, since: after(-130_000), at: after(-5000), looks: 6 } }
const decide = (scene: Scene) => {
  const decision = decideTurn(turn(scene))
  return decision.kind === 'deed' ? decision.deed : decision.waits
}
const judged = (metrics: Partial<NightMetrics>) => {
  const { seen } = turn(night(3))
  const none = { live: null, previous: null, alarms: [] }
  return reasonBad({ ...seen, night: { ...none, ...metrics } }, serverGroup(2))
}

describe('what speaks against the live group', () => {
  it('is that fewer than half of what it needs are healthy', () => {
    expect(reasonBad(turn(night(1)).seen, serverGroup(2))).toBe('Only 1 of 3 targets of v002 are healthy.')
    expect(reasonBad(turn(night(2)).seen, serverGroup(2))).toBeNull()
  })

  it('is a share of 5xx that the group before did not have', () => {
    const live = { requests: 1000, errors: 80 }
    expect(judged({ live, previous: { requests: 1000, errors: 2 } })).toContain(
      '8 % of 1000 requests to v002',
    )
    expect(judged({ live, previous: { requests: 1000, errors: 60 } })).toBeNull()
    expect(judged({ live: { requests: 20, errors: 20 }, previous: null })).toBeNull()
  })

  it('is an alarm that the cluster names, while it rings', () => {
    const alarm = (state: string) => [{ name: 'checkout', state, reason: 'too few orders' }]
    expect(judged({ alarms: alarm('ALARM') })).toBe('The alarm checkout rings: too few orders.')
    expect(judged({ alarms: alarm('INSUFFICIENT_DATA') })).toBeNull()
  })

  it('is nothing that could not be read', () => {
    expect(judged({ live: null, previous: null, alarms: null })).toBeNull()
  })
})

describe('the night watch', () => {
  it('looks again before it judges, and forgets what nobody observed', () => {
    expect(JSON.stringify(decide(night(1)))).toContain('Looking again before judging')
    const once = sightLive(noSightings, liveName, at, 15_000)
    expect(sightLive(once, liveName, after(10_000), 15_000).liveBad).toMatchObject({ since: at, looks: 2 })
    expect(sightLive(once, liveName, after(60_000), 15_000).liveBad).toMatchObject({ looks: 1 })
    expect(sightLive(once, null, after(10_000), 15_000).liveBad).toBeNull()
  })

  it('says so and leaves it to a person where the policy says nothing else', () => {
    expect(decide(night(1, { sightings: bad }))).toMatchObject({
      event: { type: 'LiveJudgedBad', group: liveName, asked: false },
    })
  })

  it('asks for a switch back by itself where the policy says so, once for each live group', () => {
    const scene = night(1, { sightings: bad, cluster: automatic })
    const deed = decide(scene)
    expect(deed).toMatchObject({ kind: 'switchBack', to: { name: warmName } })
    if (!('kind' in deed) || deed.kind !== 'switchBack') throw new Error('no switch back')
    const change = changeOf(turn(scene).state, deed, at, () => 'id-1')
    expect(change.operations).toMatchObject([
      {
        kind: 'switchBack',
        phase: 'queued',
        to: warmName,
        request: { actor: { name: 'night watch', via: 'engine' } },
      },
    ])
    expect(change.groups).toMatchObject([{ name: liveName, verdict: { asked: true, badSince: at } }])
    const asked = serverGroup(2, { verdict: { badSince: at, sentence: '', asked: true } })
    expect(decide({ ...scene, groups: [warm, asked] })).not.toMatchObject({ kind: 'switchBack' })
  })

  it('asks for none to a group that would serve less', () => {
    const scene = night(1, { sightings: bad, cluster: automatic })
    const worse = [
      { push: 1, suspended: held, healthy: 1 },
      { push: 2, healthy: 1 },
    ]
    const degraded = [{ ...warm, degradedSince: at }, serverGroup(2)]
    expect(decide({ ...scene, groups: degraded, seen: worse })).toMatchObject({
      event: { type: 'LiveJudgedBad', asked: false },
    })
  })

  it('stands still while anything moves the traffic, is halted, or needs a person, and ends at the morning', () => {
    const { state } = turn(night(1))
    expect(watchedLive(state, at)?.name).toBe(liveName)
    expect(watchedLive({ ...state, operations: [operation({ phase: 'halted' })] }, at)).toBeNull()
    expect(watchedLive({ ...state, cluster: { ...state.cluster, needsPerson: 'Drift.' } }, at)).toBeNull()
    expect(watchedLive(state, after(48 * 3_600_000))).toBeNull()
    expect(watchedLive({ ...state, groups: [serverGroup(2)] }, at)).toBeNull()
  })

  it('takes its word back when nothing speaks against the group any more', () => {
    const verdict = { badSince: after(-60_000), sentence: 'Bad.', asked: true }
    const groups = [warm, serverGroup(2, { verdict })]
    expect(decide(night(3, { groups }))).toMatchObject({ event: { type: 'LiveWell', group: liveName } })
    const event = { type: 'LiveWell' as const, group: liveName, sentence: 'Well.' }
    const { groups: rows } = clusterEffectsOf(turn(night(3, { groups })).state, event, at)
    expect(rows).toMatchObject([{ verdict: { badSince: null, asked: true } }])
  })

  it('keeps the warm groups and counts no night as survived while it speaks against live', () => {
    const verdict = { badSince: at, sentence: 'Bad.', asked: false }
    const live = serverGroup(2, { verdict, liveSince: after(-40 * 3_600_000) })
    const { state, seen } = turn(night(3, { groups: [warm, live] }))
    expect(reasonMustStay(state, seen, warm)).toContain('The night watch speaks against shop-main-v002')
    expect(nightSurvived(state, seen, at)).toBeNull()
  })
})
