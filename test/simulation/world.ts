import { Refusal } from '../../server/domain/refusal.js'
import type { Image } from '../../server/domain/bake.js'
import type { ClusterState } from '../../server/domain/cluster-state.js'
import { isEnded, type Actor, type Operation } from '../../server/domain/operation.js'
import { awsTimings, type Timings } from '../../server/domain/timings.js'
import { makeAccountLister } from '../../server/cloud/account-listing.js'
import { makeAccountObserver } from '../../server/cloud/account-observer.js'
import { makeAccountReader } from '../../server/cloud/account.js'
import { makeCloud } from '../../server/cloud/aws.js'
import { makeImageCloud } from '../../server/cloud/image-retirement.js'
import { makeBakeCloud } from '../../server/cloud/bakes.js'
import { Looks } from '../../server/engine/looks.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import type { Parts } from '../../server/engine/parts.js'
import type { TrialsInput } from '../../server/engine/trial-settings.js'
import { inProcessClients } from './in-process-clients.js'
import { MemoryStore } from './memory-store.js'
import { Pacing, type Pace } from './pace.js'
import { Random } from './random.js'
import { Replica, type Cut, type CutPoint } from './replica.js'
import { SimulatedCloud, type Release } from './simulated-cloud.js'
import { simulatedProber } from './simulated-prober.js'
import { VirtualTime } from './virtual-time.js'
import { visit } from './visitors.js'

export const person: Actor = { name: 'Ada', via: 'console' }

export const good: Release = { bootMs: 20_000, sickAfterMs: null }
export const neverWell: Release = { bootMs: 20_000, sickAfterMs: 0 }
/** Healthy by its checks, while none of its pages works. */
export const broken: Release = { bootMs: 20_000, sickAfterMs: null, pageStatus: 500 }
/** Healthy by its checks, while one request in five fails. */
export const faulty: Release = { bootMs: 20_000, sickAfterMs: null, errorShare: 0.2 }

export interface WorldOptions {
  readonly seed: number
  readonly replicas?: number
  readonly start?: Date
  readonly timings?: Partial<Timings>
  readonly fate?: (point: CutPoint) => Cut
}

/** Engine replicas, a store, a cloud and a clock, all in this process and all made from one seed. */
export class World {
  readonly random: Random
  readonly replicas: Replica[] = []
  readonly faults: unknown[] = []
  readonly images = new Map<string, Image>()
  /** What is asked of every cut point; replaced by whoever wants a process to die. */
  fate: (point: CutPoint) => Cut
  latencyMs = () => 0
  /** Groups that somebody else has deleted. */
  readonly strangersDeleted = new Set<string>()
  /** Told where a script has somebody else change a cluster. */
  strangerActed: (cluster: string) => void = () => undefined
  /** Reads take no time unless a test says so: there are a hundred for each change. */
  readLatencyMs = () => 0
  private ids = 0

  private constructor(
    readonly time: VirtualTime,
    readonly cloud: SimulatedCloud,
    readonly store: MemoryStore,
    /** As people and jobs use it: not subject to a replica's fate. */
    readonly parts: Parts,
    private readonly uninstall: () => void,
    options: WorldOptions,
  ) {
    this.random = new Random(options.seed)
    this.fate = options.fate ?? (() => ({ kind: 'go' }))
  }

  static async make(options: WorldOptions): Promise<World> {
    const time = new VirtualTime(options.start ?? new Date('2026-03-02T12:00:00Z'))
    const uninstall = time.install()
    const cloud = await SimulatedCloud.start(time)
    const clock = { now: () => new Date() }
    const store = new MemoryStore(clock)
    const ids = { count: 0 }
    const newId = () => {
      const digits = (++ids.count).toString(16).padStart(12, '0')
      return `00000000-0000-4000-8000-${digits}`
    }
    const parts = partsOf(cloud, store, time, { ...awsTimings, ...options.timings }, newId)
    const world = new World(time, cloud, store, parts, uninstall, options)
    for (let count = 1; count <= (options.replicas ?? 1); count++) world.addReplica(`replica ${count}`)
    setInterval(() => world.visit(), 60_000)
    const application = {
      name: 'shop',
      owner: 'Shop team',
      email: null,
      port: 8080,
      healthPath: '/',
      startCommand: null,
      createdAt: clock.now(),
    }
    await store.requestApplication('shop', () => ({ change: { application }, result: null }))
    return world
  }

  addReplica(name: string): Replica {
    const replica = new Replica({
      name,
      parts: this.parts,
      cloud: this.cloud,
      time: this.time,
      fate: (point) => this.fate(point),
      latencyMs: () => this.latencyMs(),
      readLatencyMs: () => this.readLatencyMs(),
      onFault: (error) => void this.faults.push(error),
    })
    this.replicas.push(replica)
    replica.start()
    return replica
  }

  async end(): Promise<void> {
    for (const replica of this.replicas) replica.die()
    await this.time.runUntil(this.time.now + 60_000)
    await this.cloud.stop()
    this.uninstall()
  }

