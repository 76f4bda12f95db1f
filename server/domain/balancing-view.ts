import type { Balancing, SeenBalancer, SeenListener, SeenRule } from './balancing.js'
import { forwardsOf, isUncalledFor, ruleWarnings, type ForwardView } from './forward-view.js'
import { ruleWhen } from './rule-words.js'
import { ruleOwner, type RuleOwner } from './rule-owner.js'
import type { Surroundings } from './surroundings.js'
import { targetGroupView, type TargetGroupView } from './target-group-view.js'

export interface RuleView {
  readonly arn: string
  /** Null for the default rule, which takes what no other one does. */
  readonly priority: number | null
  /** `the host is shop.example.com`; of the default rule: everything else. */
  readonly when: string
  readonly forwards: readonly ForwardView[]
  /** What it does beside forwarding. */
  readonly does: readonly string[]
  /** A cookie holds clients to a target group, whatever the weights say. */
  readonly sticky: boolean
  readonly owner: RuleOwner
  readonly warnings: readonly string[]
}

export interface ListenerView extends Omit<SeenListener, 'tags' | 'rules'> {
  /** Without those that the reader may not see. */
  readonly rules: readonly RuleView[]
}

export interface BalancerView extends Omit<SeenBalancer, 'tags' | 'listeners'> {
  /** Clusters that have a rule on it, or are recorded as behind it. */
  readonly clusters: readonly string[]
  readonly listeners: readonly ListenerView[]
  readonly warnings: readonly string[]
}

export interface BalancingView {
  readonly balancers: readonly BalancerView[]
  /** How many load balancers of other types there are, which are not shown; 0 for who may not see what is foreign. */
  readonly others: number
  readonly targetGroups: readonly TargetGroupView[]
}

/** Zones that everything of ours stands in at least. */
const leastZones = 3

/** What a look at the account’s balancing means to a reader: whose each rule is, where it leads, and what is wrong. */
export function balancingView(balancing: Balancing, around: Surroundings): BalancingView {
  return {
    balancers: balancing.balancers.flatMap((balancer) => balancerView(balancer, balancing, around) ?? []),
    others: around.seesForeign ? balancing.others.length : 0,
    targetGroups: balancing.targetGroups.flatMap((group) => targetGroupView(group, balancing, around) ?? []),
  }
}

function balancerView(
  balancer: SeenBalancer,
  balancing: Balancing,
  around: Surroundings,
): BalancerView | null {
  const listeners = balancer.listeners.flatMap(
    (each) => listenerView(each, balancer, balancing, around) ?? [],
  )
  const recorded = around.states.filter(({ cluster }) => cluster.loadBalancerArn === balancer.arn)
  if (!around.seesForeign && listeners.length === 0 && recorded.length === 0) return null
  const rules = listeners.flatMap((each) => each.rules)
  const clusters = new Set([
    ...recorded.map(({ cluster }) => cluster.name),
    ...rules.flatMap(({ owner }) => owner.cluster ?? []),
  ])
  const { arn, name, scheme, state, dnsName, vpcId, zones, securityGroupIds, createdAt } = balancer
  return {
    ...{ arn, name, scheme, state, dnsName, vpcId, zones, securityGroupIds, createdAt },
    clusters: [...clusters].sort(),
    listeners,
    warnings: [
      ...zoneWarnings(balancer),
      ...rules.flatMap((rule) => rule.warnings.map((text) => `${ruleName(rule)}: ${text}`)),
    ],
  }
}

function zoneWarnings({ zones }: SeenBalancer): string[] {
  return zones.length < leastZones
    ? [
        `It is enabled in ${zones.join(' and ') || 'no zone'} only: Delling deploys over at least three zones, and a target in another zone is never checked.`,
      ]
    : []
}

const ruleName = ({ priority }: RuleView) => (priority === null ? 'The default rule' : `Rule ${priority}`)

/** Null where it has nothing that the reader may see. */
function listenerView(
  listener: SeenListener,
  balancer: SeenBalancer,
  balancing: Balancing,
  around: Surroundings,
): ListenerView | null {
  const rules = listener.rules.flatMap(
    (rule) => ruleView(rule, { listener, balancer, balancing, around }) ?? [],
  )
  if (!around.seesForeign && rules.length === 0) return null
  const { arn, port, protocol, url } = listener
  return { arn, port, protocol, url, rules }
}

interface RulePlace {
  readonly listener: SeenListener
  readonly balancer: SeenBalancer
  readonly balancing: Balancing
  readonly around: Surroundings
}

function ruleView(rule: SeenRule, { listener, balancer, balancing, around }: RulePlace): RuleView | null {
  const owner = ruleOwner(rule, listener, around)
  if (!around.seesForeign && owner.kind !== 'cluster' && owner.kind !== 'test') return null
  const forwards = forwardsOf(rule, balancing, around)
  return {
    arn: rule.ruleArn,
    priority: rule.isDefault ? null : rule.priority,
    when: ruleWhen(rule),
    forwards,
    does: rule.does,
    sticky: rule.sticky,
    owner,
    warnings: isUncalledFor(rule) ? [] : ruleWarnings(rule, balancer, balancing, around),
  }
}
