import { describe, expect, it } from 'vitest'
import { clusterView } from '../../server/engine/cluster-view.js'
import { runRow } from '../../server/web/pages/cleanup-run.js'
import { callWords } from '../../server/web/pages/calls.js'
import { healthLook, healthWord } from '../../server/web/pages/group-card.js'
import { deadline } from '../../server/web/pages/moment.js'
import { possibleEnds } from '../../server/web/pages/operation-ends.js'
import { otherPort } from '../../server/web/pages/other-port.js'
import { sampleRows } from '../../server/web/pages/sample-versions.js'
import { skyStops } from '../../server/web/pages/sky.js'
import { withStop } from '../../server/web/pages/words.js'
import * as build from '../support/build.js'
import { demoWorld, group, image } from '../support/demo-world.js'

const now = new Date('2026-11-19T14:19:08Z')

describe('how an operation can end', () => {
  const facts = { now, zone: 'UTC', paceDivisor: 20 }
  const operation = (more: Parameters<typeof build.operation>[0]) =>
    build.operation({ to: 'shop-main-v002', wait: null, ...more })
  const ends = (more: Parameters<typeof build.operation>[0], cancelEnds: string | null) =>
    possibleEnds({ ...facts, operation: operation(more), cancelEnds }).map(
      ({ what, value }) => `${what}: ${value}`,
    )

  it('is told from the traffic before the switch, with the deadline to the second at a quick pace', () => {
    const wait = { sentence: 'waits', until: new Date('2026-11-19T14:32:10Z'), at: now }
    const shown = ends(
      { kind: 'deploy', phase: 'registering', from: 'shop-main-v001', wait },
      'traffic: v001',
    )
    expect(shown).toEqual([
      'It registers: switches to v002 100 %; v001 keeps running',
      'It gives up: at 14:32:10: traffic stays v001 100 %',
      'You cancel: traffic: v001',
    ])
  })

  it('does not speak of giving up once a create has switched, nor of a cancel that is refused', () => {
    const shown = ends({ kind: 'create', phase: 'watching', from: null, switched: true }, null)
    expect(shown).toEqual(['It stays well: v002 keeps the traffic'])
  })

  it('tells a deployment that is watched where its traffic goes back to, and how a person sends it there', () => {
    const shown = ends(
      { kind: 'deploy', phase: 'watching', from: 'shop-main-v001', switched: true },
      'traffic: v001 100 % again; v002 rejected',
    )
    expect(shown).toEqual([
      'It stays well: v002 keeps the traffic; v001 stays warm',
      'It does not: traffic: v001 100 % again; v002 rejected',
      'You roll back: traffic: v001 100 % again; v002 rejected',
    ])
  })
})

