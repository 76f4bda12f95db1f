import { randomUUID } from 'node:crypto'
import { NewerRecords } from '../domain/newer-records.js'
import type { ScopeLook } from '../domain/replica.js'
import { noSightings, type Sightings } from '../domain/sightings.js'
import { advanceBake } from './advance-bake.js'
import { advanceImage } from './advance-image.js'
import { advanceCluster } from './advance-cluster.js'
import { HeldLease } from './held-lease.js'
import { readsOfLook } from './look-budget.js'
import type { Parts } from './parts.js'
import { everyScope, Fenced } from './ports.js'

/** What the loop says to whoever logs. */
export interface LoopLog {
  fault(scope: string, error: unknown): void
}

interface WatchedScope {
  sightings: Sightings
  nextLookAt: number
  running: boolean
  /** Something was written about it while its turn ran. */
  woken: boolean
  faults: number
  /** Its records have been read and understood; until then it is not claimed. */
  understood: boolean
  /** Nothing is under way in it, as far as its last turn or its records say: its look can wait for its share of reads. */
  calm: boolean
  /** What a look at it costs. */
  reads: number
  /** Has let replicas that hold less come first, since something new was written. */
  waitedForOthers: boolean
  /** The last turn of this replica; null before the first. */
  look: { readonly endedMs: number; readonly tookMs: number; readonly fault: string | null } | null
  /** After the last turn, how soon another one was due. */
  everyMs: number
}

const maxParallel = 8
/**
 * A scope that sleeps longer gives its lease up, so that another replica may take it. One that is polled keeps it: what a
 * holder has seen several times in a row would begin anew with the next.
 */
const shortestKeptMs = 3000
/** How often it is looked whether what a newer version wrote is understood by now. */
const newerMs = 2000

/**
 * Advances every cluster, bake and image that is being retired of this database: takes the lease of whatever is due, runs turns until it waits, gives
 * the lease up for long waits. Woken by what others write; a poll of the names finds what a lost notification missed.
 */
export class Loop {
  private readonly scopes = new Map<string, WatchedScope>()
  /** As whom the leases know this replica. */
  readonly holder = randomUUID()
  private readonly leases = new Map<string, HeldLease>()
  private running = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | undefined
  private namesAt = 0
  private stopped = false
  private ticking = false
  private stopListening: (() => void) | undefined
  private turnedMs = performance.now()
  /** Until then there are not enough reads for looks at what is calm. */
  private calmFrom = 0
  /** Scopes that a newer version wrote what this one does not understand into, and what that is. */
  readonly leftAlone = new Map<string, string>()

  constructor(
    private readonly parts: Parts,
    private readonly log: LoopLog,
  ) {}

  /** How long ago it last went round. */
  get roundAgoMs(): number {
    return performance.now() - this.turnedMs
  }

  /** What this replica last looked at, of what it has looked at. */
  looks(): readonly ScopeLook[] {
    const calmRoundMs = this.calmRoundMs()
    return [...this.scopes].flatMap(([scope, { look, everyMs, calm }]) =>
      look
        ? [
            {
              scope,
              agoMs: Math.round(performance.now() - look.endedMs),
              tookMs: Math.round(look.tookMs),
              everyMs: Math.round(calm ? Math.max(everyMs, calmRoundMs) : everyMs),
              held: this.leases.has(scope),
              fault: look.fault,
            },
          ]
        : [],
    )
  }

  /** How long it takes to look at all that is calm within its share of reads. */
  private calmRoundMs(): number {
    const reads = [...this.scopes.values()].reduce((sum, each) => sum + (each.calm ? each.reads : 0), 0)
    return this.parts.looks.calm.msFor(reads)
  }

  start(): void {
    this.stopListening = this.parts.store.onChange((scope) => this.wake(scope))
    this.arm(0)
  }

