import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyEvent, requested } from '../../server/domain/operation-transitions.js'
import type { Operation } from '../../server/domain/operation.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { Loop } from '../../server/engine/loop.js'
import { startBigAccount, type BigAccountStack } from '../support/big-account-stack.js'
import { until } from '../support/until.js'

const serverGroups = 200
const plenty = 1_000_000
let big: BigAccountStack

beforeAll(async () => {
  big = await startBigAccount(serverGroups)
})
afterAll(() => big?.stop())

const balancing = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .filter(([api]) => api.startsWith('elasticloadbalancing:'))
    .reduce((sum, [, count]) => sum + count, 0)

describe('a generated big account', () => {
  it('says of every instance that it is a record', async () => {
    const reply = await fetch(`${big.cloudUrl}/_localcloud/state`, {
      headers: { 'x-localcloud-control': '1' },
    })
    const { instances } = (await reply.json()) as { instances: readonly { tags: Record<string, string> }[] }
    expect(instances).toHaveLength(20 * serverGroups)
    expect(new Set(instances.map(({ tags }) => tags['localcloud:record']))).toEqual(
      new Set(['generated: a record without a process']),
    )
  })

  it('differs nowhere from its records: one group is live in each cluster, the others could take the traffic back', async () => {
    const parts = big.parts({ pageReads: plenty })
    expect(big.clusters).toHaveLength(serverGroups / 4)
    expect(big.pushes).toBe(serverGroups)
    await until(
      async () => (await clusterView(parts, big.clusters.at(-1)?.name ?? '', 0)).live?.healthy === 20,
      10_000,
      'its targets are healthy',
    )
    for (const { name } of big.clusters) {
      const view = await clusterView(parts, name)
      expect(view.fault).toBeNull()
      expect(view.differences).toEqual([])
      expect([view.live?.group.name, view.live?.weight, view.live?.healthy]).toEqual([
        `${name}-v004`,
        100,
        20,
      ])
      const warm = view.groups.filter(({ state }) => state === 'warm')
      expect(warm.map(({ readiness }) => readiness?.state)).toEqual(['ready', 'ready', 'ready'])
    }
  })

  it('has a history that is legal: each operation is the fold of its events', async () => {
    const { history } = big.parts({})
    const operations = await history.operations({ limit: serverGroups })
    expect(operations).toHaveLength(serverGroups)
    for (const { id, cluster, phase, kind, to } of operations) {
      const [first, ...rest] = await history.operationEvents(id)
      if (first?.event.type !== 'Requested')
        throw new Error(`${id} begins with ${first?.event.type ?? 'nothing'}`)
      const folded = rest.reduce<Operation>(
        (operation, { event, at }) => applyEvent(operation, event, at),
        requested(id, cluster, first.event, first.at),
      )
      expect([folded.phase, folded.kind, folded.to]).toEqual([phase, kind, to])
      expect(phase).toBe('succeeded')
    }
  })

  it('is looked at whole by the engine within its budget of reads, which changes nothing in it', async () => {
    const calmReads = 140
    const parts = big.parts({ calmReads, stewardMs: 1000, pollMs: 500 })
    const faults: unknown[] = []
    const loop = new Loop(parts, { fault: (_scope, error) => void faults.push(error) })
    const before = await big.calls()
    const begun = performance.now()
    loop.start()
    await until(
      async () => {
        const health = 'elasticloadbalancing:DescribeTargetHealth'
        return ((await big.calls())[health] ?? 0) - (before[health] ?? 0) >= serverGroups
      },
      15_000,
      'every group was looked at',
    )
    const after = await big.calls()
    const seconds = (performance.now() - begun) / 1000
    await loop.stop()
    // Beside looks there is the listing of the account, once in a steward's second.
    const allowed = 40 + calmReads * seconds + 2 * (seconds + 1)
    expect(balancing(after) - balancing(before)).toBeLessThanOrEqual(allowed)
    expect(faults).toEqual([])
    const changed = Object.keys(after).filter((api) => !/:(Describe|Get|List|Head)/.test(api))
    expect(changed).toEqual([])
  })
})
