import type { BalancerView } from '../../domain/balancing-view.js'
import type { TargetGroupView } from '../../domain/target-group-view.js'
import type { BalancingSeen } from '../../engine/balancing.js'
import { say, strong, type Head, type Said } from './head.js'
import { byWords, pageOfList, type ListFrame, type ListWish, type LongList } from './long-list.js'
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
import { terminal } from './terminal.js'

export interface LoadBalancersPage extends Head {
  readonly banner: LookBanner
  readonly list: ListFrame
  readonly balancers: readonly {
    readonly name: string
    readonly href: string
    readonly dnsName: string
    readonly scheme: string
    readonly zones: string
    readonly listeners: string
    readonly rules: number
    readonly clusters: readonly string[]
    /** How many more clusters than these it serves; null where these are all. */
    readonly more: string | null
    readonly warnings: readonly string[]
  }[]
  /** Those that something speaks against, as many as are read at a glance. */
  readonly targetGroups: readonly TargetGroupRow[]
  /** How many target groups there are, and more of them to be looked at than are shown here. */
  readonly targetGroupsSay: string
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
  readonly wish: ListWish
  readonly zone: string
  readonly now: Date
}

/** Every load balancer, as a list that can be filtered and sorted. */
export const balancerList: LongList<BalancerView> = {
  path: '/load-balancers',
  placeholder: 'Filter: name, cluster, DNS name',
  columns: [
    { name: 'name', label: 'Load balancer', key: ({ name }) => name },
    { name: 'scheme', label: 'Scheme', key: ({ scheme }) => scheme },
    { name: 'zones', label: 'Zones' },
    { name: 'listeners', label: 'Listeners' },
    { name: 'rules', label: 'Rules', num: true, key: (view) => rulesOf(view) },
    { name: 'serves', label: 'Serves', key: ({ clusters }) => clusters.length },
    { name: 'warnings', label: 'Worth a look', key: ({ warnings }) => warnings.length },
  ],
  sort: 'name',
  finds: byWords(({ name, dnsName, scheme, clusters }) => [name, dnsName, scheme, ...clusters]),
}

const rulesOf = ({ listeners }: BalancerView) => listeners.reduce((sum, { rules }) => sum + rules.length, 0)

/** So many clusters and target groups are named where a list of all of them is elsewhere. */
const mostClusters = 6
const mostGroups = 10

/** What balances load in the account, and is anything wrong with it? */
export function loadBalancersPage({ seen, wish, zone, now }: Facts): LoadBalancersPage {
  const { rows, frame } = pageOfList(seen.balancers, wish, balancerList)
  const worthALook = seen.targetGroups.filter(({ warnings }) => warnings.length > 0)
  return {
    title: 'Load balancers',
    heading: 'Load balancers',
    crumbs: [],
    terminal: terminal('load-balancers'),
    sentence: sentence(seen),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    list: frame,
    balancers: rows.map(balancerRow),
    targetGroups: worthALook.slice(0, mostGroups).map(targetGroupRow),
    targetGroupsSay: targetGroupsSay(seen.targetGroups.length, worthALook.length),
    others:
      seen.others === 0
        ? null
        : `${capital(counted(seen.others, 'load balancer'))} of ${seen.others === 1 ? 'another type is' : 'other types are'} not shown: Delling works with application load balancers.`,
  }
}

function targetGroupsSay(all: number, worthALook: number): string {
  if (all === 0) return 'none that you may see'
  if (worthALook === 0) return `${counted(all, 'target group')}, nothing speaks against them`
  const shown = worthALook > mostGroups ? `; ${mostGroups} of them are here` : ''
  return `${worthALook} of ${counted(all, 'target group')} want a look${shown}`
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
    rules: rulesOf(view),
    clusters: view.clusters.slice(0, mostClusters),
    more: view.clusters.length > mostClusters ? `${view.clusters.length - mostClusters} more` : null,
    warnings: view.warnings,
  }
}

export function targetGroupRow(view: TargetGroupView): TargetGroupRow {
  return {
    name: view.name,
    href: targetGroupHref(view.name),
    group: view.group,
    states: stateFacts(view),
    zones: zoneWords(view),
    ledBy: view.rules.map(({ loadBalancer, port, priority }) => ({
      label: `${loadBalancer}:${port}, ${priority === null ? 'default rule' : `rule ${priority}`}`,
      href: balancerHref(loadBalancer),
    })),
    warnings: view.warnings,
  }
}
