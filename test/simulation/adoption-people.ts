import { adoptWholeCluster } from '../../server/engine/adopt-cluster.js'
import { giveClusterBack } from '../../server/engine/give-back.js'
import type { Deed } from './deed.js'
import { person, type World } from './world.js'

const reason = 'the engine is simulated'

/** Whether nobody looks after a cluster because it was given back. */
export function isGivenBack(world: World, cluster: string): boolean {
  return world.store.peek(cluster)?.cluster.retired?.givenBack === true
}

/** Takes a cluster over that was given back, or that others made. */
export const adopts: Deed = {
  what: 'adopts the cluster',
  run: async (world, cluster) => adoptWholeCluster(world.parts, person, { cluster, name: cluster, reason }),
}

const givesBack: Deed = {
  what: 'gives the cluster back',
  run: async (world, cluster) => giveClusterBack(world.parts, person, { cluster, name: cluster, reason }),
}

/** What people do whose clusters come and go; most clusters stay. */
export const adoptionClicks: readonly Deed[] = [adopts, givesBack]
