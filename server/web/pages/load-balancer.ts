import type { BalancerView, ListenerView, RuleView } from '../../domain/balancing-view.js'
import type { TargetGroupView } from '../../domain/target-group-view.js'
import type { BalancerSeen } from '../../engine/balancing.js'
import { forwardBar, type ForwardBar } from './forward-bar.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head, type Said } from './head.js'
import { targetGroupRow, type TargetGroupRow } from './load-balancers.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import { moment } from './moment.js'
import { targetRows, type TargetRow } from './target-rows.js'
import { ownerHref, targetGroupHref } from './target-words.js'
import { capital, counted, listed } from './words.js'
import { terminal } from './terminal.js'

export interface LoadBalancerPage extends Head {
  readonly banner: LookBanner
  readonly warnings: readonly string[]
  readonly facts: readonly Fact[]
  readonly listeners: readonly {
    readonly id: string
    readonly title: string
    readonly url: string | null
    readonly rules: readonly RuleRow[]
  }[]
  readonly targetGroups: readonly TargetGroupRow[]
  readonly sick: readonly (TargetRow & { readonly targetGroup: string; readonly targetGroupHref: string })[]
  /** Each with the target groups that have it. */
  readonly healthChecks: readonly {
    readonly words: string
    readonly groups: readonly { readonly name: string; readonly href: string }[]
  }[]
}

interface RuleRow {
  readonly priority: string
  readonly when: string
  readonly does: string
  readonly bar: ForwardBar | null
  readonly sticky: boolean
  readonly owner: string
  readonly ownerHref: string | null
  readonly warnings: readonly string[]
}

/** Where does each request go, and whose is each rule? */
export function loadBalancerPage(
  balancer: BalancerView,
  seen: BalancerSeen,
  zone: string,
  now: Date,
): LoadBalancerPage {
  const { targetGroups } = seen
  return {
    title: balancer.name,
    heading: balancer.name,
    crumbs: [{ label: 'Load balancers', href: '/load-balancers' }, { label: balancer.name }],
    terminal: terminal('load-balancers', balancer.name),
    sentence: sentence(balancer, targetGroups),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    warnings: [
      ...balancer.warnings,
      ...targetGroups.flatMap(({ name, warnings }) => warnings.map((text) => `${name}: ${text}`)),
    ],
    facts: factsOf(balancer, zone, now),
    listeners: balancer.listeners.map(listenerOf),
    targetGroups: targetGroups.map(targetGroupRow),
    sick: targetGroups.flatMap((group) =>
      targetRows(group.sick).map((row) => ({
        ...row,
        targetGroup: group.name,
        targetGroupHref: targetGroupHref(group.name),
      })),
    ),
    healthChecks: healthChecksOf(targetGroups),
  }
}

function healthChecksOf(targetGroups: readonly TargetGroupView[]): LoadBalancerPage['healthChecks'] {
  const checks = [...new Set(targetGroups.map(({ healthCheck }) => healthCheck))]
  return checks.map((words) => ({
    words,
    groups: targetGroups
      .filter(({ healthCheck }) => healthCheck === words)
      .map(({ name }) => ({ name, href: targetGroupHref(name) })),
  }))
}

function sentence({ listeners, clusters }: BalancerView, groups: readonly TargetGroupView[]): Said[] {
  const rules = listeners.flatMap((each) => each.rules).length
  const sick = groups.flatMap((group) => group.sick).length
  return say(
    `${capital(counted(rules, 'rule'))} on ${counted(listeners.length, 'listener')}, for ${clusters.length === 0 ? 'no cluster of ours' : listed(clusters)}: `,
    strong(sick === 0 ? 'no target is sick' : `${counted(sick, 'target')} ${sick === 1 ? 'is' : 'are'} sick`),
    '.',
  )
}

function factsOf(balancer: BalancerView, zone: string, now: Date): Fact[] {
  return [
    { what: 'DNS name', value: balancer.dnsName, mono: true },
    { what: 'Scheme', value: balancer.scheme },
    { what: 'State', value: balancer.state },
    { what: 'Zones', value: balancer.zones.join(', ') },
    { what: 'VPC', value: balancer.vpcId, mono: true },
    { what: 'Security groups', value: balancer.securityGroupIds.join(', ') || 'none', mono: true },
    ...balancer.clusters.map((name) => ({ what: 'Serves', value: name, href: `/clusters/${name}` })),
    ...(balancer.createdAt ? [{ what: 'Made', value: '', when: moment(balancer.createdAt, zone, now) }] : []),
    { what: 'ARN', value: balancer.arn, mono: true },
  ]
}

function listenerOf({ port, protocol, url, rules }: ListenerView): LoadBalancerPage['listeners'][number] {
  return { id: `l-${port}`, title: `${protocol} on port ${port}`, url, rules: rules.map(ruleRow) }
}

function ruleRow(rule: RuleView): RuleRow {
  return {
    priority: rule.priority === null ? 'default' : String(rule.priority),
    when: rule.when,
    does: rule.does.join(', '),
    bar: forwardBar(rule.forwards),
    sticky: rule.sticky,
    owner: rule.owner.words,
    ownerHref: ownerHref(rule.owner),
    warnings: rule.warnings,
  }
}
