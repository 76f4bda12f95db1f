import type { ClusterState } from './cluster-state.js'
import type { ServerGroup } from './server-group.js'

/** What a reader knows of whatever a look at the account shows. */
export interface Surroundings {
  /** The clusters that the reader may see. */
  readonly states: readonly ClusterState[]
  /** The mark of this installation. */
  readonly owner: string
  /** Whether the reader may see what belongs to no application here. */
  readonly seesForeign: boolean
  /** Zones of instances by their ids, as far as they are known. */
  readonly zones: ReadonlyMap<string, string>
}

/** The recorded server group that a target group is of. */
export function groupOfTarget({ states }: Surroundings, targetGroupArn: string): ServerGroup | null {
  const groups = states.flatMap(({ groups }) => groups)
  return groups.find((group) => group.targetGroupArn === targetGroupArn) ?? null
}
