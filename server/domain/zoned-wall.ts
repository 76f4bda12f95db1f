/** What the clock on the wall of a zone shows. */
export interface Wall {
  /** `2026-11-30`. */
  readonly date: string
  /** 0 is Sunday. */
  readonly weekday: number
  readonly minuteOfDay: number
}

const minuteMs = 60_000
const dayMinutes = 1440
const formats = new Map<string, Intl.DateTimeFormat>()

/** Intl formats are dear to make and few. */
function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(timeZone, made)
  return made
}

export function isTimeZone(name: string): boolean {
  try {
    format(name)
    return true
  } catch {
    return false
  }
}

/** The wall of a zone at a moment, as if it were UTC and cut to the minute. */
function wallAsUtc(at: Date, timeZone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {}
  for (const { type, value } of format(timeZone).formatToParts(at)) parts[type] = value
  const { year, month, day, hour, minute } = parts
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
}

const hourMs = 60 * minuteMs

/**
 * The wall at every step of a span, whose ends are whole hours. What a zone's offset is takes long to ask: it is asked once
 * an hour, and within one in which it changes at every step.
 */
export function wallsBetween(
  timeZone: string,
  from: number,
  to: number,
  stepMs: number,
): { readonly at: Date; readonly wall: Wall }[] {
  const walls: { at: Date; wall: Wall }[] = []
  let offset = offsetMs(new Date(from), timeZone)
  for (let hour = from; hour < to; hour += hourMs) {
    const next = offsetMs(new Date(hour + hourMs), timeZone)
    for (let ms = hour; ms < hour + hourMs; ms += stepMs) {
      const at = new Date(ms)
      walls.push({ at, wall: offset === next ? shownWall(ms + offset) : wallOf(at, timeZone) })
    }
    offset = next
  }
  return walls
}

const offsetMs = (at: Date, timeZone: string) =>
  wallAsUtc(at, timeZone) - Math.floor(at.getTime() / minuteMs) * minuteMs

export function wallOf(at: Date, timeZone: string): Wall {
  return shownWall(wallAsUtc(at, timeZone))
}

function shownWall(asUtc: number): Wall {
  const shown = new Date(asUtc)
  return {
    date: shown.toISOString().slice(0, 10),
    weekday: shown.getUTCDay(),
    minuteOfDay: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
  }
}

/** `09:30` → 570; `24:00` is the end of the day. */
export function minuteOfDay(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':')
  return Number(hours) * 60 + Number(minutes)
}

/**
 * The first moment at or after `from` at which `is` says yes, where its answer changes only at `clocks` (minutes of the day)
 * and at midnight. It goes from one such moment to the next and stops at every change of the zone's offset, so that an hour
 * which spring skips or autumn repeats is seen as the wall shows it. Null after `maxDays`.
 */
export function firstMoment(
  timeZone: string,
  from: Date,
  clocks: readonly number[],
  is: (wall: Wall) => boolean,
  maxDays: number,
): Date | null {
  const boundaries = [...new Set([...clocks.map((clock) => clock % dayMinutes), 0])]
  const end = from.getTime() + maxDays * dayMinutes * minuteMs
  let at = from
  while (at.getTime() <= end) {
    if (is(wallOf(at, timeZone))) return at
    at = nextChange(at, timeZone, boundaries)
  }
  return null
}

function nextChange(at: Date, timeZone: string, boundaries: readonly number[]): Date {
  const minute = Math.floor(at.getTime() / minuteMs) * minuteMs
  const now = wallOf(at, timeZone).minuteOfDay
  const away = boundaries.map((boundary) => (boundary - now + dayMinutes) % dayMinutes || dayMinutes)
  const next = minute + Math.min(...away) * minuteMs
  const offset = offsetMs(at, timeZone)
  return offsetMs(new Date(next), timeZone) === offset
    ? new Date(next)
    : changeOfOffset(minute, next, timeZone, offset)
}

/** The first minute after `before` at which the offset is another one; at `after` it is. */
function changeOfOffset(before: number, after: number, timeZone: string, offset: number): Date {
  let [low, high] = [before, after]
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / (2 * minuteMs)) * minuteMs
    if (offsetMs(new Date(middle), timeZone) === offset) low = middle
    else high = middle
  }
  return new Date(high)
}
