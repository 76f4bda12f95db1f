import type { Cluster } from './cluster.js'
import type { ClusterState, StateChange } from './cluster-state.js'
import type { Operation, OperationEvent } from './operation.js'
import type { ServerGroup } from './server-group.js'

type Effect = OperationEvent & { readonly type: 'Quieted' | 'RuleGone' | 'Succeeded' }

/** What the steps of a decommission change beyond the operation itself. */
export function decommissionRows(
  state: ClusterState,
  operation: Operation,
  event: Effect,
  at: Date,
): Pick<StateChange, 'groups' | 'cluster'> {
  const { cluster } = state
  switch (event.type) {
    case 'Quieted':
      return {
        groups: state.groups.map((group) => givenUp(group, event.quietSince, at)),
        cluster: { ...cluster, statement: 'nothing carries traffic', needsPerson: null },
      }
    case 'RuleGone':
      return { cluster: withoutRule(cluster, at) }
    case 'Succeeded':
      return {
        cluster: {
          ...withoutRule(cluster, at),
          listenerArn: null,
          loadBalancerArn: null,
          queuePaused: null,
          statement: 'retired',
          retired: { by: operation.request.actor.name, at },
        },
      }
  }
}

/** Nobody keeps a group of a cluster that goes, and the one that was live is so no more. */
function givenUp(group: ServerGroup, quietSince: Date, at: Date): ServerGroup {
  const released = { ...group, keep: null }
  if (group.role !== 'live') return released
  const reason = 'its cluster is decommissioned'
  return { ...released, role: 'rejected', roleSince: at, reason, expiresAt: at, quietSince }
}

function withoutRule(cluster: Cluster, at: Date): Cluster {
  return { ...cluster, ruleArn: null, expected: null, previouslyExpected: null, expectedSince: at }
}
