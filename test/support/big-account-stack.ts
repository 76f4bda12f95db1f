import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLayout, type GeneratedCluster } from '../../server/big-account/layout.js'
import { recordBigAccount } from '../../server/big-account/record.js'
import { makeAccountReader } from '../../server/cloud/account.js'
import { makeAccountLister } from '../../server/cloud/account-listing.js'
import { makeCloud } from '../../server/cloud/aws.js'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { awsTimings, type Timings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'
import type { Parts } from '../../server/engine/parts.js'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { MemoryStore } from '../simulation/memory-store.js'
import { FakeWorld } from './fake-parts.js'

/** A generated account in a local cloud of its own, its records in memory, and an engine's parts over both. */
export interface BigAccountStack {
  readonly clusters: readonly GeneratedCluster[]
  readonly pushes: number
  readonly cloudUrl: string
  /** The same records and cloud with other waits, and nothing kept of what was seen before. */
  parts(timings: Partial<Timings>): Parts
  /** Calls that reached the local cloud so far, by `service:Action`. */
  calls(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

/** Its health checks are as rare as AWS's: twenty instances in each group would keep a machine busy otherwise. */
export async function startBigAccount(serverGroups: number): Promise<BigAccountStack> {
  const home = await mkdtemp(join(tmpdir(), 'delling-big-'))
  const cloud = await startLocalCloud({ home, port: 0, pace: 'real', bigAccount: serverGroups })
  const meter = makeMeter()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const clients = makeClients({ region: 'us-east-1', endpoint: cloud.url, credentials, meter })
  const clock = { now: () => new Date() }
  let writtenAt: Date | null = null
  const store = new MemoryStore({ now: () => writtenAt ?? clock.now() })
  const base = new FakeWorld().parts()
  const { account, region } = { account: '123456789012', region: 'us-east-1' }
  const clusters = await readLayout(cloud.url, undefined)
  const pushes = await recordBigAccount(
    {
      record: (change) => store.record(change),
      requestApplication: (name, decide) => store.requestApplication(name, decide),
      loadCluster: (name) => store.loadCluster(name),
      setNow: (at) => (writtenAt = at),
    },
    clusters,
    { account, region, ...base.defaults },
    clock.now(),
    base.newId,
  )
  writtenAt = null
  return {
    clusters,
    pushes,
    cloudUrl: cloud.url,
    parts: (timings) => {
      const looks = new Looks({ ...awsTimings, ...timings })
      return {
        ...base,
        store,
        history: store,
        cloud: makeCloud(clients, { clock, metricPeriodSec: 60 }),
        account: makeAccountReader(clients, { clock, meter, metricPeriodSec: 60, looks }),
        lister: makeAccountLister(clients.readers, { clock, looks }),
        clock,
        timings: { ...awsTimings, ...timings },
        looks,
        place: { ...base.place, account, region, owner: 'delling', instances: 'records' },
      }
    },
    async calls() {
      const reply = await fetch(`${cloud.url}/_localcloud/calls`, {
        headers: { 'x-localcloud-control': '1' },
      })
      return ((await reply.json()) as { counts: Record<string, number> }).counts
    },
    async stop() {
      clients.close()
      await cloud.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
