import { nightEndedBefore } from '../domain/morning.js'
import type { Actor } from '../domain/operation.js'
import { planCleanup, runCleanup } from '../engine/cleanup.js'
import type { Parts } from '../engine/parts.js'
import { cleanupDid } from '../engine/recorded-cleanup.js'
import { mayStartIn } from '../engine/restrained.js'
import type { PeriodicWork } from './periodic-job.js'

const itself: Actor = { name: 'nightly cleanup', via: 'job' }

/**
 * Runs the cleanup when a cluster's morning has come: once for each morning, on one replica, and whenever something has
 * expired since (a diagnosis window ends at any hour).
 */
export function cleanupWork(parts: Parts): PeriodicWork {
  const mornings = new Mornings(parts)
  return {
    name: 'cleanup',
    lookEveryMs: 20_000,
    busy: 'The cleanup runs at this moment. Nothing more was done; look at the jobs in a few seconds.',
    async isDue() {
      if ((await mornings.newOnes()).size > 0) return true
      if (!(await hasExpired(parts))) return false
      return (await planCleanup(parts)).groups.some(({ verdict }) => verdict === 'goes')
    },
    async run(_lease, actor) {
      const come = await mornings.newOnes()
      const result = await runCleanup(parts, actor ?? itself)
      mornings.note(come)
      const did = cleanupDid(result)
      return { did, resultId: result.runId, result: did }
    },
  }
}

/** Which mornings a cleanup has been run for, or came before this process began. */
class Mornings {
  private readonly last = new Map<string, string>()

  constructor(private readonly parts: Parts) {}

  note(mornings: ReadonlyMap<string, string>): void {
    for (const [cluster, morning] of mornings) this.last.set(cluster, morning)
  }

  /** Clusters whose morning has come since the last look; the first look after a start only takes note of older ones. */
  async newOnes(): Promise<ReadonlyMap<string, string>> {
    const now = this.parts.clock.now()
    const found = new Map<string, string>()
    const [last] = await this.parts.history.cleanupRuns({ limit: 1 })
    for (const cluster of await this.parts.history.clusters()) {
      const { morning } = nightEndedBefore(cluster.policy, now)
      const known = this.last.get(cluster.name)
      if (known === morning.toISOString()) continue
      if (known === undefined && (last?.startedAt ?? cluster.createdAt) >= morning) {
        this.last.set(cluster.name, morning.toISOString())
        continue
      }
      if (cluster.createdAt < morning) found.set(cluster.name, morning.toISOString())
      else this.last.set(cluster.name, morning.toISOString())
    }
    return found
  }
}

async function hasExpired(parts: Parts): Promise<boolean> {
  const now = parts.clock.now()
  for (const { cluster, groups } of await parts.history.clusterStates()) {
    const expired = groups.some(
      (group) =>
        ['warm', 'rejected', 'failed', 'lost'].includes(group.role) &&
        group.expiresAt !== null &&
        group.expiresAt <= now,
    )
    // What a hold keeps is looked at again once that is over, and not every few seconds until then.
    if (expired && (await mayStartIn(parts, 'cleanup', cluster.name)).obstacles.length === 0) return true
  }
  return false
}
