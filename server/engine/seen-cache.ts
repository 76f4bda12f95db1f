import type { ClusterState } from '../domain/cluster-state.js'
import type { Observed } from '../domain/observation.js'
import { pageQuery } from './cluster-query.js'
import { readsOfLook } from './look-budget.js'
import type { Looks } from './looks.js'
import type { Parts } from './parts.js'

/** What pages show of AWS: one read for any number of viewers, never used for a decision. */
interface Entry {
  readonly version: number
  readonly at: number
  readonly seen: Promise<Observed>
}

const caches = new WeakMap<Looks, Map<string, Entry>>()

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
  const entries = cacheOf(parts)
  const { name, version } = state.cluster
  const held = entries.get(name)
  if (held && held.version === version && performance.now() - held.at <= maxAgeMs) return held.seen
  if (!parts.looks.pages.take(readsOfLook(state.groups.length)))
    return held?.seen ?? Promise.reject(new LooksUsedUp())
  const at = parts.clock.now()
  const seen = parts.cloud
    .observe(pageQuery(state, at, parts.timings), AbortSignal.timeout(10_000))
    .then((observed) => noted(parts, { ...observed, at }))
  entries.set(name, { version, at: performance.now(), seen })
  seen.catch(() => entries.delete(name))
  return seen
}

/** What the engine saw is what pages show from then on: they are never behind it, and it costs them nothing. */
export function rememberSeen(parts: Parts, { cluster }: ClusterState, seen: Observed): void {
  const { name, version } = cluster
  cacheOf(parts).set(name, { version, at: performance.now(), seen: Promise.resolve(noted(parts, seen)) })
}

/** The reads of AWS that pages may cost are used up for now. */
class LooksUsedUp extends Error {
  constructor() {
    super('Many pages are open: AWS is looked at for this one in a moment.')
    this.name = 'LooksUsedUp'
  }
}

/** A look at the account need not ask again for targets that were seen so. */
function noted({ looks }: Parts, seen: Observed): Observed {
  for (const { targetGroupArn, targets } of seen.groups.values())
    if (targetGroupArn !== null) looks.sawTargets(targetGroupArn, { targets, at: seen.at })
  return seen
}

/** One for all that share these looks, whoever reads: what AWS shows of a cluster is the same for each. */
function cacheOf({ looks }: Parts): Map<string, Entry> {
  const known = caches.get(looks) ?? new Map<string, Entry>()
  caches.set(looks, known)
  return known
}
