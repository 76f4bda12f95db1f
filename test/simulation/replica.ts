import { makeAccountLister } from '../../server/cloud/account-listing.js'
import { makeAccountReader } from '../../server/cloud/account.js'
import { makeCloud } from '../../server/cloud/aws.js'
import { makeBakeCloud } from '../../server/cloud/bakes.js'
import { makeImageCloud } from '../../server/cloud/image-retirement.js'
import { Looks } from '../../server/engine/looks.js'
import { Loop } from '../../server/engine/loop.js'
import type { Parts } from '../../server/engine/parts.js'
import type { Lease, Store } from '../../server/engine/ports.js'
import { inProcessClients } from './in-process-clients.js'
import { callLabel, changeLabel, operationOf } from './point-labels.js'
import type { SimulatedCloud } from './simulated-cloud.js'
import type { VirtualTime } from './virtual-time.js'

/** Where a process can be stopped or die: each names what it is about to do, or has just done. */
export interface CutPoint {
  readonly replica: string
  readonly label: string
  readonly operationId: string | null
  /** Whether something outside the process was changed, or is about to be. */
  readonly mutating: boolean
  /** It stood still on its way here: what it checked before, it checked then. */
  readonly stoodStill: boolean
}

type Point = Omit<CutPoint, 'replica' | 'stoodStill'>

export type Cut =
  { readonly kind: 'go' } | { readonly kind: 'die' } | { readonly kind: 'pause'; readonly ms: number }

/** What a process sees of itself after its end. */
class Died extends Error {}

export interface ReplicaParts {
  readonly name: string
  readonly parts: Parts
  readonly cloud: SimulatedCloud
  readonly time: VirtualTime
  readonly fate: (point: CutPoint) => Cut
  readonly latencyMs: () => number
  readonly readLatencyMs: () => number
  readonly onFault: (error: unknown) => void
}

/** One engine process: the real loop on the shared store, with a connection of its own to the cloud. */
export class Replica {
  private loop: Loop | null = null
  private dead = false
  private thawed: Promise<void> | null = null
  private sending: string | null = null
  private lease: Lease | null = null
  deaths = 0

  constructor(private readonly given: ReplicaParts) {}

  get name(): string {
    return this.given.name
  }

  get isUp(): boolean {
    return !this.dead && this.thawed === null
  }

  start(): void {
    this.dead = false
    const life = { over: false }
    const loop = new Loop(this.mortalParts(life), {
      fault: (_scope, error) => void (error instanceof Died || this.given.onFault(error)),
    })
    this.loop = loop
    this.end = () => {
      life.over = true
      void loop.stop()
    }
    loop.start()
  }

  /** Ends the process at this instant; nothing of it goes on. */
  die(): void {
    if (this.dead) return
    this.dead = true
    this.deaths += 1
    this.end()
  }

  async stop(): Promise<void> {
    await this.loop?.stop()
  }

  /** The process stands still, its timers and everything else, until it is woken. */
  pause(ms: number): void {
    if (this.thawed) return
    this.thawed = this.given.time.sleep(ms).then(() => {
      this.thawed = null
    })
  }

  private end: () => void = () => undefined

