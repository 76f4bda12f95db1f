import type { ClusterState } from '../../domain/cluster-state.js'
import type { History } from '../../engine/ports.js'

/** Every cluster with its groups and open operations, by name. */
export async function readStates(history: History): Promise<ClusterState[]> {
  const clusters = await history.clusters()
  const states = await Promise.all(clusters.map((cluster) => history.clusterState(cluster.name)))
  return states
    .filter((state): state is ClusterState => state !== null)
    .sort((a, b) => a.cluster.name.localeCompare(b.cluster.name))
}
