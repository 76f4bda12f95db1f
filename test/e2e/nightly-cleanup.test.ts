import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanupRun, cleanupRuns } from '../../server/engine/cleanup-runs.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { cleanupWork } from '../../server/jobs/nightly-cleanup.js'
import { PeriodicJob } from '../../server/jobs/periodic-job.js'
import { Database } from '../../server/store/database.js'
import { PgJobRuns } from '../../server/store/job-runs.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { until } from '../support/until.js'

let stack: EngineStack
let cleanup: PeriodicJob
let database: Database
let runs: PgJobRuns

beforeAll(async () => {
  stack = await startEngineStack()
  database = new Database(stack.databaseUrl, (error) => void stack.faults.push(error))
  runs = new PgJobRuns(database)
  cleanup = new PeriodicJob(
    cleanupWork(stack.parts),
    { store: stack.parts.store, keeper: { runs, replica: 'one', newId: randomUUID } },
    { fault: (_job, error) => void stack.faults.push(error), looked: () => undefined },
  )
})
afterAll(async () => {
  await database.close()
  await stack.stop()
})

describe('the nightly cleanup job', () => {
  it('does nothing before the morning, and at the morning destroys what the night has made needless', async () => {
    const { parts } = stack
    const first = await stack.image('1.0.0')
    const second = await stack.image('1.1.0')
    const created = await createCluster(parts, person, {
      name: 'sunrise-main',
      image: first.name,
      listenerPort: 18_390,
    })
    await stack.ended(created.operation.id)
    const deployed = await deploy(parts, person, { cluster: 'sunrise-main', image: second.name })
    await stack.ended(deployed.operation.id)

    await cleanup.tick()
    expect(await cleanupRuns(parts, { limit: 10 })).toEqual([])

    const warm = (await clusterView(parts, 'sunrise-main', 0)).switchBack?.group
    const morning = new Date((warm?.expiresAt?.getTime() ?? 0) + 1000)
    await stack.control('PUT', '/clock', { now: morning.toISOString() })
    await until(() => parts.clock.now() >= morning, 5000, 'the clock shows the morning')
    await cleanup.tick()

    const [run] = await cleanupRuns(parts, { limit: 10 })
    expect(run?.by).toBe('nightly cleanup')
    expect(await runs.lastRuns(5)).toMatchObject([
      { job: 'cleanup', outcome: 'done', by: null, resultId: run?.id, did: '1 group goes, 1 stay.' },
    ])
    expect(run?.goes).toEqual(['sunrise-main-v001'])
    const { operations } = (await cleanupRun(parts, run!.id))!
    expect(operations).toHaveLength(1)
    for (const operation of operations) expect((await stack.ended(operation.id)).phase).toBe('succeeded')
    const after = await clusterView(parts, 'sunrise-main', 0)
    expect(after.groups.map((group) => group.group.name)).toEqual(['sunrise-main-v002'])
    expect(after.live?.group.survived).toHaveLength(1)

    await cleanup.tick()
    expect(await cleanupRuns(parts, { limit: 10 })).toHaveLength(1)
  })
})
