import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanupRun } from '../../server/engine/cleanup-runs.js'
import { runCleanup } from '../../server/engine/cleanup.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

let stack: EngineStack

beforeAll(async () => {
  stack = await startEngineStack()
})
afterAll(async () => {
  await stack.stop()
})

const versionIn = (body: string) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none'

describe('the main job', () => {
  it('bakes, creates, deploys, switches back and cleans up without losing a request (P8)', async () => {
    const { parts } = stack
    const first = await stack.image('1.0.0')
    const second = await stack.image('1.1.0')
    const created = await createCluster(parts, person, {
      name: 'sunrise-main',
      image: first.name,
      size: 3,
      listenerPort: 0 + 18_090,
    })
    const create = await stack.ended(created.operation.id)
    expect(create.phase, create.endSentence ?? '').toBe('succeeded')

    const view = await clusterView(parts, 'sunrise-main', 0)
    expect(view.live?.group.name).toBe('sunrise-main-v001')
    expect(view.live?.zones).toHaveLength(3)
    expect(view.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const client = steadyClient(view.url ?? '', 200, versionIn)

    const deployed = await deploy(parts, person, { cluster: 'sunrise-main', image: second.name })
    const deployment = await stack.ended(deployed.operation.id)
    expect(deployment.phase, deployment.endSentence ?? '').toBe('succeeded')
    const switched = await clusterView(parts, 'sunrise-main', 0)
    expect(switched.live?.group.name).toBe('sunrise-main-v002')
    expect(switched.switchBack?.readiness?.state).toBe('ready')

    const back = await switchBack(parts, person, { cluster: 'sunrise-main', reason: 'a rehearsal' })
    expect((await stack.ended(back.operation.id)).phase).toBe('succeeded')
    const returned = await clusterView(parts, 'sunrise-main', 0)
    expect(returned.live?.group.name).toBe('sunrise-main-v001')
    expect(returned.groups.find((group) => group.group.name === 'sunrise-main-v002')?.state).toBe('rejected')

    const tomorrow = new Date(parts.clock.now().getTime() + 48 * 3_600_000)
    const cleanup = await runCleanup(parts, person, tomorrow)
    expect(cleanup.operations.map((operation) => operation.to)).toEqual(['sunrise-main-v002'])
    for (const operation of cleanup.operations)
      expect((await stack.ended(operation.id)).phase).toBe('succeeded')
    expect((await cleanupRun(parts, cleanup.runId))?.leftovers).toEqual([])

    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toEqual(['1.0.0', '1.1.0', '1.0.0'])
    expect(report.requests).toBeGreaterThan(200)
    await until(
      async () => (await parts.history.obligations()).length === 0,
      20_000,
      'the ledger is empty (P5)',
    )
  })
})
