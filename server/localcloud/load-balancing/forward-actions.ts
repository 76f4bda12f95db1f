import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { LoadBalancingRecords } from './records.js'

export interface WeightedGroup {
  readonly targetGroupArn: string
  readonly weight: number
}

/** The groups that an action forwards to, in order. A single group has the weight AWS gives it when none is written. */
export function groupsOf(action: Action): WeightedGroup[] {
  const tuples = action.ForwardConfig?.TargetGroups
  if (tuples?.length) {
    return tuples.map((tuple) => ({ targetGroupArn: tuple.TargetGroupArn ?? '', weight: tuple.Weight ?? 1 }))
  }
  return action.TargetGroupArn ? [{ targetGroupArn: action.TargetGroupArn, weight: 1 }] : []
}

/** Target group ARN → ARNs of the load balancers whose listeners or rules forward to it, at whatever weight. */
export function usersOf(records: LoadBalancingRecords): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>()
  const note = (actions: readonly Action[], loadBalancerArn: string) => {
    for (const { targetGroupArn } of actions.flatMap(groupsOf)) {
      const known = users.get(targetGroupArn)
      if (known) known.add(loadBalancerArn)
      else users.set(targetGroupArn, new Set([loadBalancerArn]))
    }
  }
  for (const listener of Object.values(records.listeners))
    note(listener.defaultActions, listener.loadBalancerArn)
  for (const rule of Object.values(records.rules)) {
    const listener = records.listeners[rule.listenerArn]
    if (listener) note(rule.actions, listener.loadBalancerArn)
  }
  return users
}