  /** Visitors matter only while a canary compares what both groups answer. */
  private visit(): void {
    for (const state of this.store.allStates())
      if (state.operations.some((each) => each.canary && !isEnded(each) && !each.switched))
        visit(this.cloud, state)
  }

  /** An image of the shop whose application behaves so. */
  async image(version: string, release: Release): Promise<Image> {
    const name = `shop-${version}`
    const imageId = await this.cloud.addImage(name, release)
    await this.time.runUntil(this.time.now + 120_000)
    const image: Image = {
      imageId,
      name,
      application: 'shop',
      version,
      bakeId: `bake-${++this.ids}`,
      contentKey: name,
      recipe: null,
      retirement: null,
      baseImageId: 'ami-base',
      baseImageName: 'base',
      packageName: `${name}.tgz`,
      packageSha256: 'a'.repeat(64),
      commit: null,
      creator: 'Ada',
      bakedAt: new Date(),
      bad: null,
    }
    await this.store.record({ image })
    this.images.set(version, image)
    return image
  }

  async create(
    name: string,
    image: Image,
    size = 3,
    listenerPort = 80,
    policy: TrialsInput & { switchBack?: 'automatic'; warm?: 'follow' } = {},
  ): Promise<Operation> {
    const { operation } = await this.asks(() =>
      createCluster(this.parts, person, {
        name,
        image: image.name,
        size,
        min: size,
        max: Math.max(9, size),
        listenerPort,
        healthIntervalSec: 30,
        path: [`/${name}/*`],
        ...policy,
      }),
    )
    return operation
  }

  state(cluster: string): ClusterState {
    const state = this.store.peek(cluster)
    if (!state) throw new Error(`there is no cluster ${cluster}`)
    return state
  }

  async operation(id: string): Promise<Operation> {
    const operation = await this.store.operation(id)
    if (!operation) throw new Error(`there is no operation ${id}`)
    return operation
  }

  /** A person's request: lets time pass until it is answered. */
  async asks<T>(work: () => Promise<T>, withinMs = patienceMs): Promise<T> {
    let over = false
    const answer = work().finally(() => {
      over = true
    })
    answer.catch(() => undefined)
    await this.time.runUntil(this.time.now + withinMs, () => over)
    if (!over) throw new Error('the request timed out')
    return answer
  }

  /** Lets time pass until the operation has ended or needs a person; at most so long. */
  async ended(id: string, withinMs = 6 * 3_600_000): Promise<Operation> {
    const over = () => this.store.isEnded(id) || this.store.isHalted(id)
    await this.time.runUntil(this.time.now + withinMs, over)
    const operation = await this.operation(id)
    if (!over())
      throw new Error(
        `operation ${id} is ${operation.phase} after ${withinMs} ms: ${operation.wait?.sentence ?? ''}`,
      )
    return operation
  }

  /** Until then no time is leapt over: something has just happened that must be seen. */
  stirredUntil = 0

  private readonly pacing = new Pacing(this)

  pace(): Pace {
    return this.pacing.pace()
  }

  /** Lets so much time pass at once, or as much as there is until something happens by itself; every process sleeps meanwhile. */
  async leap(mostMs: number): Promise<void> {
    const until = Math.min(this.time.now + mostMs, this.pacing.nextEventAt())
    await this.time.jump(until - this.time.now)
  }
}

/** What a person asks in a script, where a refusal is an answer too; null for that. */
export async function asked<Result>(world: World, work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await world.asks(work)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** A person waits so long for an answer. */
const patienceMs = 60_000

function partsOf(
  cloud: SimulatedCloud,
  store: MemoryStore,
  time: VirtualTime,
  timings: Timings,
  newId: () => string,
): Parts {
  const clients = inProcessClients({
    dispatcher: cloud.dispatcher,
    sleep: (ms) => time.sleep(ms),
    latencyMs: () => 0,
    readLatencyMs: () => 0,
  })
  const clock = { now: () => new Date() }
  const { metricPeriodSec } = timings
  const looks = new Looks(timings)
  const meter = {
    counts: () => ({ perMinute: {}, throttled: 0, total: 0 }),
  }
  return {
    store,
    history: store,
    cloud: makeCloud(clients, { clock, metricPeriodSec }),
    bakeCloud: makeBakeCloud(clients, () => clock.now()),
    imageCloud: makeImageCloud(clients, () => clock.now()),
    retention: store.retention,
    prober: simulatedProber(cloud),
    account: makeAccountReader(clients, { clock, meter, metricPeriodSec, looks }),
    lister: makeAccountLister(clients.readers, { clock, looks }),
    observer: makeAccountObserver(clients.readers, { clock, divisor: timings.awsDivisor, looks }),
    looks,
    packages: { put: async (fileName, sha256) => `s3://packages/${sha256}/${fileName}` },
    clock,
    timings,
    place: {
      account: '123456789012',
      region: 'us-east-1',
      mode: 'local',
      paceDivisor: 1,
      owner: 'simulation',
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
    newId,
  }
}
