import { pushLabel } from '../../domain/names.js'
import type { Operation } from '../../domain/operation.js'
import type { ClusterView, GroupView } from '../../engine/cluster-view.js'
import type { LogLine, TrafficSeries } from '../../engine/ports.js'
import { approvalOf, type Approval } from './approval.js'
import { driftPanel, type DriftPanel } from './drift.js'
import { balancerHref } from './target-words.js'
import { trafficFlow, type Flow } from './flow.js'
import { groupCard, healthWords, type GroupCard } from './group-card.js'
import { liveMs, say, strong, type Act, type Head, type Said } from './head.js'
import { historyRow, type HistoryRow } from './history-row.js'
import { landPath, trafficWords } from './land.js'
import { moment } from './moment.js'
import {
  keptUntil,
  liveLane,
  nightFrame,
  nightSpan,
  stackedLanes,
  warmLane,
  type NightFrame,
  type NightLane,
} from './night.js'
import { nightMarks, type NightMark } from './night-marks.js'
import { otherPort } from './other-port.js'
import { operationItem, operationWords, type OperationItem } from './operation-item.js'
import { readinessPanel, type ReadinessPanel } from './readiness-panel.js'
import { asSentence } from './words.js'
import { terminal } from './terminal.js'

export interface ClusterFacts {
  readonly view: ClusterView
  readonly history: readonly Operation[]
  readonly log: readonly LogLine[]
  readonly traffic: TrafficSeries | null
  readonly now: Date
  readonly region: string
  readonly paceDivisor: number
}

export interface ClusterPage extends Head {
  readonly name: string
  readonly advice: { readonly title: string; readonly text: string; readonly href: string | null } | null
  readonly needsPerson: string | null
  /** What others changed, with the ways out; null when nothing differs. */
  readonly drift: DriftPanel | null
  readonly queuePaused: boolean
  /** Set while a person is asked whether the traffic may be switched. */
  readonly approval: Approval | null
  readonly fault: string | null
  readonly rule: string
  readonly url: string | null
  /** The load balancer that its rule is on; null before there is one. */
  readonly balancer: { readonly name: string; readonly href: string } | null
  readonly otherPort: string | null
  readonly traffic: string | null
  readonly flow: Flow | null
  readonly columns: number
  readonly groups: readonly GroupCard[]
  /** What is said where no group stands beside another. */
  readonly noGroups: string
  /** It is retired or given back: no rule leads to it. */
  readonly gone: boolean
  readonly others: readonly GroupCard[]
  readonly queue: readonly OperationItem[]
  readonly active: OperationItem | null
  readonly readiness: ReadinessPanel | null
  readonly night: ClusterNight | null
  readonly history: readonly HistoryRow[]
}

interface ClusterNight {
  readonly title: string
  readonly frame: NightFrame
  readonly land: string | null
  readonly lanes: readonly NightLane[]
  readonly height: number
  readonly marks: readonly NightMark[]
  readonly says: string
}

const beside = new Set(['live', 'launching', 'canary', 'warm'])

