import { describe, expect, it } from 'vitest'
import type { ClusterState } from '../../server/domain/cluster-state.js'
import { drainTimeMs, launchedWith, rememberLaunched } from '../../server/domain/launched-with.js'
import { cluster, serverGroup } from '../support/build.js'

const state = (patch: Pick<ClusterState, 'cluster' | 'groups'>): ClusterState => ({
  ...patch,
  operations: [],
  obligations: [],
  tickets: [],
})
const settings = {
  ...cluster().settings,
  scaling: { metric: 'cpu', targetPercent: 50 } as const,
  deregistrationDelaySec: 120,
}
const groups = [serverGroup(1, { role: 'warm' }), serverGroup(2, { role: 'live' })]
const before = state({ cluster: cluster({ settings }), groups })

describe('what a group was launched with', () => {
  it('is what the settings say until they are edited, and stays what they said', () => {
    const next = { ...settings, scaling: null, deregistrationDelaySec: 10 }
    const remembered = rememberLaunched(before, next)
    expect(remembered).toHaveLength(2)
    const after = state({ cluster: cluster({ settings: next }), groups: [...remembered, serverGroup(3)] })
    for (const group of groups)
      expect(launchedWith(before, group)).toMatchObject({ scaling: settings.scaling })
    const [warm, live, newer] = after.groups
    expect(drainTimeMs(after, warm!)).toBe(120_000)
    expect(launchedWith(after, live!).scaling).toEqual(settings.scaling)
    expect(drainTimeMs(after, newer!)).toBe(10_000)
    expect(launchedWith(after, newer!).scaling).toBeNull()
  })

  it('is not overwritten by a second edit, and not written for one of anything else', () => {
    const [warm] = rememberLaunched(before, { ...settings, deregistrationDelaySec: 10 })
    const later = state({
      cluster: cluster({ settings: { ...settings, deregistrationDelaySec: 10 } }),
      groups: [warm!, serverGroup(2, { role: 'live' })],
    })
    const again = rememberLaunched(later, { ...settings, deregistrationDelaySec: 20 })
    expect(again.map(({ name, launchedWith }) => [name, launchedWith?.deregistrationDelaySec])).toEqual([
      [serverGroup(2).name, 10],
    ])
    expect(rememberLaunched(before, { ...settings, instanceType: 'm5.large' })).toEqual([])
  })
})