  /** Finishes the turns that run and gives every lease up. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    this.stopListening?.()
    await Promise.allSettled([...this.running])
    await Promise.allSettled([...this.leases.values()].map((lease) => lease.release()))
  }

  private get keepLeaseMs(): number {
    return Math.max(shortestKeptMs, 2 * this.parts.timings.pollMs)
  }

  private wake(scope: string): void {
    if (scope === everyScope) {
      this.namesAt = 0
      for (const [name, scope] of this.scopes) {
        this.wake(name)
        // What is under way in it is read anew.
        scope.understood = false
      }
      return
    }
    // What is shown of a scope, or only the log, changed: nothing to advance.
    if (scope === 'log' || scope.startsWith('view:')) return
    const known = this.scopes.get(scope)
    if (known) {
      known.nextLookAt = 0
      known.woken = true
      known.calm = false
      known.waitedForOthers = false
    } else this.namesAt = 0
    this.arm(0)
  }

  /** Sleeps until something is due. */
  private arm(delayMs: number): void {
    if (this.stopped || this.ticking) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.tick(), delayMs)
  }

  private armForNextDue(): void {
    const idle = [...this.scopes.values()].filter((scope) => !scope.running)
    const free = this.running.size < maxParallel
    const due = Math.min(this.namesAt, ...(free ? idle.map((scope) => this.dueAt(scope)) : []))
    this.arm(Math.max(0, due - performance.now()))
  }

  private async tick(): Promise<void> {
    this.ticking = true
    try {
      await this.runDue()
    } finally {
      this.ticking = false
      this.armForNextDue()
    }
  }

  private async runDue(): Promise<void> {
    const now = performance.now()
    if (now >= this.namesAt) {
      this.namesAt = now + 2 * this.parts.timings.claimEveryMs
      await this.readNames().catch((error: unknown) => this.log.fault('loop', error))
    }
    this.turnedMs = performance.now()
    for (const [name, scope] of this.inOrder()) {
      if (this.stopped || this.running.size >= maxParallel) return
      if (scope.running || this.dueAt(scope) > performance.now()) continue
      const turns = this.runScope(name, scope)
      this.running.add(turns)
      void turns.finally(() => {
        this.running.delete(turns)
        this.armForNextDue()
      })
    }
  }

  /** What has waited longest comes first: whoever waits for reads is not passed over. */
  private inOrder(): readonly (readonly [string, WatchedScope])[] {
    const now = performance.now()
    return [...this.scopes]
      .filter(([, scope]) => scope.nextLookAt <= now)
      .sort(([, a], [, b]) => a.nextLookAt - b.nextLookAt)
  }

  private dueAt({ nextLookAt, calm }: WatchedScope): number {
    return calm ? Math.max(nextLookAt, this.calmFrom) : nextLookAt
  }

  /** False where the reads for looks at what is calm are used up; it is then due as soon as there are enough. */
  private mayLook({ calm, reads }: WatchedScope): boolean {
    const budget = this.parts.looks.calm
    if (!calm || budget.take(reads)) return true
    this.calmFrom = performance.now() + budget.msUntil(reads)
    return false
  }

  private async readNames(): Promise<void> {
    const { store } = this.parts
    const [clusters, bakes, images] = await Promise.all([
      store.clusterNames(),
      store.activeBakeIds(),
      store.retiringImageIds(),
    ])
    const names = new Set([
      ...clusters.map((name) => `cluster:${name}`),
      ...bakes.map((id) => `bake:${id}`),
      ...images.map((id) => `image:${id}`),
    ])
    for (const name of names)
      if (!this.scopes.has(name))
        this.scopes.set(name, {
          sightings: noSightings,
          nextLookAt: 0,
          running: false,
          woken: false,
          faults: 0,
          understood: false,
          calm: false,
          reads: readsOfLook(1),
          waitedForOthers: false,
          look: null,
          everyMs: 0,
        })
    for (const [name, scope] of this.scopes) {
      if (names.has(name) || scope.running) continue
      this.scopes.delete(name)
      this.leftAlone.delete(name)
      await this.giveUp(name)
    }
  }

  private async runScope(name: string, scope: WatchedScope): Promise<void> {
    scope.running = true
    scope.woken = false
    try {
      if (this.letsOthersFirst(name, scope)) return
      if (!scope.understood) await this.understand(name, scope)
      if (!this.mayLook(scope)) return
      const lease = await this.leaseOf(name)
      if (!lease) {
        scope.sightings = noSightings
        scope.nextLookAt = performance.now() + this.parts.timings.claimEveryMs
        return
      }
      const lookAgainMs = await this.turn(name, scope, lease)
      scope.faults = 0
      scope.everyMs = lookAgainMs ?? this.parts.timings.stewardMs
      scope.nextLookAt = scope.woken ? 0 : performance.now() + scope.everyMs
      if (!scope.woken && (lookAgainMs === null || lookAgainMs > this.keepLeaseMs)) await this.giveUp(name)
    } catch (error) {
      await this.failed(name, scope, error)
    } finally {
      scope.running = false
    }
  }

  /** All replicas hear of new work at once; who holds more comes a little later, so that it is shared out. */
  private letsOthersFirst(name: string, scope: WatchedScope): boolean {
    const waits = !this.leases.has(name) && !scope.waitedForOthers && this.leases.size > 0
    if (!waits) return false
    scope.waitedForOthers = true
    scope.nextLookAt =
      performance.now() + Math.min(this.parts.timings.claimEveryMs, 100 * Math.sqrt(this.leases.size))
    return true
  }

  /** Throws NewerRecords. */
  private async understand(name: string, scope: WatchedScope): Promise<void> {
    if (name.startsWith('bake:')) await this.parts.store.loadBake(name.slice(5))
    else if (name.startsWith('cluster:')) {
      const state = await this.parts.store.loadCluster(name.slice(8))
      scope.calm = state !== null && state.operations.length === 0
      scope.reads = readsOfLook(state?.groups.length ?? 0)
    }
    scope.understood = true
    this.leftAlone.delete(name)
  }

  private async turn(name: string, scope: WatchedScope, lease: HeldLease): Promise<number | null> {
    const begunMs = performance.now()
    const looked = (fault: unknown) => {
      const endedMs = performance.now()
      scope.look = { endedMs, tookMs: endedMs - begunMs, fault: faultText(fault) }
    }
    try {
      const { lookAgainMs, fault } = await this.advance(name, scope, lease)
      looked(fault)
      return lookAgainMs
    } catch (error) {
      // Another one went on: that is no look, and no fault.
      if (!(error instanceof Fenced)) looked(error)
      throw error
    }
  }

  private async advance(
    name: string,
    scope: WatchedScope,
    lease: HeldLease,
  ): Promise<{ readonly lookAgainMs: number | null; readonly fault?: unknown }> {
    if (name.startsWith('bake:')) return { lookAgainMs: (await advanceBake(this.parts, lease)).lookAgainMs }
    if (name.startsWith('image:')) return { lookAgainMs: (await advanceImage(this.parts, lease)).lookAgainMs }
    const advanced = await advanceCluster(this.parts, lease, name.slice(8), scope.sightings)
    scope.sightings = advanced.sightings
    if (advanced.fault) this.log.fault(name, advanced.fault)
    scope.calm = !scope.woken && advanced.lookAgainMs >= this.parts.timings.stewardMs
    scope.reads = readsOfLook(advanced.groups ?? 0)
    return { lookAgainMs: advanced.lookAgainMs, fault: advanced.fault }
  }

  /** A version that moved on is decided again at once; a fault backs off and ends nothing. */
  private async failed(name: string, scope: WatchedScope, error: unknown): Promise<void> {
    if (error instanceof Fenced && error.lost === 'version') {
      scope.nextLookAt = 0
      return
    }
    if (error instanceof NewerRecords) {
      scope.understood = false
      scope.nextLookAt = performance.now() + newerMs
      if (this.leftAlone.get(name) !== error.message) this.log.fault(name, error)
      this.leftAlone.set(name, error.message)
      await this.giveUp(name)
      return
    }
    if (!(error instanceof Fenced)) this.log.fault(name, error)
    scope.faults += 1
    scope.everyMs = Math.min(30_000, this.parts.timings.pollMs * 2 ** Math.min(scope.faults, 6))
    scope.nextLookAt = performance.now() + scope.everyMs
    await this.giveUp(name)
  }

  private async leaseOf(name: string): Promise<HeldLease | null> {
    const held = this.leases.get(name)
    if (held && !held.signal.aborted) return held
    const lease = await HeldLease.claim(this.parts.store, name, this.holder)
    if (lease) this.leases.set(name, lease)
    else this.leases.delete(name)
    return lease
  }

  private async giveUp(name: string): Promise<void> {
    const lease = this.leases.get(name)
    this.leases.delete(name)
    await lease?.release()
  }
}

function faultText(fault: unknown): string | null {
  if (!fault) return null
  return fault instanceof Error ? fault.message : 'something that is no error was thrown'
}