/** Who carries traffic, and could I go back now? */
export function clusterPage(facts: ClusterFacts): ClusterPage {
  const { view, now } = facts
  const { cluster } = view
  const zone = cluster.policy.timeZone
  // What was given back stands on its own: nothing is known of it any more.
  const groups = cluster.retired ? [] : view.groups
  const shown = [...groups].reverse().filter((each) => beside.has(each.state))
  const rest = groups.filter((each) => !beside.has(each.state))
  const card = (each: GroupView) =>
    groupCard(each, {
      zone,
      now,
      wantedZones: cluster.settings.subnets.map((subnet) => subnet.zone),
      operationId: view.active && view.active.to === each.group.name ? view.active.id : null,
      mayReturn: view.active === null && !cluster.needsPerson,
    })
  return {
    title: cluster.name,
    heading: cluster.name,
    terminal: terminal('status', cluster.name),
    crumbs: [
      { label: 'Applications', href: '/applications' },
      { label: cluster.application, href: `/applications/${cluster.application}` },
      { label: cluster.name },
    ],
    sentence: clusterSentence(view, zone, now),
    acts: clusterActs(view),
    liveMs: liveMs(view.active !== null || view.retiring.length > 0, facts.paceDivisor),
    name: cluster.name,
    advice:
      view.nextStep && !cluster.needsPerson ? { ...view.nextStep, href: view.nextStep.href ?? null } : null,
    queuePaused: cluster.queuePaused !== null,
    approval: view.active && approvalOf(view.active),
    needsPerson: cluster.needsPerson,
    drift: driftPanel(cluster.name, view.differences, zone, now),
    fault: view.fault,
    rule: ruleWords(view),
    url: view.url,
    balancer: balancerOf(view),
    otherPort: otherPort(view),
    traffic: trafficWords(facts.traffic),
    flow:
      shown.length > 0 && shown.length < 5
        ? trafficFlow(shown.map((each) => ({ label: pushLabel(each.group.name), weight: each.share })))
        : null,
    columns: Math.min(4, Math.max(1, shown.length)),
    groups: shown.map(card),
    noGroups: noGroupsWords(view),
    gone: cluster.retired !== undefined,
    others: rest.map(card),
    active: view.active && operationItem(view.active, zone, now, facts.paceDivisor),
    queue: view.queue.map((each) => operationItem(each, zone, now, facts.paceDivisor)),
    readiness: view.switchBack?.readiness
      ? readinessPanel(view.switchBack.readiness, view.switchBack.group.name)
      : null,
    night: clusterNight(facts, zone),
    history: facts.history.map((each) => historyRow(each, zone, now)),
  }
}

function noGroupsWords({ cluster, groups }: ClusterView): string {
  if (!cluster.retired) return 'No server group is here yet.'
  if (!cluster.retired.givenBack) return 'Its server groups are destroyed. Create it again to begin anew.'
  const names = groups.map(({ group }) => group.name)
  return `${names.length > 0 ? `Given back with it: ${names.join(', ')}. ` : ''}Delling looks at none of its server groups any more. Adopt it again to have them here.`
}

function balancerOf({ cluster }: ClusterView): ClusterPage['balancer'] {
  const { loadBalancerName: name } = cluster.settings.balancer
  return cluster.loadBalancerArn !== null && !cluster.retired ? { name, href: balancerHref(name) } : null
}

function clusterSentence(view: ClusterView, zone: string, now: Date): Said[] {
  const { live, switchBack, active, cluster } = view
  if (cluster.retired?.givenBack)
    return say(
      strong(`${cluster.retired.by} gave it back`),
      ` ${moment(cluster.retired.at, zone, now).text}. It stands in AWS as it was left, and Delling does nothing to it; its history stays.`,
    )
  if (cluster.retired)
    return say(
      strong(`${cluster.retired.by} retired it`),
      ` ${moment(cluster.retired.at, zone, now).text}. Nothing of it is left in AWS; its history stays.`,
    )
  const carries = live
    ? `${pushLabel(live.group.name)} carries ${live.share === 100 ? 'all traffic' : `${live.share} % of the traffic`}. `
    : 'No group carries traffic yet. '
  const back = backSentence(switchBack, zone, now)
  const next =
    active?.to && active.to !== live?.group.name
      ? view.groups.find((each) => each.group.name === active.to)
      : null
  return say(
    carries,
    view.darkZones && strong(view.darkZones),
    view.darkZones && ' ',
    ...back,
    next
      ? ` ${pushLabel(next.group.name)} ${nextWords(next, active)}, ${healthWords(next).toLowerCase()}.`
      : null,
    live && !switchBack && !active
      ? 'Nothing is warm: a switch back is not possible until the next deployment.'
      : null,
  )
}

