import { isFree, windowWords } from '../../domain/may-start.js'
import {
  isFrozen,
  isInForce,
  thawsAt,
  type DeployWindow,
  type Freeze,
  type Hold,
  type Restraint,
} from '../../domain/restraint.js'
import { scopeText, scopeWords, type Where } from '../../domain/scope.js'
import { wallOf, wallsBetween } from '../../domain/zoned-wall.js'
import type { MayStart } from '../../engine/restrained.js'
import { field, type Field } from './field.js'
import { say, strong, type Head } from './head.js'
import { moment, momentOrNull, zoneName, type Moment } from './moment.js'
import { capital } from './words.js'

export interface HoldsFacts {
  readonly restraints: readonly Restraint[]
  /** What the calendar is of, and what stands in the way of a deployment there. */
  readonly where: Where
  readonly scope: string
  readonly scopes: readonly ScopeChoice[]
  readonly may: MayStart
  readonly now: Date
}

export interface ScopeChoice {
  readonly value: string
  readonly label: string
}

interface HoldRow {
  readonly id: string
  readonly k: string
  readonly glyph: string
  readonly word: string
  readonly scope: string
  readonly reason: string
  readonly owner: string
  readonly since: Moment
  readonly until: Moment | null
  readonly release: string
}

interface CalendarRow {
  readonly id: string
  readonly name: string
  readonly scope: string
  readonly when: string
  readonly state: string
  readonly reason: string
  readonly by: string
  readonly release: string
}

/** A day of the calendar: where it may not start, in per cent of the day. */
export interface CalendarDay {
  readonly label: string
  readonly says: string
  readonly bars: readonly { readonly x: string; readonly width: string }[]
  readonly now: string | null
}