describe('what the pages say', () => {
  it('counts the AWS calls of the last minute, not those since the start', () => {
    expect(callWords({ perMinute: { 'ec2:A': 2, 'ec2:B': 3 }, throttled: 4 })).toBe(
      '5 AWS calls in the last minute, 4 throttled since the start',
    )
    expect(callWords({ perMinute: { 'ec2:A': 1 }, throttled: 0 })).toMatch(/^1 AWS call in .* none throttled/)
  })

  it('names the port that a cluster answers on where it is not the one that was asked for', () => {
    const cluster = build.cluster()
    const { listenerPort } = cluster.settings.balancer
    expect(otherPort({ cluster, url: `http://127.0.0.1:${listenerPort}/` })).toBeNull()
    expect(otherPort({ cluster, url: null })).toBeNull()
    expect(otherPort({ cluster, url: 'http://127.0.0.1:43237/' })).toBe(
      `${listenerPort} was taken here: it answers on 43237.`,
    )
  })

  it('shows a time that is waited for to the second only where AWS’s delays are divided', () => {
    expect(deadline(now, 'UTC', now, 20).text).toBe('14:19:08')
    expect(deadline(now, 'UTC', now, 1).text).toBe('14:19')
  })

  it('ends what somebody wrote before another sentence follows', () => {
    expect(withStop('switched away from')).toBe('switched away from.')
    expect(withStop('errors!')).toBe('errors!')
  })

  it('says when a run took another time for now, and nothing where it did not', () => {
    const run = {
      id: 'r1',
      startedAt: now,
      now: new Date('2026-11-25T10:00:00Z'),
      by: 'Ada',
      seq: 1,
      ended: true,
      goes: [],
      stays: 0,
      leftovers: [],
    }
    expect(runRow(run, 'UTC', now).asIf?.text).toBe('Wed 10:00')
    expect(runRow({ ...run, now: new Date(now.getTime() - 4000) }, 'UTC', now).asIf).toBeNull()
  })

  it('names a few of the groups that a run let go, and how many more', () => {
    const goes = Array.from({ length: 250 }, (_, nth) => `shop-c${nth}-v001`)
    const run = { id: 'r1', seq: 1, startedAt: now, now, by: 'Ada', ended: true, stays: 750, leftovers: [] }
    const [first] = runRow({ ...run, goes }, 'UTC', now).checks
    expect(first?.sentence).toMatch(/^250 groups destroyed: shop-c0-v001, .*shop-c7-v001 and 242 more$/)
  })

  it('takes a morning in UTC for one where UTC is the time of day', () => {
    const span = { from: new Date('2026-11-19T00:00:00Z'), to: new Date('2026-11-20T00:00:00Z') }
    const firstDay = (zone: string) =>
      Number.parseFloat(skyStops(span, 'us-east-1', zone).find(({ colour }) => colour === 'sky-day')!.at)
    expect(firstDay('UTC')).toBeLessThan((9.5 / 24) * 100)
    expect(firstDay('America/New_York')).toBeGreaterThan((11 / 24) * 100)
  })
})

describe('an instance whose group left the rule', () => {
  it('is not checked, which is no fault', async () => {
    const world = demoWorld()
    const seen = world.observed.get('account-web')!
    const rejectedGroup = seen.groups.get('account-web-v114')!
    const targets = rejectedGroup.targets.map((target) => ({ ...target, state: 'unused' }))
    const groups = new Map([...seen.groups, [rejectedGroup.name, { ...rejectedGroup, targets }]])
    world.observed.set('account-web', { ...seen, groups })
    const view = await clusterView(world.parts(), 'account-web')
    const rejected = view.groups.find((each) => each.group.name === 'account-web-v114')
    expect(rejected?.instances.map((each) => each.health)).toEqual(['unchecked', 'unchecked', 'unchecked'])
    expect([healthWord('unchecked'), healthLook.unchecked.k]).toEqual(['not checked', 'k-idle'])
  })
})

describe('the sample’s versions', () => {
  const versions = ['1.0.0', '1.1.0', '1.2.0'].map((version) => ({
    version,
    label: version,
    description: '',
    healthy: true,
  }))
  const [first, third] = [image('sunrise', '1.0.0', '19T10:00:00'), image('sunrise', '1.2.0', '19T10:00:00')]
  const state = {
    cluster: build.cluster({ name: 'sunrise-main' }),
    groups: [group('sunrise-main', 1, first, 'live')],
    operations: [],
    obligations: [],
    tickets: [],
  }

  it('can be baked, then deployed, whichever the steps have come to', () => {
    const before = sampleRows({ versions, images: [first], bakes: [] }, state)
    expect(before.map(({ bake, deploy }) => [bake, deploy])).toEqual([
      [false, null],
      [true, null],
      [true, null],
    ])
    const after = sampleRows({ versions, images: [first, third], bakes: [] }, state)
    expect(after[2]).toMatchObject({
      bake: false,
      deploy: `/clusters/sunrise-main/deploy?image=${third.name}`,
    })
    expect(sampleRows({ versions, images: [third], bakes: [] }, null)[2]?.deploy).toBeNull()
  })
})
