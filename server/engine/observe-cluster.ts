import type { AccountListing } from '../domain/account-listing.js'
import { activeTraffic, type ClusterState } from '../domain/cluster-state.js'
import type { Observed } from '../domain/observation.js'
import { clusterQuery } from './cluster-query.js'
import type { Parts } from './parts.js'

/**
 * What a turn decides from. The account is listed once a steward's minute for all clusters together, and anew and as a
 * whole when a launch is about to reserve a push number.
 */
export async function observeCluster(
  parts: Parts,
  state: ClusterState,
  at: Date,
  signal: AbortSignal,
): Promise<Observed> {
  const [seen, listing] = await Promise.all([
    parts.cloud.observe(clusterQuery(state, at, parts.timings), signal),
    list(parts, state),
  ])
  return { ...seen, listing }
}

async function list({ lister, timings }: Parts, state: ClusterState): Promise<AccountListing | undefined> {
  const operation = activeTraffic(state)
  const launching = operation?.phase === 'queued' && operation.kind !== 'switchBack'
  if (launching) return lister.list('whole', 0)
  // Nothing is decided from its absence, so that a listing which fails holds up nothing else.
  return lister.list('marked', timings.stewardMs).catch(() => undefined)
}
