import type { ClusterState } from '../domain/cluster-state.js'
import type { Observed } from '../domain/observation.js'
import { pageQuery } from './cluster-query.js'
import type { Parts } from './parts.js'

/** What pages show of AWS: one read for any number of viewers, never used for a decision. */
interface Entry {
  readonly version: number
  readonly at: number
  readonly seen: Promise<Observed>
}

const caches = new WeakMap<Parts, Map<string, Entry>>()

/** How many viewers' reads are saved: a page is at most this old. */
const defaultMaxAgeMs = 2000

/** The cluster as AWS showed it at most `maxAgeMs` ago. A change in our records asks AWS anew. */
export function seenForPages(
  parts: Parts,
  state: ClusterState,
  maxAgeMs = defaultMaxAgeMs,
): Promise<Observed> {
  const cache = caches.get(parts) ?? new Map<string, Entry>()
  caches.set(parts, cache)
  const { name, version } = state.cluster
  const held = cache.get(name)
  if (held && held.version === version && performance.now() - held.at <= maxAgeMs) return held.seen
  const at = parts.clock.now()
  const seen = parts.cloud
    .observe(pageQuery(state, at, parts.timings), AbortSignal.timeout(10_000))
    .then((observed) => ({ ...observed, at }))
  cache.set(name, { version, at: performance.now(), seen })
  seen.catch(() => cache.delete(name))
  return seen
}
