import type { PlannedCall } from './call.js'
import { activeTraffic, type ClusterState } from './cluster-state.js'
import { pushLabel } from './names.js'
import type { Observed, RuleCondition } from './observation.js'

/** Kinds of conditions that are recorded whole, so that they can be given back. */
const knownFields = ['host-header', 'path-pattern', 'http-header']

/** Why a whole cluster can't be retired now, in a sentence; null when it can. */
export function reasonNotDecommissionable(state: ClusterState, seen: Observed): string | null {
  const { cluster } = state
  if (cluster.retired) return `${cluster.name} is retired already.`
  const operation = activeTraffic(state)
  if (operation)
    return `A ${operation.kind} of ${cluster.name} is running (${operation.phase}); cancel it first.`
  const waiting = state.operations.find(({ phase }) => phase === 'waiting')
  if (waiting) return `A ${waiting.kind} of ${cluster.name} waits in the queue; cancel it first.`
  return reasonNotParkable(seen.rule?.conditions ?? [], cluster.name)
}

/** A rule is parked by other conditions, and given its own back when that is called off. */
export function reasonNotParkable(conditions: readonly RuleCondition[], name: string): string | null {
  const unknown = conditions.find(({ field }) => !knownFields.includes(field))
  return unknown
    ? `The rule of ${name} has a condition of the kind ${unknown.field}, which could not be given back; take it out first.`
    : null
}

/** What goes of the load balancer: only what we made, and where nobody else lives. */
export interface BalancerParts {
  readonly listener: boolean
  readonly balancer: boolean
  /** Why something of it stays, for the plan and the end. */
  readonly stays: string | null
}

export function balancerParts(state: ClusterState, seen: Observed, owner: string): BalancerParts {
  const { balancer, neighbours = [] } = seen
  const name = state.cluster.settings.balancer.loadBalancerName
  const making = balancer?.making
  if (!balancer || !making) return { listener: false, balancer: false, stays: null }
  const ours = (arnOwner: string | null) => arnOwner === owner
  const port = state.cluster.settings.balancer.listenerPort
  const others = balancer.rules.filter((rule) => rule.ruleArn !== state.cluster.ruleArn)
  const onListener = neighbours.filter((each) => each.onListener).length
  const listenerStays =
    balancer.listenerArn === null
      ? null
      : !ours(making.listenerOwner)
        ? `the listener on port ${port} of ${name} was not made by this installation`
        : onListener > 0 || others.length > 0
          ? `the listener on port ${port} of ${name} serves ${othersWords(onListener, 'other rules')} too`
          : null
  if (listenerStays) return { listener: false, balancer: false, stays: listenerStays }
  const listener = balancer.listenerArn !== null
  const balancerStays = !ours(making.balancerOwner)
    ? `the load balancer ${name} was not made by this installation`
    : neighbours.length > 0 || making.otherListeners > 0
      ? `the load balancer ${name} serves ${othersWords(neighbours.length, 'other listeners')} too`
      : null
  return { listener, balancer: balancerStays === null, stays: balancerStays }
}

/** How many, not which: whoever may retire a cluster need not be one who may see its neighbours. */
function othersWords(clusters: number, otherwise: string): string {
  if (clusters === 0) return otherwise
  return clusters === 1 ? 'another cluster' : `${clusters} other clusters`
}

/** Everything that goes, in calls and in order. */
export function decommissionPlan(
  state: ClusterState,
  seen: Observed,
  parts: BalancerParts,
  quietFor: string,
): readonly PlannedCall[] {
  const call = (api: string, what: string): PlannedCall => ({ api, what, kind: 'call' })
  const { balancer } = state.cluster.settings
  return [
    ...(seen.rule
      ? [
          {
            api: 'ELBv2 ModifyRule',
            what: 'the rule is parked: no request matches it any more',
            kind: 'switch' as const,
          },
          {
            api: 'wait',
            what: `until no group has had a request for ${quietFor}; until then it can be called off`,
            kind: 'wait' as const,
          },
          call('ELBv2 DeleteRule', 'from here on there is no way back'),
        ]
      : []),
    ...state.groups.flatMap((group) => {
      const desired = seen.groups.get(group.name)?.autoScaling?.desired ?? 0
      return [
        call(
          'Auto Scaling UpdateAutoScalingGroup',
          `${pushLabel(group.name)} to 0: its ${desired} instances terminate`,
        ),
        call('Auto Scaling DeleteAutoScalingGroup', group.name),
        call('ELBv2 DeleteTargetGroup', group.targetGroupName),
        call('EC2 DeleteLaunchTemplate', group.name),
      ]
    }),
    ...(parts.listener ? [call('ELBv2 DeleteListener', `port ${balancer.listenerPort}`)] : []),
    ...(parts.balancer ? [call('ELBv2 DeleteLoadBalancer', balancer.loadBalancerName)] : []),
  ]
}
