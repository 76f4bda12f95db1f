import { isPresent, staysUntil, type ServerGroup } from '../../domain/server-group.js'
import { moment, wallClock, type Moment } from './moment.js'
import { percentAt, skyStops, type SkyStop, type Span } from './sky.js'

const hourMs = 3_600_000
const skyHeight = 164
const laneHeight = 38

/** A bar of a lane, in per cent of the picture's width. */
export interface LaneBar {
  readonly kind: 'lane-ready' | 'lane-bad' | 'lane-live' | 'lane-promise'
  readonly x: string
  readonly width: string
}

export interface Lane {
  readonly bars: readonly LaneBar[]
  /** Where the expiry's stroke stands; null when it lies outside or there is none. */
  readonly expiry: string | null
}

/** A lane with what is written beside it, at its height in the picture. */
export interface NightLane {
  readonly label: string
  readonly end: string
  readonly lane: Lane
  readonly y: number
}

/** The frame of a night picture: what is the same for all lanes under one sky. */
export interface NightFrame {
  readonly id: string
  readonly sky: readonly SkyStop[]
  readonly now: string
  readonly nowText: string
  readonly nowAnchor: 'start' | 'middle' | 'end'
  readonly hours: readonly { readonly x: string; readonly text: string; readonly wide: boolean }[]
}

/** From a few hours ago until after the last expiry within a day and a half. */
export function nightSpan(groups: readonly ServerGroup[], now: Date, since: Date | null = null): Span {
  const ends = groups.flatMap((group) => (group.expiresAt ? [group.expiresAt.getTime()] : []))
  const within = ends.filter((end) => end > now.getTime() && end < now.getTime() + 40 * hourMs)
  const to = Math.max(now.getTime() + 14 * hourMs, ...within.map((end) => end + 1.5 * hourMs))
  const earliest = now.getTime() - 5 * hourMs
  const from = Math.max(earliest, Math.min(now.getTime() - hourMs, since?.getTime() ?? earliest))
  return { from: new Date(from), to: new Date(to) }
}

/** Everything but the lanes. `id` makes the gradient's name unique on the page. */
export function nightFrame(id: string, span: Span, now: Date, zone: string, region: string): NightFrame {
  const at = percentAt(now, span)
  return {
    id,
    sky: skyStops(span, region, zone),
    now: `${at}%`,
    nowText: wallClock(now, zone),
    nowAnchor: at < 12 ? 'start' : at > 88 ? 'end' : 'middle',
    hours: hourMarks(span, zone),
  }
}

/** Every third full hour of the wall clock; every other one is left out on a phone. */
function hourMarks(span: Span, zone: string) {
  const marks: { x: string; text: string; wide: boolean }[] = []
  for (
    let time = Math.ceil(span.from.getTime() / hourMs) * hourMs;
    time < span.to.getTime();
    time += hourMs / 2
  ) {
    const text = wallClock(new Date(time), zone)
    const x = percentAt(new Date(time), span)
    if (!text.endsWith(':00') || Number(text.slice(0, 2)) % 3 !== 0 || x < 3 || x > 97) continue
    marks.push({ x: `${x}%`, text, wide: marks.length % 2 === 1 })
  }
  return marks
}

/** A warm group's lane: ready so far, degraded since, promised until its expiry. */
export function warmLane(group: ServerGroup, span: Span, now: Date): Lane {
  const from = group.quietSince ?? group.roleSince
  const brokeAt = group.degradedSince
  const end = group.expiresAt ?? span.to
  const bars = [
    bar('lane-ready', from, brokeAt ?? now, span),
    brokeAt && bar('lane-bad', brokeAt, now, span),
    isPresent(group) && bar('lane-promise', now, end, span),
  ].filter((each): each is LaneBar => Boolean(each))
  const within = group.expiresAt && group.expiresAt <= span.to && group.expiresAt >= span.from
  return { bars, expiry: within ? `${percentAt(group.expiresAt, span)}%` : null }
}

/** Lanes under each other below the sky, and how high the picture is with them, in its own units. */
export function stackedLanes(lanes: readonly Omit<NightLane, 'y'>[]): {
  readonly lanes: readonly NightLane[]
  readonly height: number
} {
  return {
    lanes: lanes.map((lane, index) => ({ ...lane, y: skyHeight + index * laneHeight })),
    height: skyHeight + lanes.length * laneHeight,
  }
}

/** The lane of the group that carries the traffic. */
export function liveLane(group: ServerGroup, span: Span, now: Date): Lane {
  const lane = bar('lane-live', group.liveSince ?? group.roleSince, now, span)
  return { bars: lane ? [lane] : [], expiry: null }
}

function bar(kind: LaneBar['kind'], from: Date, to: Date, span: Span): LaneBar | null {
  const x = percentAt(from, span)
  const width = Math.round((percentAt(to, span) - x) * 100) / 100
  return width > 0 ? { kind, x: `${x}%`, width: `${width}%` } : null
}

/** `until Fri 07:30`, `kept until it is released`. */
export function keptUntil(
  group: ServerGroup,
  zone: string,
  now: Date,
): { text: string; until: Moment | null } {
  const end = staysUntil(group)
  if (!end) return { text: 'kept until it is released', until: null }
  return { text: 'until', until: moment(end, zone, now) }
}
