import type { ClusterState } from './cluster-state.js'
import { indexed } from './indexed.js'
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

const groupsByTarget = indexed((states: readonly ClusterState[]) =>
  states.flatMap(({ groups }) => groups.map((group) => [group.targetGroupArn, group] as const)),
)
const groupsByName = indexed((states: readonly ClusterState[]) =>
  states.flatMap(({ groups }) => groups.map((group) => [group.name, group] as const)),
)
const statesByName = indexed((states: readonly ClusterState[]) =>
  states.map((state) => [state.cluster.name, state] as const),
)
const statesByRule = indexed((states: readonly ClusterState[]) =>
  states.map((state) => [state.cluster.ruleArn, state] as const),
)

/** The recorded server group that a target group is of. */
export function groupOfTarget({ states }: Surroundings, targetGroupArn: string): ServerGroup | null {
  return groupsByTarget(states, targetGroupArn)
}

/** The recorded server group of a name. */
export function groupNamed({ states }: Surroundings, name: string): ServerGroup | null {
  return groupsByName(states, name)
}

/** The cluster of a name. */
export function stateNamed({ states }: Pick<Surroundings, 'states'>, name: string): ClusterState | null {
  return statesByName(states, name)
}

/** The cluster that a rule is recorded for. */
export function stateOfRule({ states }: Pick<Surroundings, 'states'>, ruleArn: string): ClusterState | null {
  return statesByRule(states, ruleArn)
}