  private mortalParts(life: { over: boolean }): Parts {
    const { parts, cloud, time, latencyMs, readLatencyMs } = this.given
    const pass = (point: Point) => this.pass(point, life)
    const clients = inProcessClients({
      dispatcher: cloud.dispatcher,
      sleep: (ms) => time.sleep(ms),
      latencyMs,
      readLatencyMs,
      onTheWire: (action) => pass({ label: `${action} signed`, operationId: this.sending, mutating: true }),
    })
    const { clock, timings } = parts
    const { metricPeriodSec } = timings
    const direct = makeCloud(clients, { clock, metricPeriodSec })
    const bakes = makeBakeCloud(clients, () => clock.now())
    const images = makeImageCloud(clients, () => clock.now())
    const alive = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      if (this.isHeldUp(life)) await this.live(life)
      const result = await work()
      if (this.isHeldUp(life)) await this.live(life)
      return result
    }
    const perform =
      (send: Parts['cloud']['perform']): Parts['cloud']['perform'] =>
      (call, beforeSend, signal) =>
        alive(async () => {
          const answer = await send(
            call,
            () => {
              if (life.over) throw new Died()
              beforeSend()
            },
            signal,
          )
          await pass({ label: `${callLabel(call)} answered`, operationId: this.sending, mutating: true })
          return answer
        })
    const looks = new Looks(timings)
    return {
      ...parts,
      looks,
      store: this.mortalStore(parts.store, life, alive, pass),
      cloud: {
        observe: (query, signal) => alive(() => direct.observe(query, signal)),
        perform: perform((...args) => direct.perform(...args)),
        consoleOutput: (id) => direct.consoleOutput(id),
      },
      prober: { probe: (request, signal) => alive(() => parts.prober.probe(request, signal)) },
      bakeCloud: {
        ...bakes,
        observeBake: (bake) => alive(() => bakes.observeBake(bake)),
        perform: perform((...args) => bakes.perform(...args)),
      },
      imageCloud: {
        ...images,
        references: () => alive(() => images.references()),
        observeImage: (...args) => alive(() => images.observeImage(...args)),
        perform: perform((...args) => images.perform(...args)),
      },
      lister: makeAccountLister(clients.readers, { clock, looks }),
      account: makeAccountReader(clients, {
        clock,
        metricPeriodSec,
        looks,
        meter: {
          counts: () => ({ perMinute: {}, throttled: 0, total: 0 }),
        },
      }),
    }
  }

  private mortalStore(
    store: Store,
    life: { over: boolean },
    alive: <Result>(work: () => Promise<Result>) => Promise<Result>,
    pass: (point: Point) => Promise<void>,
  ): Store {
    const mortal: Partial<Store> = {
      claim: (scope, holder, leaseMs) =>
        alive(() => {
          // One each second for whatever is held: the commonest thing of all, which is asked about without a promise.
          this.cut({ label: 'claim', operationId: null, mutating: false }, false)
          const claim = () => store.claim(scope, holder, leaseMs)
          return this.isHeldUp(life) ? this.live(life).then(claim) : claim()
        }),
      release: (lease) => alive(() => store.release(lease)),
      clusterNames: () => alive(() => store.clusterNames()),
      activeBakeIds: () => alive(() => store.activeBakeIds()),
      retiringImageIds: () => alive(() => store.retiringImageIds()),
      loadBake: (id) => alive(() => store.loadBake(id)),
      loadCluster: (name) => alive(() => store.loadCluster(name)),
      saveWait: (lease, what) => alive(() => store.saveWait(lease, what)),
      commitTurn: (lease, version, change) =>
        alive(async () => {
          this.lease = lease
          const operationId = operationOf(change)
          const label = changeLabel(change)
          this.sending = operationId
          await pass({ label: `${label} not recorded`, operationId, mutating: true })
          await store.commitTurn(lease, version, change)
          await pass({ label: `${label} recorded`, operationId, mutating: true })
        }),
      answerIntent: (lease, id, answer, change) =>
        alive(async () => {
          await pass({
            label: `answer (${answer.answered}) not recorded`,
            operationId: this.sending,
            mutating: true,
          })
          await store.answerIntent(lease, id, answer, change)
          await pass({
            label: `answer (${answer.answered}) recorded`,
            operationId: this.sending,
            mutating: true,
          })
        }),
    }
    return Object.assign(Object.create(store) as Store, mortal, {
      onChange: (listener: (scope: string, seq: number) => void) => store.onChange(listener),
    })
  }

  /** The lease under which it last wrote. */
  get lastLease(): Lease | null {
    return this.lease
  }

  /** Nearly always false: then nothing is awaited, because a simulated day asks a hundred thousand times. */
  private isHeldUp(life: { over: boolean }): boolean {
    return life.over || this.thawed !== null
  }

  private async live(life: { over: boolean }): Promise<void> {
    if (life.over) throw new Died()
    while (this.thawed) await this.thawed
    if (life.over) throw new Died()
  }

  private async pass(point: Point, life: { over: boolean }): Promise<void> {
    const stoodStill = this.isHeldUp(life)
    if (stoodStill) await this.live(life)
    this.cut(point, stoodStill)
    if (this.isHeldUp(life)) await this.live(life)
  }

  private cut(point: Point, stoodStill: boolean): void {
    const cut = this.given.fate({ ...point, replica: this.name, stoodStill })
    if (cut.kind === 'pause') this.pause(cut.ms)
    else if (cut.kind === 'die') this.die()
  }
}
