import type { RuleCondition, RuleEntry } from './observation.js'

/** A listener rule that sends requests to target groups, with where it stands. */
export interface ForwardingRule {
  readonly ruleArn: string
  readonly isDefault: boolean
  readonly conditions: readonly RuleCondition[]
  readonly entries: readonly RuleEntry[]
  /** It pins clients to a target group by cookie, which would override weights. */
  readonly sticky: boolean
  readonly listenerArn: string
  readonly port: number
  readonly protocol: string
  readonly loadBalancerArn: string
  readonly loadBalancerName: string
  readonly loadBalancerZones: readonly string[]
  /** The cluster of ours that it carries; null: none. */
  readonly cluster: string | null
}

/** `shop-alb, port 80, rule for path-pattern /*`. */
export function ruleWords({ loadBalancerName, port, isDefault, conditions }: ForwardingRule): string {
  const which = isDefault
    ? 'its default action'
    : `the rule for ${conditions.map(({ field, values }) => `${field} ${values.join(' or ')}`).join(' and ')}`
  return `${loadBalancerName}, port ${port}, ${which}`
}
