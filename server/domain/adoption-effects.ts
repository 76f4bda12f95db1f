import type { Cluster } from './cluster.js'
import type { ClusterState, StateChange } from './cluster-state.js'
import type { Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'

type Rows = Pick<StateChange, 'groups' | 'cluster' | 'obligations'>

/** Everything carries our marks: from now on the cluster is one as any other. */
export function adoptedRows(state: ClusterState, { request: { actor } }: Operation, at: Date): Rows {
  const keep = { until: null, by: actor.name, why: 'adopted: kept until somebody says otherwise' }
  const groups = state.groups.map((group): ServerGroup => {
    const live = group.adopted?.as === 'live'
    return {
      ...group,
      role: live ? 'live' : 'warm',
      roleSince: at,
      liveSince: live ? at : null,
      // It ran before we knew it: one fresh read is enough to switch to it, and its requests are asked for before it goes.
      registeredAt: at,
      keep,
      quietSince: live ? null : at,
    }
  })
  const live = groups.find(({ role }) => role === 'live')
  const statement = live ? `${live.name} 100 %` : 'nothing carries traffic'
  return { groups, cluster: { ...state.cluster, statement } }
}

/** Nothing of the cluster is ours any more, or ever became so; it stands as it is. What was still owed is not ours to repay. */
export function givenBackRows(state: ClusterState, { request: { actor } }: Operation, at: Date): Rows {
  const cluster: Cluster = {
    ...state.cluster,
    ruleArn: null,
    listenerArn: null,
    loadBalancerArn: null,
    expected: null,
    previouslyExpected: null,
    expectedSince: at,
    needsPerson: null,
    restoreAsked: null,
    queuePaused: null,
    statement: 'given back',
    retired: { by: actor.name, at, givenBack: true },
  }
  return {
    cluster,
    groups: state.groups.map((group): ServerGroup => ({
      ...group,
      role: 'givenBack',
      roleSince: at,
      keep: null,
      expiresAt: null,
      degradedSince: null,
    })),
    obligations: state.obligations.map((row) => ({ ...row, closedAt: at, closedAs: 'overtaken' as const })),
  }
}
