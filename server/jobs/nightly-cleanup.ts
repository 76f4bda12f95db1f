import { planCleanup } from '../engine/cleanup.js'
import { HeldLease } from '../engine/held-lease.js'
import { nightEndedBefore } from '../domain/morning.js'
import type { Actor } from '../domain/operation.js'
import type { Parts } from '../engine/parts.js'
import { recordedCleanup } from '../engine/recorded-cleanup.js'
import type { RunKeeper } from '../engine/recorded-run.js'
import { mayStartIn } from '../engine/restrained.js'
import type { JobLog } from './job-log.js'

const actor: Actor = { name: 'nightly cleanup', via: 'job' }

/** How often it is asked whether a morning has come. */
const everyMs = 20_000

/**
 * Runs the cleanup when a cluster's morning has come: once for each morning, on one replica, and whenever something has
 * expired since (a diagnosis window ends at any hour).
 */
export class NightlyCleanup {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  private lastMornings = new Map<string, string>()

  constructor(
    private readonly parts: Parts,
    private readonly keeper: RunKeeper,
    private readonly log: JobLog,
  ) {}

  start(intervalMs = everyMs): void {
    this.timer = setInterval(() => {
      this.running = this.running
        .then(() => this.tick())
        .catch((error: unknown) => this.log.fault('cleanup', error))
    }, intervalMs)
    this.timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.running
  }

  /** One look at the clock. */
  async tick(): Promise<void> {
    const lease = await HeldLease.claim(this.parts.store, 'job:cleanup', this.keeper.replica)
    if (!lease) return
    const begunMs = performance.now()
    try {
      const mornings = await this.newMornings()
      const due = mornings.size > 0 || (await this.somethingExpired())
      if (!due) return this.log.looked('cleanup', performance.now() - begunMs)
      const plan = await planCleanup(this.parts)
      if (mornings.size > 0 || plan.groups.some((group) => group.verdict === 'goes'))
        await recordedCleanup(this.parts, this.keeper, actor)
      for (const [cluster, morning] of mornings) this.lastMornings.set(cluster, morning)
      this.log.looked('cleanup', performance.now() - begunMs)
    } finally {
      await lease.release()
    }
  }

  /** Clusters whose morning has come since the last look; the first look after a start only takes note of older ones. */
  private async newMornings(): Promise<ReadonlyMap<string, string>> {
    const now = this.parts.clock.now()
    const found = new Map<string, string>()
    const [last] = await this.parts.history.cleanupRuns({ limit: 1 })
    for (const cluster of await this.parts.history.clusters()) {
      const { morning } = nightEndedBefore(cluster.policy, now)
      const known = this.lastMornings.get(cluster.name)
      if (known === morning.toISOString()) continue
      if (known === undefined && (last?.startedAt ?? cluster.createdAt) >= morning) {
        this.lastMornings.set(cluster.name, morning.toISOString())
        continue
      }
      if (cluster.createdAt < morning) found.set(cluster.name, morning.toISOString())
      else this.lastMornings.set(cluster.name, morning.toISOString())
    }
    return found
  }

  private async somethingExpired(): Promise<boolean> {
    const now = this.parts.clock.now()
    for (const { cluster, groups } of await this.parts.history.clusterStates()) {
      const expired = groups.some(
        (group) =>
          ['warm', 'rejected', 'failed', 'lost'].includes(group.role) &&
          group.expiresAt !== null &&
          group.expiresAt <= now,
      )
      // What a hold keeps is looked at again once that is over, and not every few seconds until then.
      if (expired && (await mayStartIn(this.parts, 'cleanup', cluster.name)).obstacles.length === 0)
        return true
    }
    return false
  }
}
