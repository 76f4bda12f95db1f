import type { AccountListing } from '../domain/account-listing.js'
import { activeTraffic, type ClusterState } from '../domain/cluster-state.js'
import type { Neighbour, Observed } from '../domain/observation.js'
import { clusterQuery } from './cluster-query.js'
import type { Parts } from './parts.js'
import { rememberSeen } from './seen-cache.js'

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
  const query = clusterQuery(state, at, parts.timings)
  const [seen, listing, neighbours] = await Promise.all([
    // On AWS a load balancer’s name is its address, whatever a tag says.
    parts.cloud.observe({ ...query, address: query.address && parts.place.mode !== 'aws' }, signal),
    list(parts, state),
    query.making ? neighboursOf(parts, state) : undefined,
  ])
  rememberSeen(parts, state, { ...seen, at })
  return { ...seen, listing, ...(neighbours ? { neighbours } : {}) }
}

/** Clusters that stand on the same load balancer, also those whose rule is not made yet. */
export async function neighboursOf(
  { store }: Parts,
  { cluster }: ClusterState,
): Promise<readonly Neighbour[]> {
  const names = (await store.clusterNames()).filter((name) => name !== cluster.name)
  const others = await Promise.all(names.map((name) => store.loadCluster(name)))
  return others.flatMap((other) => {
    if (!other || other.cluster.retired) return []
    const { balancer } = other.cluster.settings
    if (balancer.loadBalancerName !== cluster.settings.balancer.loadBalancerName) return []
    const onListener = balancer.listenerPort === cluster.settings.balancer.listenerPort
    return [{ cluster: other.cluster.name, onListener }]
  })
}

async function list({ lister, timings }: Parts, state: ClusterState): Promise<AccountListing | undefined> {
  const operation = activeTraffic(state)
  const launching =
    operation?.phase === 'queued' && (operation.kind === 'create' || operation.kind === 'deploy')
  if (launching) return lister.list('whole', 0)
  // Nothing is decided from its absence, so that a listing which fails holds up nothing else.
  return lister.list('marked', timings.stewardMs).catch(() => undefined)
}
