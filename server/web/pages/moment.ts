/** A moment as a page prints it: short, with the exact one on hover. */
export interface Moment {
  readonly iso: string
  readonly text: string
  readonly title: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Intl formats are dear to make and few. */
function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options)
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options })
  formats.set(key, made)
  return made
}

const clockOf = (at: Date, zone: string) => format(zone, { hour: '2-digit', minute: '2-digit' }).format(at)
const secondsOf = (at: Date, zone: string) =>
  format(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)
const dateOf = (at: Date, zone: string) =>
  format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
const dayMs = 86_400_000

/** `14:19` today, `Fri 07:30` within six days, else `2 Nov 07:30`, on the wall clock of the zone. */
export function moment(at: Date, zone: string, now: Date): Moment {
  return {
    iso: at.toISOString(),
    text: `${dayBefore(at, zone, now)}${clockOf(at, zone)}`,
    title: exact(at, zone),
  }
}

/** The same with seconds: for logs and calls. */
export function momentToTheSecond(at: Date, zone: string, now: Date): Moment {
  return {
    iso: at.toISOString(),
    text: `${dayBefore(at, zone, now)}${secondsOf(at, zone)}`,
    title: exact(at, zone),
  }
}

export function momentOrNull(at: Date | null, zone: string, now: Date): Moment | null {
  return at && moment(at, zone, now)
}

/** `Thursday, 19 November`, the heading of a day. */
export function dayHeading(at: Date, zone: string): string {
  const date = format(zone, { day: 'numeric', month: 'long' }).format(at)
  return `${format(zone, { weekday: 'long' }).format(at)}, ${date}`
}

/** `07:30`, for the edge of a picture. */
export function wallClock(at: Date, zone: string): string {
  return clockOf(at, zone)
}

/** Where AWS's delays are divided, a minute holds a whole deployment: then times that are waited for need seconds. */
export function deadline(at: Date, zone: string, now: Date, paceDivisor: number): Moment {
  return paceDivisor > 1 ? momentToTheSecond(at, zone, now) : moment(at, zone, now)
}

/** The same without the day: for bars and phases. */
export function phaseClock(at: Date, zone: string, paceDivisor: number): string {
  return paceDivisor > 1 ? secondsOf(at, zone) : clockOf(at, zone)
}

/** `Dublin time`, named once on a page. */
export function zoneName(zone: string): string {
  if (zone === 'UTC' || zone === 'Etc/UTC') return 'UTC'
  return `${(zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')} time`
}

function dayBefore(at: Date, zone: string, now: Date): string {
  if (dateOf(at, zone) === dateOf(now, zone)) return ''
  if (Math.abs(at.getTime() - now.getTime()) < 6 * dayMs)
    return `${format(zone, { weekday: 'short' }).format(at)} `
  return `${format(zone, { day: 'numeric', month: 'short' }).format(at)} `
}

function exact(at: Date, zone: string): string {
  const date = format(zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at)
  const name = format(zone, { timeZoneName: 'short' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value
  return `${date.replace(',', '')}, ${secondsOf(at, zone)} ${name ?? zone}`
}
