import { Fenced, type Lease, type Store } from './ports.js'

/** How long a claim lasts, and how often its holder renews it. */
const leaseMs = 4000
const renewMs = 1000
/** The holder stops this long before the database would let another in. */
const marginMs = 1000

/** A lease that renews itself while it is held. `check` is asked after signing and before the socket. */
export class HeldLease {
  private timer: NodeJS.Timeout | undefined
  private renewing: Promise<void> = Promise.resolve()
  private readonly aborter = new AbortController()

  private constructor(
    private readonly store: Pick<Store, 'claim' | 'release'>,
    private lease: Lease,
  ) {}

  static async claim(
    store: Pick<Store, 'claim' | 'release'>,
    scope: string,
    holder: string,
  ): Promise<HeldLease | null> {
    const lease = await store.claim(scope, holder, leaseMs)
    if (!lease) return null
    const held = new HeldLease(store, lease)
    held.timer = setInterval(() => {
      held.renewing = held.renew()
    }, renewMs)
    held.timer.unref()
    return held
  }

  get current(): Lease {
    return this.lease
  }

  /** Aborted when the lease is lost. */
  get signal(): AbortSignal {
    return this.aborter.signal
  }

  /** Throws Fenced once the lease may have run out, by the monotonic clock or the wall clock, whichever is earlier. */
  check = (): void => {
    if (
      performance.now() >= this.lease.deadline - marginMs ||
      Date.now() >= this.lease.wallDeadline - marginMs
    )
      throw new Fenced('lease')
  }

  async release(): Promise<void> {
    clearInterval(this.timer)
    // A renewal on its way would take the lease again after it was given up.
    await this.renewing
    await this.store.release(this.lease).catch(() => undefined)
  }

  private async renew(): Promise<void> {
    try {
      const renewed = await this.store.claim(this.lease.scope, this.lease.holder, leaseMs)
      if (renewed?.epoch === this.lease.epoch) this.lease = renewed
      else this.lose()
    } catch {
      // The database did not answer: the deadline decides, not this failure.
    }
  }

  private lose(): void {
    clearInterval(this.timer)
    this.aborter.abort(new Fenced('lease'))
  }
}
