import { describe, expect, it } from 'vitest'
import { awsTimings } from '../../server/domain/timings.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { LookBudget, readsOfLook } from '../../server/engine/look-budget.js'
import { Looks } from '../../server/engine/looks.js'
import { rememberSeen } from '../../server/engine/seen-cache.js'
import type { Parts } from '../../server/engine/parts.js'
import * as build from '../support/build.js'
import { FakeWorld } from '../support/fake-parts.js'

const budgetAt = (reads: number, perMs: number, most: number) => {
  let now = 0
  let sharers = 1
  return {
    budget: new LookBudget(
      { reads, perMs, most },
      () => now,
      () => sharers,
    ),
    wait: (ms: number) => (now += ms),
    shareAmong: (count: number) => (sharers = count),
  }
}

describe('a budget of looks', () => {
  it('gives what it holds, and then as much as comes in', () => {
    const { budget, wait } = budgetAt(60, 1000, 10)
    expect([budget.take(6), budget.take(4), budget.take(1)]).toEqual([true, true, false])
    expect(budget.msUntil(6)).toBe(100)
    wait(99)
    expect(budget.take(6)).toBe(false)
    wait(1)
    expect(budget.take(6)).toBe(true)
  })

  it('never holds more than its most, and gives even more than that to whoever finds it full', () => {
    const { budget, wait } = budgetAt(60, 1000, 10)
    wait(3_600_000)
    expect(budget.take(25)).toBe(true)
    expect(budget.take(1)).toBe(false)
    expect(budget.msUntil(25)).toBe(Math.ceil((25 / 60) * 1000))
  })
})

describe('what could not wait', () => {
  it('is made up for by what can, for no longer than a full budget takes to flow in', () => {
    const { budget, wait } = budgetAt(60, 1000, 10)
    budget.owe(13)
    expect(budget.take(1)).toBe(false)
    expect(budget.msUntil(1)).toBe(Math.ceil((4 / 60) * 1000))
    budget.owe(1000)
    expect(budget.msUntil(10)).toBe(Math.ceil((20 / 60) * 1000))
    wait(334)
    expect(budget.take(10)).toBe(true)
  })
})

describe('the budget of several replicas', () => {
  const minute = 60_000

  it('is that of one: each has its part, and what it had saved shrinks with it', () => {
    const replicas = [1, 2, 3].map(() => budgetAt(240, minute, 40))
    replicas.forEach(({ shareAmong }) => shareAmong(3))
    let given = 0
    for (let second = 0; second < 600; second += 1)
      for (const { budget, wait } of replicas) {
        wait(1000)
        while (budget.take(1)) given += 1
      }
    // What was there at once, and what came in within ten minutes.
    expect(given).toBeLessThanOrEqual(40 + 2400)
    expect(given).toBeGreaterThan(2400)
  })

  it('is said by each as it is divided, and is whole again for the last one', () => {
    const looks = new Looks(awsTimings)
    expect(looks.share).toEqual({ replicas: 1, calmPerMinute: 240, pagesPerMinute: 120 })
    looks.shareAmong(4)
    expect(looks.share).toEqual({ replicas: 4, calmPerMinute: 60, pagesPerMinute: 30 })
    looks.shareAmong(0)
    expect(looks.share.replicas).toBe(1)
  })

  it('leaves to pages about one cluster what a look at the account may not take', () => {
    const { budget, wait } = budgetAt(120, minute, 120)
    let taken = 0
    while (budget.take(1, 0.5)) taken += 1
    expect(taken).toBe(60)
    expect(budget.msUntil(1, 0.5)).toBe(500)
    wait(500)
    expect(budget.take(1, 0.5)).toBe(true)
    expect(budget.take(60)).toBe(true)
  })
})

describe('looks at AWS for pages', () => {
  const clusters = 60
  const groups = 3

  /** Parts over a world of clusters, and how often AWS was looked at through them. */
  function counted(): { parts: Parts; looks: () => number } {
    const world = new FakeWorld()
    let looks = 0
    for (let index = 0; index < clusters; index += 1) {
      const name = `shop-c${index}`
      const made = [1, 2, 3].map((push) =>
        build.serverGroup(push, { name: `${name}-v00${push}`, cluster: name }),
      )
      const cluster = build.cluster({ name })
      world.states.set(name, { cluster, groups: made, operations: [], obligations: [], tickets: [] })
    }
    const base = world.parts()
    const parts: Parts = {
      ...base,
      // It fills so slowly that a busy machine makes no difference.
      looks: new Looks({ ...awsTimings, pageReads: 90, stewardMs: 86_400_000 }),
      cloud: {
        ...base.cloud,
        observe: async () => {
          looks += 1
          return { at: world.now, balancer: null, rule: null, groups: new Map(), usedElsewhere: [] }
        },
      },
    }
    return { parts, looks: () => looks }
  }

  const viewed = async (viewers: number) => {
    const { parts, looks } = counted()
    for (let round = 0; round < 3; round += 1)
      await Promise.all(
        Array.from({ length: viewers * clusters }, (_, nth) =>
          clusterView(parts, `shop-c${nth % clusters}`, 0),
        ),
      )
    return looks()
  }

  it('are as many for fifty viewers as for one: what the budget allows', async () => {
    const allowed = Math.floor(90 / readsOfLook(groups))
    expect(await viewed(1)).toBe(allowed)
    expect(await viewed(50)).toBe(allowed)
  })

  it('show what was seen last once they are used up, and say so where nothing was', async () => {
    const { parts, looks } = counted()
    const first = await clusterView(parts, 'shop-c0', 0)
    for (let nth = 1; nth < clusters; nth += 1) await clusterView(parts, `shop-c${nth}`, 0)
    const before = looks()
    expect((await clusterView(parts, 'shop-c0', 0)).seenAt).toEqual(first.seenAt)
    expect((await clusterView(parts, 'shop-c59', 0)).fault).toMatch(/looked at for this one in a moment/)
    expect(looks()).toBe(before)
  })

  it('are not needed for what the engine has just seen', async () => {
    const { parts, looks } = counted()
    const state = await parts.history.clusterState('shop-c7')
    const at = new Date('2026-11-24T12:00:01Z')
    rememberSeen(parts, state!, { at, balancer: null, rule: null, groups: new Map(), usedElsewhere: [] })
    expect((await clusterView(parts, 'shop-c7')).seenAt).toEqual(at)
    expect(looks()).toBe(0)
  })
})
