import { waitAfter, type TryOutcome } from '../domain/delivery.js'
import { everyScope } from '../engine/ports.js'
import type { Store } from '../engine/ports.js'
import type { Outbox, Sender, TakenDelivery } from '../engine/ports-channels.js'
import type { JobLog } from './job-log.js'

export interface DeliveryLog extends JobLog {
  /** A delivery was given up, or a channel went off because its receiver asked for it. */
  givenUp(delivery: { readonly id: string; readonly channel: string; readonly answer: string }): void
}

export interface DeliveryTimings {
  /** How often the outbox is looked at without a hint. */
  readonly everyMs: number
  /** How long a delivery is one worker's; longer than a try may take. */
  readonly leaseMs: number
}

const usual: DeliveryTimings = { everyMs: 2000, leaseMs: 30_000 }
/** Deliveries that are under way at once in one process. */
const atOnce = 8

/**
 * Delivers what is in the outbox: at least once each, in no promised order. Any number of replicas run one; a delivery that a
 * dead one had begun is tried again when its lease is over, under the same id.
 */
export class Deliveries {
  private readonly worker: string
  private readonly running = new Set<Promise<void>>()
  private readonly stopping = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private taking: Promise<void> | null = null
  private again = false
  private stopListening: (() => void) | undefined

  constructor(
    private readonly parts: {
      readonly outbox: Outbox
      readonly sender: Sender
      readonly store: Pick<Store, 'onChange'>
      readonly newId: () => string
      readonly random?: () => number
    },
    private readonly log: DeliveryLog,
    private readonly timings: DeliveryTimings = usual,
  ) {
    this.worker = parts.newId()
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), this.timings.everyMs)
    this.timer.unref()
    // Waits and views change all the time and put nothing into the outbox.
    this.stopListening = this.parts.store.onChange((scope, seq) => {
      if (seq > 0 || scope === everyScope) this.wake()
    })
    this.wake()
  }

  /** What is under way is broken off and put back: it is tried again by whoever comes next. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.stopListening?.()
    this.stopping.abort()
    await this.taking
    await Promise.all(this.running)
  }

  /** Looks at the outbox now; one look at a time. */
  private wake(): void {
    if (this.stopping.signal.aborted) return
    if (this.taking) {
      this.again = true
      return
    }
    this.again = false
    this.taking = this.takeAll()
      .catch((error: unknown) => this.log.fault('deliveries', error))
      .finally(() => {
        this.taking = null
        if (this.again) this.wake()
      })
  }

  private async takeAll(): Promise<void> {
    const { outbox } = this.parts
    const begunMs = performance.now()
    while (!this.stopping.signal.aborted && this.running.size < atOnce) {
      const taken = await outbox.take(this.worker, atOnce - this.running.size, this.timings.leaseMs)
      this.log.looked('deliveries', performance.now() - begunMs)
      if (taken.length === 0) return
      for (const delivery of taken) this.begin(delivery)
    }
  }

  private begin(delivery: TakenDelivery): void {
    const work: Promise<void> = this.deliver(delivery)
      .catch((error: unknown) => this.log.fault('deliveries', error))
      .finally(() => {
        this.running.delete(work)
        this.wake()
      })
    this.running.add(work)
  }

  private async deliver(delivery: TakenDelivery): Promise<void> {
    const { outbox, sender, random = Math.random } = this.parts
    const outcome = await this.tryOnce(delivery, sender)
    if (outcome.kind !== 'delivered' && this.stopping.signal.aborted)
      return outbox.putBack(this.worker, delivery.id)
    const retryAfterMs = outcome.kind === 'failed' ? outcome.retryAfterMs : null
    const waitMs = waitAfter(delivery.tries, random(), retryAfterMs)
    const end = await outbox.settle(this.worker, delivery.id, outcome, waitMs)
    if (end === 'givenUp')
      this.log.givenUp({ id: delivery.id, channel: delivery.channelName, answer: outcome.answer })
  }

  private async tryOnce(delivery: TakenDelivery, sender: Sender): Promise<TryOutcome> {
    const { door } = delivery
    if (door) return sender.send({ ...delivery, door }, this.stopping.signal)
    const answer = 'its address can’t be read: the session secret was changed since; add the channel anew'
    return { kind: 'failed', answer, retryAfterMs: null }
  }
}
