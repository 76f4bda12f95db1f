interface Timer {
  at: number
  order: number
  run: (() => void) | null
  /** For intervals: when it fires next. */
  readonly everyMs: number | null
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  performanceNow: performance.now.bind(performance),
}

/** More turns within one instant than everything together ever needs. */
const mostInstants = 20_000

/**
 * One clock for everything in this process: timers, `Date`, `performance.now`. Time passes only in `runUntil`, from one due
 * timer to the next, and never while code runs; between two of them every promise that can settle does. Its timers are a
 * heap, because a simulated day has a million of them.
 */
export class VirtualTime {
  private readonly heap: Timer[] = []
  private orders = 0
  private nowMs: number
  private settled = 0
  private instants = 0
  private instantMs = 0

  constructor(start: Date) {
    this.nowMs = start.getTime()
  }

  get now(): number {
    return this.nowMs
  }

  /** Replaces the globals; the answer puts them back. */
  install(): () => void {
    const RealDate = real.Date
    const current = () => this.nowMs
    class VirtualDate extends RealDate {
      constructor(...args: unknown[]) {
        super(...((args.length === 0 ? [current()] : args) as [number]))
      }
      static override now(): number {
        return current()
      }
    }
    const start = (run: () => void, ms = 0, everyMs: number | null = null) =>
      new Handle(this.push(this.nowMs + Math.max(0, ms || 0), run, everyMs))
    const stop = (handle: unknown) => {
      if (handle instanceof Handle) handle.close()
    }
    Object.assign(globalThis, {
      Date: VirtualDate,
      setTimeout: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        start(() => run(...args), ms),
      setInterval: (run: () => void, ms = 0) => start(run, ms, Math.max(1, ms)),
      setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => start(() => run(...args)),
      clearTimeout: stop,
      clearInterval: stop,
      clearImmediate: stop,
    })
    Object.defineProperty(performance, 'now', { value: current, configurable: true, writable: true })
    return () => {
      const { performanceNow, ...globals } = real
      Object.assign(globalThis, globals)
      Object.defineProperty(performance, 'now', { value: performanceNow, configurable: true, writable: true })
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.push(this.nowMs + ms, resolve, null))
  }

  /** Lets time pass until `done` holds (looked at after each instant) or the moment has come. */
  async runUntil(moment: number, done: () => boolean = () => false): Promise<void> {
    await this.settle()
    while (!done()) {
      const next = this.peek()
      if (!next || next.at > moment) {
        this.nowMs = Math.max(this.nowMs, moment)
        return
      }
      this.nowMs = Math.max(this.nowMs, next.at)
      this.standsStill()
      this.fireInstant()
      await this.settle()
    }
  }

  /** Time that passes while every process sleeps: timers that came due meanwhile fire once, all at the end. */
  async jump(ms: number): Promise<void> {
    this.nowMs += ms
    for (const timer of this.heap) {
      if (timer.at < this.nowMs) timer.at = this.nowMs
    }
    this.heap.sort((a, b) => a.at - b.at || a.order - b.order)
    await this.runUntil(this.nowMs)
  }

  /** Something that asks again and again without waiting would keep the world in one instant for ever. */
  private standsStill(): void {
    this.instants = this.nowMs === this.instantMs ? this.instants + 1 : 0
    this.instantMs = this.nowMs
    if (this.instants > mostInstants)
      throw new Error(
        `P14 does not hold at ${new Date(this.nowMs).toISOString()}: something is asked for ever without a pause`,
      )
  }

  private fireInstant(): void {
    for (let next = this.peek(); next && next.at <= this.nowMs; next = this.peek()) {
      this.pop()
      const { run, everyMs } = next
      if (!run) continue
      if (everyMs !== null) {
        next.at = this.nowMs + everyMs
        next.order = this.orders++
        this.sink(next)
      }
      run()
    }
  }

  /**
   * Every promise that can settle without time passing does: Node runs a tick that a promise asks for once no other promise
   * is left to run. Now and then the machine's own events get their turn.
   */
  private settle(): Promise<void> {
    this.settled += 1
    if (this.settled % 5000 === 0) return new Promise((resolve) => real.setImmediate(resolve))
    return new Promise((resolve) => process.nextTick(resolve))
  }

  private push(at: number, run: () => void, everyMs: number | null): Timer {
    const timer: Timer = { at, order: this.orders++, run, everyMs }
    this.sink(timer)
    return timer
  }

  private peek(): Timer | undefined {
    while (this.heap[0] && !this.heap[0].run) this.pop()
    return this.heap[0]
  }

  private sink(timer: Timer): void {
    const { heap } = this
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]!
      if (isBefore(above, timer)) break
      heap[at] = above
      at = parent
    }
    heap[at] = timer
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (isBefore(last, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** What callers of timers do with them in Node: nothing that matters here. */
class Handle {
  constructor(readonly timer: Timer) {}
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  refresh(): this {
    return this
  }
  close(): this {
    this.timer.run = null
    return this
  }
  [Symbol.toPrimitive](): number {
    return this.timer.order
  }
  [Symbol.dispose](): void {
    this.timer.run = null
  }
}
