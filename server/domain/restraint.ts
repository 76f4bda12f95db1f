import type { Actor } from './operation.js'
import type { Scope } from './scope.js'
import { firstMoment, isTimeZone, minuteOfDay, wallOf, type Wall } from './zoned-wall.js'

interface Common {
  readonly id: string
  readonly scope: Scope
  readonly reason: string
  readonly createdBy: Actor
  readonly createdAt: Date
  /** Who took it back, and why; null while it stands. One that ran out by itself stays null. */
  readonly ended: { readonly by: string; readonly at: Date; readonly reason: string } | null
}

/** A person's word that nothing new may start (`hold`), or that Delling starts no change at all (`stop`). */
export interface Hold extends Common {
  readonly kind: 'hold' | 'stop'
  /** Whom to ask about it. */
  readonly owner: string
  /** Null: until it is released. */
  readonly until: Date | null
}

/** Hours of the week in which changes may start; where a scope has any, they may not start outside of all of them. */
export interface DeployWindow extends Common {
  readonly kind: 'window'
  readonly name: string
  /** The days on which it opens. */
  readonly days: readonly Weekday[]
  /** `HH:MM` on the wall of the zone; `to` may be `24:00`, or earlier than `from` where it ends on the next day. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
}

/** Whole days of a calendar in which nothing new may start, the last one included. */
export interface Freeze extends Common {
  readonly kind: 'freeze'
  readonly name: string
  /** `YYYY-MM-DD` on the calendar of the zone. */
  readonly firstDay: string
  readonly lastDay: string
  readonly timeZone: string
}

/** What keeps changes from starting. */
export type Restraint = Hold | DeployWindow | Freeze

/** In the order of Date.getDay. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof weekdays)[number]

/** A freeze that is longer is a mistake in its year. */
const maxFreezeDays = 400
const dayMs = 86_400_000

/** Why this can't be a window, by the field at fault; null when it can. */
export function reasonBadWindow(
  window: Pick<DeployWindow, 'days' | 'from' | 'to' | 'timeZone'>,
): { readonly field: string; readonly sentence: string } | null {
  const clock = /^([01]\d|2[0-3]):[0-5]\d$/
  if (window.days.length === 0) return { field: 'days', sentence: 'Choose at least one day.' }
  if (!clock.test(window.from))
    return { field: 'from', sentence: `“${window.from}” is no time of day; write it as 09:00.` }
  if (!clock.test(window.to) && window.to !== '24:00')
    return { field: 'to', sentence: `“${window.to}” is no time of day; write it as 17:00, or 24:00.` }
  if (window.from === window.to)
    return {
      field: 'to',
      sentence: 'It would be open for no time at all; write 00:00 to 24:00 for a whole day.',
    }
  return reasonBadZone(window.timeZone)
}

/** Why this can't be a freeze, by the field at fault; null when it can. */
export function reasonBadFreeze(
  freeze: Pick<Freeze, 'firstDay' | 'lastDay' | 'timeZone'>,
): { readonly field: string; readonly sentence: string } | null {
  for (const field of ['firstDay', 'lastDay'] as const)
    if (!isDay(freeze[field]))
      return { field, sentence: `“${freeze[field]}” is no day; write it as 2026-12-24.` }
  if (freeze.lastDay < freeze.firstDay)
    return { field: 'lastDay', sentence: `It ends on ${freeze.lastDay}, before it begins.` }
  if (Date.parse(freeze.lastDay) - Date.parse(freeze.firstDay) > maxFreezeDays * dayMs)
    return { field: 'lastDay', sentence: `A freeze has at most ${maxFreezeDays} days.` }
  return reasonBadZone(freeze.timeZone)
}

function reasonBadZone(timeZone: string): { readonly field: string; readonly sentence: string } | null {
  if (isTimeZone(timeZone)) return null
  return { field: 'timeZone', sentence: `“${timeZone}” is no time zone; name it as in Europe/Berlin.` }
}

function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** Whether a window is open while the wall shows this. One that ends on the next day belongs to the day on which it opens. */
function isOpenAt({ days, from, to }: DeployWindow, wall: Wall): boolean {
  const [opens, closes, now] = [minuteOfDay(from), minuteOfDay(to), wall.minuteOfDay]
  const on = (weekday: number) => days.includes(weekdays[(weekday + 7) % 7] ?? 'sun')
  if (opens < closes) return on(wall.weekday) && now >= opens && now < closes
  return (on(wall.weekday) && now >= opens) || (on(wall.weekday - 1) && now < closes)
}

export function isOpen(window: DeployWindow, at: Date): boolean {
  return isOpenAt(window, wallOf(at, window.timeZone))
}

/** When a window is open next, or now. Null only for one that the clocks of its zone always skip. */
export function opensAt(window: DeployWindow, at: Date): Date | null {
  const clocks = [minuteOfDay(window.from), minuteOfDay(window.to)]
  return firstMoment(window.timeZone, at, clocks, (wall) => isOpenAt(window, wall), 15)
}

/** When the day after the last one begins, which is when a freeze ends. */
export function thawsAt({ lastDay, timeZone }: Freeze): Date {
  // No zone is further from UTC than 14 hours: from here the next midnight is two days away at most.
  const before = new Date(Date.parse(`${lastDay}T00:00:00Z`) - dayMs)
  const end = firstMoment(timeZone, before, [], (wall) => wall.date > lastDay, 5)
  if (!end) throw new Error(`no day comes after ${lastDay} in ${timeZone}`)
  return end
}

export function isFrozen({ firstDay, lastDay, timeZone }: Freeze, at: Date): boolean {
  const { date } = wallOf(at, timeZone)
  return date >= firstDay && date <= lastDay
}

/** Whether a hold or a stop is in force: neither released nor run out. */
export function isInForce({ ended, until }: Hold, at: Date): boolean {
  return ended === null && (until === null || until > at)
}

/** Whether nothing of it can matter any more. A window never runs out. */
export function isOver(restraint: Restraint, at: Date): boolean {
  if (restraint.ended) return true
  if (restraint.kind === 'window') return false
  return restraint.kind === 'freeze' ? thawsAt(restraint) <= at : !isInForce(restraint, at)
}

/** From when on nothing of it can matter; null while that is open. */
export function overAt(restraint: Restraint): Date | null {
  if (restraint.ended) return restraint.ended.at
  if (restraint.kind === 'window') return null
  return restraint.kind === 'freeze' ? thawsAt(restraint) : restraint.until
}
