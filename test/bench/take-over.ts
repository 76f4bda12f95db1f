import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { machineClock } from '../../server/jobs/wall-clock.js'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { Database } from '../../server/store/database.js'
import { PostgresStore } from '../../server/store/postgres-store.js'
import { cluster } from '../support/build.js'
import { cloneOfTemplate, startDatabaseServer } from '../support/database-server.js'
import { ReplicaSet } from '../support/replica-set.js'
import type { BenchHome } from './running-delling.js'

const name = 'shop-main'
const longestMs = 30_000

/**
 * Kills the replica that holds a cluster, again and again, each time with another one beside it: how long until that
 * one holds it, by the database's clock. On a database and a local cloud of its own,
 * which end with the bench's home.
 */
export async function measureTakeOvers(home: BenchHome, kills: number): Promise<readonly number[]> {
  const server = await startDatabaseServer()
  home.endsWithIt(() => server.stop())
  const cloud = await startLocalCloud({ home: join(home.folder, 'take-over'), port: 0, pace: 'zero' })
  home.endsWithIt(async () => {
    await cloud.stop()
    rmSync(cloud.instancesDir, { recursive: true, force: true })
  })
  const databaseUrl = await cloneOfTemplate(server.url, 'take_over')
  await recordCluster(databaseUrl)
  const set = new ReplicaSet({ cloudUrl: cloud.url, databaseUrl, timings: {} })
  await set.start(2)
  const measured: number[] = []
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      measured.push(await takeOverMs(set))
      await set.startReplica()
    }
  } finally {
    await set.stop()
  }
  return measured
}

async function takeOverMs(set: ReplicaSet): Promise<number> {
  const victim = await set.holding(name)
  const before = await lease(set)
  const killedAtMs = before.nowMs
  set.kill(victim)
  const deadline = performance.now() + longestMs
  for (;;) {
    const seen = await lease(set)
    if (seen.epoch > before.epoch) return seen.nowMs - killedAtMs
    if (performance.now() > deadline)
      throw new Error(`Nobody took ${name} over within ${longestMs / 1000} s.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function lease({ database }: ReplicaSet): Promise<{ readonly epoch: number; readonly nowMs: number }> {
  const { rows } = await database.query<{ epoch: string; now: string }>(
    `select epoch, extract(epoch from clock_timestamp()) * 1000 as now from leases where scope = $1`,
    [`cluster:${name}`],
  )
  return { epoch: Number(rows[0]?.epoch ?? 0), nowMs: Number(rows[0]?.now ?? 0) }
}

/** Its lease is all that is measured: nothing of it is in the cloud. */
async function recordCluster(databaseUrl: string): Promise<void> {
  const database = new Database(databaseUrl, () => undefined)
  const store = new PostgresStore(
    database,
    machineClock,
    new ChangeFeed(databaseUrl, database, () => undefined),
  )
  await store.request(name, () => ({ change: { cluster: cluster({ name }) }, result: null }))
  await database.close()
}