function nextWords({ state, share }: GroupView, active: Operation | null): string {
  const stands = active?.paused ? 'is paused' : active?.phase === 'approving' ? 'waits for approval' : null
  if (state === 'canary') return `carries ${share} % and ${stands ?? 'is judged'}`
  return stands ? `${stands}, with no traffic` : `is ${state}`
}

function backSentence(back: GroupView | null, zone: string, now: Date): (string | Said)[] {
  if (!back?.readiness) return []
  const label = pushLabel(back.group.name)
  const { text, until } = keptUntil(back.group, zone, now)
  if (back.readiness.state === 'ready')
    return [
      strong(`${label} is warm and could take it back now`),
      until ? `, until ${until.text}.` : `, ${text}.`,
    ]
  return [strong(`${label} is warm but ${back.readiness.state}`), `. ${back.readiness.sentence}`]
}

function clusterActs(view: ClusterView): Act[] {
  const { cluster, active, switchBack, live } = view
  const base = `/clusters/${cluster.name}`
  if (cluster.retired?.givenBack) return [{ label: 'Adopt it again…', href: `/adopt/${cluster.name}` }]
  if (cluster.retired) return [{ label: 'Create it again', href: `/clusters/new?name=${cluster.name}` }]
  return [
    ...(switchBack && !active && !cluster.needsPerson
      ? [
          {
            label: `Roll back to ${pushLabel(switchBack.group.name)}`,
            href: `${base}/rollback?to=${switchBack.group.name}`,
            glyph: 'back',
          },
        ]
      : []),
    ...(active
      ? [
          {
            label: active.to ? `Follow ${operationWords(active)}` : 'Follow',
            href: `/operations/${active.id}`,
          },
        ]
      : []),
    ...((live || !active) && !cluster.needsPerson
      ? [{ label: active ? 'Queue another' : 'Deploy', href: `${base}/deploy`, act: !active }]
      : []),
    ...(active
      ? []
      : [
          { label: 'Edit…', href: `${base}/edit` },
          { label: 'Give back…', href: `${base}/give-back` },
          { label: 'Decommission…', href: `${base}/decommission` },
        ]),
  ]
}

function ruleWords(view: ClusterView): string {
  const { balancer } = view.cluster.settings
  const conditions = balancer.conditions.map((each) => each.values.join(' or ')).join(', ')
  return `listener ${balancer.listenerPort}${conditions ? `: ${conditions}` : ''}`
}

function clusterNight(facts: ClusterFacts, zone: string): ClusterNight | null {
  const { view, now, region } = facts
  const warm = view.groups.filter((each) => each.state === 'warm').map((each) => each.group)
  const newest = warm[0]
  if (!newest) return null
  const switched = newest.quietSince ?? newest.roleSince
  const span = nightSpan(warm, now, switched)
  const rows = [
    ...(view.live
      ? [
          {
            label: `${pushLabel(view.live.group.name)} live`,
            end: '',
            lane: liveLane(view.live.group, span, now),
          },
        ]
      : []),
    ...warm.map((group) => {
      const { text, until } = keptUntil(group, zone, now)
      const ready = group.degradedSince ? 'degraded' : 'ready to take it back'
      return {
        label: `${pushLabel(group.name)} ${ready}`,
        end: until ? `promised until ${until.text}` : text,
        lane: warmLane(group, span, now),
      }
    }),
  ]
  const marks = nightMarks(facts.log, span, zone, now)
  return {
    title: warm.length === 1 ? `The night of ${pushLabel(newest.name)}` : 'The night',
    frame: nightFrame('cluster-sky', span, now, zone, region),
    land: landPath(facts.traffic, span),
    ...stackedLanes(rows),
    marks,
    says: `${pushLabel(newest.name)} is warm since ${moment(switched, zone, now).text}. ${asSentence(view.switchBack?.readiness?.sentence ?? '')}`,
  }
}