export interface HoldsPage extends Head {
  readonly holds: readonly HoldRow[]
  readonly windows: readonly CalendarRow[]
  readonly freezes: readonly CalendarRow[]
  readonly scopeField: Field
  readonly days: readonly CalendarDay[]
  readonly calendarOf: string
  readonly zone: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const stepMin = 15
const shownDays = 14

/** May I deploy, and if not, who says so and until when? */
export function holdsPage(facts: HoldsFacts): HoldsPage {
  const { restraints, where, now, scope, scopes, may } = facts
  const zone = where.timeZone
  return {
    title: 'Holds',
    heading: 'Holds and windows',
    crumbs: [],
    sentence: mayWords(facts),
    acts: [
      { label: 'Place a hold…', href: '/holds/new' },
      { label: 'Add a window…', href: '/windows/new' },
      { label: 'Add a freeze…', href: '/freezes/new' },
      { label: 'Stop everything…', href: '/holds/stop', bad: true, glyph: 'halted' },
    ],
    liveMs: may.obstacles.length > 0 ? 15_000 : 30_000,
    holds: restraints.flatMap((each) =>
      (each.kind === 'hold' || each.kind === 'stop') && isInForce(each, now)
        ? [holdRow(each, zone, now)]
        : [],
    ),
    windows: restraints.flatMap((each) => (each.kind === 'window' ? [windowRow(each)] : [])),
    freezes: restraints.flatMap((each) => (each.kind === 'freeze' ? [freezeRow(each, now)] : [])),
    scopeField: field({ values: { scope }, faults: [] }, 'scope', 'May a deployment start in', {
      choices: scopes,
    }),
    days: calendar(restraints, where, now),
    calendarOf: scopes.find(({ value }) => value === scope)?.label ?? scope,
    zone: zoneName(zone),
  }
}

function mayWords({ may, where, now, scope, scopes }: HoldsFacts) {
  const place = scopes.find(({ value }) => value === scope)?.label ?? scope
  const free = scope === 'all' ? ' where nothing narrower is held.' : `: nothing keeps it back in ${place}.`
  if (may.obstacles.length === 0) return say(strong('A deployment may start now'), free)
  const until = may.until
    ? `It may at ${moment(may.until, where.timeZone, now).text}.`
    : 'Until when, a person decides.'
  return say(strong('No deployment may start now'), `: ${may.sentence} ${until}`)
}

function holdRow(hold: Hold, zone: string, now: Date): HoldRow {
  const stops = hold.kind === 'stop'
  return {
    id: hold.id,
    k: stops ? 'k-bad' : 'k-care',
    glyph: stops ? 'halted' : 'hold',
    word: stops ? 'stopped' : 'on hold',
    scope: capital(scopeWords(hold.scope)),
    reason: hold.reason,
    owner: hold.owner,
    since: moment(hold.createdAt, zone, now),
    until: momentOrNull(hold.until, zone, now),
    release: `/holds/${hold.id}/release`,
  }
}

function windowRow(window: DeployWindow): CalendarRow {
  const { id, name, scope, reason, createdBy } = window
  return {
    id,
    name,
    scope: scopeWords(scope),
    when: capital(windowWords(window)),
    state: '',
    reason,
    by: createdBy.name,
    release: `/holds/${id}/release`,
  }
}

function freezeRow(freeze: Freeze, now: Date): CalendarRow {
  const { id, name, scope, reason, createdBy, firstDay, lastDay, timeZone } = freeze
  const days = firstDay === lastDay ? firstDay : `${firstDay} to ${lastDay}`
  return {
    id,
    name,
    scope: scopeWords(scope),
    when: `${days} (${timeZone})`,
    state: isFrozen(freeze, now) ? `frozen until ${moment(thawsAt(freeze), timeZone, now).text}` : 'to come',
    reason,
    by: createdBy.name,
    release: `/holds/${id}/release`,
  }
}

/** Two weeks of days on the wall of the zone; holds count as they stand now. */
function calendar(restraints: readonly Restraint[], where: Where, now: Date): CalendarDay[] {
  const today = wallOf(now, where.timeZone)
  const noon = Date.parse(`${today.date}T12:00:00Z`)
  const held = new Map<string, Map<number, boolean>>()
  // Wide enough for every zone; what the wall shows says which of the moments belong to a day.
  const [from, to] = [noon - 30 * hourMs, noon + (shownDays - 1) * dayMs + 30 * hourMs]
  for (const { at, wall } of wallsBetween(where.timeZone, from, to, stepMin * 60_000)) {
    const day = held.get(wall.date) ?? new Map<number, boolean>()
    held.set(wall.date, day)
    const before = day.get(wall.minuteOfDay) ?? false
    day.set(wall.minuteOfDay, before || !isFree('deploy', restraints, where, at))
  }
  return Array.from({ length: shownDays }, (_, index) => {
    const date = new Date(noon + index * dayMs).toISOString().slice(0, 10)
    return calendarDay(held.get(date) ?? new Map(), date, date === today.date ? today.minuteOfDay : null)
  })
}

function calendarDay(
  held: ReadonlyMap<number, boolean>,
  date: string,
  nowMinute: number | null,
): CalendarDay {
  const noon = Date.parse(`${date}T12:00:00Z`)
  const spans = spansOf(held)
  const label = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  })
  return {
    label: label.format(new Date(noon)).replace(',', ''),
    says: spans.length === 0 ? 'open all day' : `closed ${spans.map(spanWords).join(', ')}`,
    bars: spans.map(({ from, to }) => ({ x: percent(from), width: percent(to - from) })),
    now: nowMinute === null ? null : percent(nowMinute),
  }
}

interface MinuteSpan {
  readonly from: number
  readonly to: number
}

/** Steps that follow one another as one. A clock that spring skips is held where the one before it is. */
function spansOf(held: ReadonlyMap<number, boolean>): readonly MinuteSpan[] {
  const spans: MinuteSpan[] = []
  let before = false
  for (let minute = 0; minute < 1440; minute += stepMin) {
    const closed: boolean = held.get(minute) ?? before
    const last = spans.at(-1)
    if (closed && before && last) spans[spans.length - 1] = { from: last.from, to: minute + stepMin }
    else if (closed) spans.push({ from: minute, to: minute + stepMin })
    before = closed
  }
  return spans
}

const percent = (minutes: number) => `${Math.round((minutes / 1440) * 10_000) / 100}%`
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function spanWords({ from, to }: MinuteSpan): string {
  return from === 0 && to === 1440 ? 'all day' : `${clock(from)} to ${clock(to)}`
}

/** Every scope that a person may choose. */
export function scopeChoices(
  region: string,
  applications: readonly { readonly name: string }[],
  clusters: readonly { readonly name: string }[],
): ScopeChoice[] {
  const named = (level: 'application' | 'cluster', names: readonly { readonly name: string }[]) =>
    names.map(({ name }) => ({ value: scopeText({ level, name }), label: `the ${level} ${name}` }))
  return [
    { value: 'all', label: 'everything' },
    { value: `region:${region}`, label: `the region ${region}` },
    ...named('application', applications),
    ...named('cluster', clusters),
  ]
}
