import { randomUUID } from 'node:crypto'
import { makeAccountReader } from '../../server/cloud/account.js'
import { makeCloud } from '../../server/cloud/aws.js'
import { makeImageCloud } from '../../server/cloud/image-retirement.js'
import { makeBakeCloud } from '../../server/cloud/bakes.js'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { makeAccountLister } from '../../server/cloud/account-listing.js'
import { makeAccountObserver } from '../../server/cloud/account-observer.js'
import { makePackageStore } from '../../server/cloud/packages.js'
import { makeProber } from '../../server/cloud/prober.js'
import { awsTimings, scaleTimings, type Timings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'
import type { Parts } from '../../server/engine/parts.js'
import { LocalCloudClock } from '../../server/jobs/wall-clock.js'
import { ChangeFeed } from '../../server/store/change-feed.js'
import { Database } from '../../server/store/database.js'
import { PgImageRetention } from '../../server/store/image-retention.js'
import { PostgresHistory } from '../../server/store/postgres-history.js'
import { PostgresStore } from '../../server/store/postgres-store.js'

export interface EngineParts {
  readonly parts: Parts
  /** What broke beneath the engine. */
  readonly faults: unknown[]
  close(): Promise<void>
}

/** What an engine is made from, on a real database and a local cloud without delays. */
export async function makeEngineParts(
  cloudUrl: string,
  databaseUrl: string,
  patch: Partial<Timings> = {},
): Promise<EngineParts> {
  const faults: unknown[] = []
  const onFault = (error: Error) => void faults.push(error)
  const database = new Database(databaseUrl, onFault)
  const feed = new ChangeFeed(databaseUrl, database, onFault)
  await feed.start()
  const clock = new LocalCloudClock(cloudUrl, undefined)
  await clock.start()
  const meter = makeMeter()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const clients = makeClients({ region: 'us-east-1', endpoint: cloudUrl, credentials, meter })
  const timings = { ...scaleTimings(awsTimings, Number.POSITIVE_INFINITY), ...patch }
  const { metricPeriodSec } = timings
  const looks = new Looks(timings)
  const parts: Parts = {
    store: new PostgresStore(database, clock, feed),
    history: new PostgresHistory(database),
    cloud: makeCloud(clients, { clock, metricPeriodSec }),
    bakeCloud: makeBakeCloud(clients, () => clock.now()),
    imageCloud: makeImageCloud(clients, () => clock.now()),
    retention: new PgImageRetention(database),
    prober: makeProber(),
    account: makeAccountReader(clients, { clock, meter, metricPeriodSec, looks }),
    lister: makeAccountLister(clients.readers, { clock, looks }),
    observer: makeAccountObserver(clients.readers, { clock, divisor: timings.awsDivisor, looks }),
    looks,
    packages: makePackageStore(clients.writers, { bucket: 'packages', createBucket: true }),
    clock,
    timings,
    place: {
      account: '123456789012',
      region: 'us-east-1',
      mode: 'local',
      paceDivisor: Number.POSITIVE_INFINITY,
      owner: 'test',
      version: '0',
    },
    defaults: {
      instanceType: 't3.micro',
      baseImage: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      debBaseImage: '/aws/service/debian/release/12/latest/amd64',
      builderInstanceType: 't3.micro',
      builderInstanceProfile: null,
      morning: '07:30',
      timeZone: 'Europe/Berlin',
      minWarmHours: 8,
      maxWarm: 2,
      registry: null,
    },
    newId: randomUUID,
  }
  return {
    parts,
    faults,
    async close() {
      clock.stop()
      await feed.stop()
      await database.close()
      clients.close()
    },
  }
}
