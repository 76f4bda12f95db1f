import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { LoadBalancerRecord, LoadBalancingRecords } from './records.js'
import { groupsOf, type WeightedGroup } from './forward-actions.js'
import { compiledConditions, type RequestFacts } from './rule-match.js'

/** An action prepared for many requests. */
export interface Route {
  readonly action: Action
  readonly groups: readonly WeightedGroup[]
  readonly totalWeight: number
}

interface ListenerRoutes {
  readonly loadBalancer: LoadBalancerRecord | undefined
  readonly rules: readonly { readonly matches: (request: RequestFacts) => boolean; readonly route: Route }[]
  readonly otherwise: Route
}

/** The listeners' rules in order of priority, compiled when first used after a change. */
export class RoutingTable {
  private readonly listeners = new Map<string, ListenerRoutes>()

  constructor(private readonly records: () => LoadBalancingRecords) {}

  /** From now on requests follow the records as they are. */
  invalidate(): void {
    this.listeners.clear()
  }

  route(listenerArn: string, request: RequestFacts): Route | undefined {
    const routes = this.routesOf(listenerArn)
    if (!routes) return undefined
    for (const rule of routes.rules) if (rule.matches(request)) return rule.route
    return routes.otherwise
  }

  loadBalancer(listenerArn: string): LoadBalancerRecord | undefined {
    return this.routesOf(listenerArn)?.loadBalancer
  }

  private routesOf(listenerArn: string): ListenerRoutes | undefined {
    const known = this.listeners.get(listenerArn)
    if (known) return known
    const records = this.records()
    const listener = records.listeners[listenerArn]
    if (!listener) return undefined
    const rules = Object.values(records.rules)
      .filter((rule) => rule.listenerArn === listenerArn)
      .sort((a, b) => a.priority - b.priority)
      .map((rule) => ({ matches: compiledConditions(rule.conditions), route: routeOf(rule.actions) }))
    const loadBalancer = records.loadBalancers[listener.loadBalancerArn]
    const routes = { loadBalancer, rules, otherwise: routeOf(listener.defaultActions) }
    this.listeners.set(listenerArn, routes)
    return routes
  }
}

function routeOf(actions: readonly Action[]): Route {
  const action = actions.at(-1) ?? { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }
  const groups = groupsOf(action)
  return { action, groups, totalWeight: groups.reduce((sum, group) => sum + group.weight, 0) }
}

/** The group for a number in [0, 1): each gets its share of the weights. Undefined when no group has any weight. */
export function pickGroup(route: Route, chance: number): WeightedGroup | undefined {
  let left = chance * route.totalWeight
  for (const group of route.groups) {
    left -= group.weight
    if (left < 0) return group
  }
  return undefined
}
