import { Loop } from '../../server/engine/loop.js'
import type { Parts } from '../../server/engine/parts.js'
import type { Change, Lease } from '../../server/engine/ports.js'
import { callLabel, changeLabel, operationOf } from '../simulation/point-labels.js'

/** What a process sees of itself after its end: nothing of it goes on, and nothing it asks for is answered. */
class Died extends Error {
  constructor(point: string) {
    super(`the process died at: ${point}`)
    this.name = 'Died'
  }
}

/** One place where a process may die: before or after a record, after a request reached AWS, after its answer was kept. */
export interface CrashPoint {
  readonly label: string
  /** The operation that the record or request belongs to; null for the cluster's own. */
  readonly operationId: string | null
}

/** Told of every point before it is passed; resolves to true where this process is to die. */
export type Fate = (point: CrashPoint) => boolean | Promise<boolean>

/**
 * Engine processes one after another on the same records: when one dies, all it held is cut off at that instruction, its
 * leases run out, and the next one with another holder goes on from what was recorded.
 */
export class MortalEngine {
  private loop: Loop | undefined
  private stopped = false
  readonly faults: unknown[] = []
  deaths = 0

  constructor(
    private readonly parts: Parts,
    public fate: Fate = () => false,
  ) {}

  start(): void {
    const life = new Life(this.parts, (point) => this.fate(point))
    const loop = new Loop(life.parts, {
      fault: (_scope, error) => void (error instanceof Died || this.faults.push(error)),
    })
    life.onDeath = () => {
      this.deaths += 1
      void loop.stop()
      void life.letLeasesRunOut().then(() => {
        if (!this.stopped) this.start()
      })
    }
    this.loop = loop
    loop.start()
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.loop?.stop()
  }
}

class Life {
  private died: Died | null = null
  private readonly leases = new Map<string, Lease>()
  onDeath: () => void = () => undefined

  readonly parts: Parts
  /** The operation that the request now under way belongs to. */
  private sending: string | null = null
  private sent = ''

  constructor(
    private readonly inner: Parts,
    private readonly fate: Fate,
  ) {
    this.parts = this.mortal()
  }

  /** The time of a lease passes at once; nothing else about taking over is shortened. */
  async letLeasesRunOut(): Promise<void> {
    await Promise.all([...this.leases.values()].map((lease) => this.inner.store.release(lease)))
  }

  private mortal(): Parts {
    const { store, cloud, bakeCloud } = this.inner
    const alive = <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
      return async (...args: Args): Promise<Result> => {
        this.mustLive()
        const result = await work(...args)
        this.mustLive()
        return result
      }
    }
    const perform = (inner: Parts['cloud']['perform']): Parts['cloud']['perform'] =>
      alive(async (call, beforeSend, signal) => {
        const answer = await inner(
          call,
          () => {
            this.mustLive()
            beforeSend()
          },
          signal,
        )
        this.sent = callLabel(call)
        await this.pass({ label: `${this.sent} sent`, operationId: this.sending })
        return answer
      })
    return {
      ...this.inner,
      store: Object.assign(Object.create(store) as typeof store, {
        claim: alive(async (scope: string, holder: string, leaseMs: number) => {
          const lease = await store.claim(scope, holder, leaseMs)
          if (lease) this.leases.set(scope, lease)
          return lease
        }),
        release: alive((lease: Lease) => store.release(lease)),
        saveWait: alive((lease: Lease, what: Parameters<typeof store.saveWait>[1]) =>
          store.saveWait(lease, what),
        ),
        commitTurn: alive(async (lease: Lease, version: number | null, change: Change) => {
          const operationId = operationOf(change)
          this.sending = operationId
          await this.pass({ label: `${changeLabel(change)} not recorded`, operationId })
          await store.commitTurn(lease, version, change)
          await this.pass({ label: `${changeLabel(change)} recorded`, operationId })
        }),
        answerIntent: alive(async (...args: Parameters<typeof store.answerIntent>) => {
          await store.answerIntent(...args)
          await this.pass({ label: `answer to ${this.sent} recorded`, operationId: this.sending })
        }),
      }),
      cloud: Object.assign(Object.create(cloud) as typeof cloud, {
        perform: perform((...args) => cloud.perform(...args)),
        observe: alive((...args: Parameters<typeof cloud.observe>) => cloud.observe(...args)),
      }),
      bakeCloud: Object.assign(Object.create(bakeCloud) as typeof bakeCloud, {
        perform: perform((...args) => bakeCloud.perform(...args)),
        observeBake: alive((...args: Parameters<typeof bakeCloud.observeBake>) =>
          bakeCloud.observeBake(...args),
        ),
      }),
    }
  }

  private mustLive(): void {
    if (this.died) throw this.died
  }

  private async pass(point: CrashPoint): Promise<void> {
    this.mustLive()
    if (!(await this.fate(point))) return
    this.died = new Died(point.label)
    this.onDeath()
    throw this.died
  }
}
