import type { ClusterState } from '../domain/cluster-state.js'
import type { Observed } from '../domain/observation.js'
import { pageQuery } from './cluster-query.js'
import { LookBudget, readsOfLook } from './look-budget.js'
import type { Parts } from './parts.js'

/** What pages show of AWS: one read for any number of viewers, never used for a decision. */
interface Entry {
  readonly version: number
  readonly at: number
  readonly seen: Promise<Observed>
}

interface Cache {
  readonly entries: Map<string, Entry>
  readonly budget: LookBudget
}

const caches = new WeakMap<Parts, Cache>()

/** How many viewers' reads are saved: a page is at most this old. */
const defaultMaxAgeMs = 2000

/**
 * The cluster as AWS showed it at most `maxAgeMs` ago. A change in our records asks AWS anew. While the reads that pages may
 * cost are used up, what was seen last is shown, which says how old it is; throws where nothing was.
 */
export function seenForPages(
  parts: Parts,
  state: ClusterState,
  maxAgeMs = defaultMaxAgeMs,
): Promise<Observed> {
  const { entries, budget } = cacheOf(parts)
  const { name, version } = state.cluster
  const held = entries.get(name)
  if (held && held.version === version && performance.now() - held.at <= maxAgeMs) return held.seen
  if (!budget.take(readsOfLook(state.groups.length))) return held?.seen ?? Promise.reject(new LooksUsedUp())
  const at = parts.clock.now()
  const seen = parts.cloud
    .observe(pageQuery(state, at, parts.timings), AbortSignal.timeout(10_000))
    .then((observed) => ({ ...observed, at }))
  entries.set(name, { version, at: performance.now(), seen })
  seen.catch(() => entries.delete(name))
  return seen
}

/** What the engine saw is what pages show from then on: they are never behind it, and it costs them nothing. */
export function rememberSeen(parts: Parts, { cluster }: ClusterState, seen: Observed): void {
  const { name, version } = cluster
  cacheOf(parts).entries.set(name, { version, at: performance.now(), seen: Promise.resolve(seen) })
}

/** The reads of AWS that pages may cost are used up for now. */
class LooksUsedUp extends Error {
  constructor() {
    super('Many pages are open: AWS is looked at for this one in a moment.')
    this.name = 'LooksUsedUp'
  }
}

function cacheOf(parts: Parts): Cache {
  const known = caches.get(parts)
  if (known) return known
  const { pageReads: reads, stewardMs: perMs } = parts.timings
  const cache = { entries: new Map<string, Entry>(), budget: new LookBudget({ reads, perMs, most: reads }) }
  caches.set(parts, cache)
  return cache
}
