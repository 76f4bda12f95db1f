import type { ServerGroup, ShownState } from '../../domain/server-group.js'
import type { CleanupPlan, CleanupRun } from '../../engine/cleanup.js'
import { stateBadge, type Badge } from './badge.js'
import { say, strong, type Head, type Said } from './head.js'
import { momentOrNull, wallClock, zoneName, type Moment } from './moment.js'
import { nightFrame, nightSpan, warmLane, type Lane, type NightFrame } from './night.js'
import { runRow, type RunRow } from './cleanup-run.js'
import { capital, counted, duration } from './words.js'

export interface TonightFacts {
  readonly plan: CleanupPlan
  readonly runs: readonly CleanupRun[]
  readonly now: Date
  readonly zone: string
  readonly region: string
  /** The plan was asked for another time than now. */
  readonly asked: Date | null
  readonly localCloud: boolean
}

interface TonightRow {
  readonly name: string
  readonly href: string
  readonly cluster: string
  readonly image: string
  readonly badge: Badge
  readonly why: string
  readonly when: Moment | null
  readonly again: string
  readonly keep: string
  readonly destroy: string | null
}

export interface TonightPage extends Head {
  readonly goes: readonly TonightRow[]
  readonly stays: readonly TonightRow[]
  readonly goesSays: string
  readonly staysSays: string
  readonly night: {
    readonly frame: NightFrame
    readonly zone: string
    readonly lanes: readonly {
      readonly label: string
      readonly end: string
      readonly lane: Lane
      readonly y: number
    }[]
    readonly height: number
    readonly says: string
  } | null
  readonly runs: readonly RunRow[]
  readonly asked: string | null
  readonly localCloud: boolean
  readonly unseen: readonly string[]
}

const destroyable = new Set<ShownState>(['warm', 'rejected', 'failed'])

/** What goes tonight, what stays, why? */
export function tonightPage(facts: TonightFacts): TonightPage {
  const { plan, now, zone } = facts
  const row = (each: CleanupPlan['groups'][number]) => tonightRow(each, zone, now)
  const later = plan.groups.filter((each) => each.verdict === 'stays' && dueSoon(each.group, now))
  const going = [...plan.groups.filter((each) => each.verdict === 'goes'), ...later]
  const staying = plan.groups.filter((each) => !going.includes(each))
  return {
    title: 'Tonight',
    heading: 'Tonight',
    crumbs: [],
    sentence: tonightSentence(
      facts,
      later.map((each) => each.group),
    ),
    acts: [
      { label: 'Run now…', href: `/tonight/run${facts.asked ? `?now=${facts.asked.toISOString()}` : ''}` },
    ],
    liveMs: 15_000,
    goes: plan.groups.filter((each) => each.verdict === 'goes').map(row),
    stays: plan.groups.filter((each) => each.verdict === 'stays').map(row),
    goesSays:
      going.length === 0
        ? 'nothing'
        : counted(
            plan.groups.length - plan.groups.filter((each) => each.verdict === 'stays').length,
            'group',
          ),
    staysSays: counted(staying.length + later.length, 'group'),
    night: theSky(
      plan.groups.map((each) => each.group).filter((group) => group.role === 'warm' && group.expiresAt),
      facts,
    ),
    runs: facts.runs.map((run) => runRow(run, zone, now)),
    asked: facts.asked && facts.asked.toISOString(),
    localCloud: facts.localCloud,
    unseen: plan.unseen,
  }
}

function dueSoon(group: ServerGroup, now: Date): boolean {
  return (
    group.expiresAt !== null &&
    group.expiresAt > now &&
    group.expiresAt.getTime() < now.getTime() + 86_400_000
  )
}

function tonightSentence({ plan, now, zone, asked }: TonightFacts, later: readonly ServerGroup[]): Said[] {
  const goes = plan.groups.filter((each) => each.verdict === 'goes').length
  const stays = plan.groups.length - goes
  const when = asked ? `At ${momentOrNull(asked, zone, now)?.text} ` : 'If it ran now, '
  const verdict = strong(
    `${counted(goes, 'group')} would go and ${counted(stays, 'group').replace(/ groups?$/, '')} would stay`,
  )
  const first = later.map((group) => group.expiresAt!).sort((a, b) => a.getTime() - b.getTime())[0]
  if (plan.groups.length === 0)
    return say(strong('Nothing is here to clean up'), ': no group is warm, rejected or failed.')
  const next =
    first && !asked
      ? ` The next one may go at ${momentOrNull(first, zone, now)?.text}, in ${duration(first.getTime() - now.getTime())}; each is looked at again just before.`
      : ''
  return say(when, verdict, `.${next}`)
}

function tonightRow(
  { group, state, why }: CleanupPlan['groups'][number],
  zone: string,
  now: Date,
): TonightRow {
  const until = group.keep ? group.keep.until : group.expiresAt
  const readiness = state === 'warm' ? (group.degradedSince ? 'degraded' : 'ready') : null
  return {
    name: group.name,
    href: `/groups/${group.name}`,
    cluster: group.cluster,
    image: group.image.name,
    badge: stateBadge(state, readiness, group.keep !== null),
    why: capital(why),
    when: momentOrNull(until, zone, now),
    again:
      group.keep && !group.keep.until ? 'never' : state === 'live' ? 'after its switch' : 'when that ends',
    keep: `/groups/${group.name}/keep`,
    destroy: destroyable.has(state) ? `/groups/${group.name}/destroy` : null,
  }
}

function theSky(groups: readonly ServerGroup[], { now, zone, region }: TonightFacts): TonightPage['night'] {
  if (groups.length === 0) return null
  const span = nightSpan(groups, now)
  const shown = groups.slice(0, 8)
  return {
    frame: nightFrame('tonight-sky', span, now, zone, region),
    zone: zoneName(zone),
    lanes: shown.map((group, index) => ({
      label: group.name,
      end: `may go ${momentOrNull(group.expiresAt, zone, now)?.text ?? ''}`,
      lane: warmLane(group, span, now),
      y: 164 + index * 38,
    })),
    height: 164 + shown.length * 38,
    says: `The night from left to right; now is ${wallClock(now, zone)}. ${shown.map((group) => `${group.name} may go ${momentOrNull(group.expiresAt, zone, now)?.text ?? ''}`).join('; ')}.`,
  }
}
