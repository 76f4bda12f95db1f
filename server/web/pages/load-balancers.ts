import type { BalancerView } from '../../domain/balancing-view.js'
import type { TargetGroupView } from '../../domain/target-group-view.js'
import type { BalancingSeen } from '../../engine/balancing.js'
import { say, strong, type Head, type Said } from './head.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import {
  balancerHref,
  shortZone,
  stateFacts,
  targetGroupHref,
  zoneWords,
  type StateFact,
} from './target-words.js'
import { capital, counted } from './words.js'

export interface LoadBalancersPage extends Head {
  readonly banner: LookBanner
  readonly query: string
  readonly balancers: readonly {
    readonly name: string
    readonly href: string
    readonly dnsName: string
    readonly scheme: string
    readonly zones: string
    readonly listeners: string
    readonly rules: number
    readonly clusters: readonly string[]
    readonly warnings: readonly string[]
  }[]
  readonly targetGroups: readonly TargetGroupRow[]
  /** How many of other types are not shown, in a sentence; null where there are none. */
  readonly others: string | null
}

export interface TargetGroupRow {
  readonly name: string
  readonly href: string
  readonly group: string | null
  readonly states: readonly StateFact[]
  readonly zones: string
  readonly ledBy: readonly { readonly label: string; readonly href: string }[]
  readonly warnings: readonly string[]
}

interface Facts {
  readonly seen: BalancingSeen
  readonly query: string
  readonly zone: string
  readonly now: Date
}

/** What balances load in the account, and is anything wrong with it? */
export function loadBalancersPage({ seen, query, zone, now }: Facts): LoadBalancersPage {
  const wanted = query.toLowerCase()
  const holds = (...texts: readonly (string | null)[]) =>
    texts.some((text) => text?.toLowerCase().includes(wanted))
  const balancers = seen.balancers.filter(({ name, dnsName, scheme, clusters }) =>
    holds(name, dnsName, scheme, ...clusters),
  )
  const groups = seen.targetGroups.filter(({ name, group, cluster }) => holds(name, group, cluster))
  return {
    title: 'Load balancers',
    heading: 'Load balancers',
    crumbs: [{ label: 'More', href: '/more' }, { label: 'Load balancers' }],
    sentence: sentence(seen),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    query,
    balancers: balancers.map(balancerRow),
    targetGroups: groups.map(targetGroupRow),
    others:
      seen.others === 0
        ? null
        : `${capital(counted(seen.others, 'load balancer'))} of ${seen.others === 1 ? 'another type is' : 'other types are'} not shown: Delling works with application load balancers.`,
  }
}

function sentence({ balancers, targetGroups, seenAt }: BalancingSeen): Said[] {
  if (seenAt === null) return say(strong('AWS could not be looked at yet'), '.')
  if (balancers.length === 0) return say('No application load balancer is there.')
  const warnings = [...balancers, ...targetGroups].flatMap((each) => each.warnings).length
  return say(
    `${capital(counted(balancers.length, 'application load balancer'))} and ${counted(targetGroups.length, 'target group')}: `,
    strong(
      warnings === 0
        ? 'nothing speaks against them'
        : `${counted(warnings, 'thing')} ${warnings === 1 ? 'wants' : 'want'} a look`,
    ),
    '.',
  )
}

function balancerRow(view: BalancerView): LoadBalancersPage['balancers'][number] {
  return {
    name: view.name,
    href: balancerHref(view.name),
    dnsName: view.dnsName,
    scheme: view.scheme,
    zones: view.zones.map(shortZone).join(', '),
    listeners: view.listeners.map(({ protocol, port }) => `${protocol} ${port}`).join(', ') || 'none',
    rules: view.listeners.flatMap(({ rules }) => rules).length,
    clusters: view.clusters,
    warnings: view.warnings,
  }
}

export function targetGroupRow(view: TargetGroupView): TargetGroupRow {
  return {
    name: view.name,
    href: targetGroupHref(view.name),
    group: view.group,
    states: stateFacts(view.counts),
    zones: zoneWords(view),
    ledBy: view.rules.map(({ loadBalancer, port, priority }) => ({
      label: `${loadBalancer}:${port}, ${priority === null ? 'default rule' : `rule ${priority}`}`,
      href: balancerHref(loadBalancer),
    })),
    warnings: view.warnings,
  }
}
