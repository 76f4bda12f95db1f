import { staysUntil, type ServerGroup, type ShownState } from '../../domain/server-group.js'
import type { ListedCleanupRun } from '../../engine/cleanup-runs.js'
import type { CleanupPlan } from '../../engine/cleanup.js'
import { stateBadge, type Badge } from './badge.js'
import { field, type Field, type Filled } from './field.js'
import { say, strong, type Head, type Said } from './head.js'
import { moment, momentOrNull, wallClock, zoneName, type Moment } from './moment.js'
import { nightFrame, nightSpan, stackedLanes, warmLane, type NightFrame, type NightLane } from './night.js'
import { pageOfRows, type PageFoot } from './page-of-rows.js'
import { runRow, type RunRow } from './cleanup-run.js'
import { capital, counted, duration } from './words.js'

export interface TonightFacts {
  readonly plan: CleanupPlan
  readonly runs: readonly ListedCleanupRun[]
  readonly now: Date
  readonly zone: string
  readonly region: string
  /** The plan was asked for another time than now. */
  readonly asked: Date | null
  /** Which pages of what goes and of what stays are shown, counted from 1. */
  readonly pages: { readonly goes: number; readonly stays: number }
  readonly filled: Filled
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
  readonly goesFoot: PageFoot
  readonly staysFoot: PageFoot
  readonly goesSays: string
  readonly staysSays: string
  readonly night: {
    readonly frame: NightFrame
    readonly zone: string
    readonly lanes: readonly NightLane[]
    readonly height: number
    readonly says: string
  } | null
  readonly runs: readonly RunRow[]
  readonly clock: Field
  readonly localCloud: boolean
  readonly unseen: readonly string[]
}

const dayMs = 86_400_000
const mostUnseen = 8

function namedUnseen(unseen: readonly string[]): readonly string[] {
  const more = unseen.length - mostUnseen
  return more > 0 ? [...unseen.slice(0, mostUnseen), `And ${more} more.`] : unseen
}

const destroyable = new Set<ShownState>(['warm', 'rejected', 'failed'])

/** What goes tonight, what stays, why? */
export function tonightPage(facts: TonightFacts): TonightPage {
  const { plan, now, zone, pages } = facts
  const at = (shown: TonightFacts['pages']) => addressOf(facts.asked, shown)
  const row = (each: CleanupPlan['groups'][number]) => tonightRow(each, zone, now)
  const goes = plan.groups.filter((each) => each.verdict === 'goes')
  const stays = plan.groups.filter((each) => each.verdict === 'stays')
  const going = pageOfRows(goes, pages.goes, (page) => at({ ...pages, goes: page }))
  const staying = pageOfRows(stays, pages.stays, (page) => at({ ...pages, stays: page }))
  return {
    title: 'Tonight',
    heading: 'Tonight',
    crumbs: [],
    sentence: tonightSentence(facts, goes.length, stays),
    acts: [
      { label: 'Run now…', href: `/tonight/run${facts.asked ? `?now=${facts.asked.toISOString()}` : ''}` },
    ],
    liveMs: 15_000,
    goes: going.rows.map(row),
    stays: staying.rows.map(row),
    goesFoot: going.foot,
    staysFoot: staying.foot,
    goesSays: goes.length === 0 ? 'nothing' : counted(goes.length, 'group'),
    staysSays: counted(stays.length, 'group'),
    night: theSky(
      plan.groups.map((each) => each.group).filter((group) => group.role === 'warm' && group.expiresAt),
      facts,
    ),
    runs: facts.runs.map((run) => runRow(run, zone, now)),
    clock: field(facts.filled, 'now', 'Look as if it were', {
      mono: true,
      placeholder: '2026-11-25T10:00:00Z',
    }),
    localCloud: facts.localCloud,
    unseen: namedUnseen(plan.unseen),
  }
}

function addressOf(asked: Date | null, { goes, stays }: TonightFacts['pages']): string {
  const query = new URLSearchParams(asked ? { now: asked.toISOString() } : {})
  if (goes > 1) query.set('goes', String(goes))
  if (stays > 1) query.set('stays', String(stays))
  return query.size === 0 ? '/tonight' : `/tonight?${query.toString()}`
}

function tonightSentence(
  { plan, now, zone, asked }: TonightFacts,
  goes: number,
  stays: CleanupPlan['groups'],
): Said[] {
  if (plan.groups.length === 0)
    return say(strong('Nothing is here to clean up'), ': no group is warm, rejected or failed.')
  const when = asked ? `At ${moment(asked, zone, now).text} ` : 'If it ran now, '
  const verdict = strong(
    `${counted(goes, 'group')} would go and ${counted(stays.length, 'group').replace(/ groups?$/, '')} would stay`,
  )
  const first = nextExpiry(stays, now)
  const next =
    first && !asked
      ? ` The next one may go at ${moment(first, zone, now).text}, in ${duration(first.getTime() - now.getTime())}; each is looked at again just before.`
      : ''
  return say(when, verdict, `.${next}`)
}

/** The earliest moment within a day at which one of the groups may go. */
function nextExpiry(groups: CleanupPlan['groups'], now: Date): Date | null {
  const ends = groups
    .flatMap(({ group }) => (group.expiresAt ? [group.expiresAt.getTime()] : []))
    .filter((end) => end > now.getTime() && end < now.getTime() + dayMs)
  return ends.length > 0 ? new Date(Math.min(...ends)) : null
}

function tonightRow(
  { group, state, why }: CleanupPlan['groups'][number],
  zone: string,
  now: Date,
): TonightRow {
  const until = staysUntil(group)
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
  const rows = groups.slice(0, 8).map((group) => ({
    label: group.name,
    end: `may go ${momentOrNull(group.expiresAt, zone, now)?.text ?? ''}`,
    lane: warmLane(group, span, now),
  }))
  return {
    frame: nightFrame('tonight-sky', span, now, zone, region),
    zone: zoneName(zone),
    ...stackedLanes(rows),
    says: `The night from left to right; now is ${wallClock(now, zone)}. ${rows.map(({ label, end }) => `${label} ${end}`).join('; ')}.`,
  }
}
