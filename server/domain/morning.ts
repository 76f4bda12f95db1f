import { Cron } from 'croner'
import type { ClusterPolicy } from './cluster.js'

const hourMs = 3_600_000

/** Why this can't be a morning, in a sentence; null when it can. */
export function reasonBadMorning(morning: string, timeZone: string): string | null {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(morning)) return `“${morning}” is no time of day; write it as 07:30.`
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    return `“${timeZone}” is no time zone; name it as in Europe/Berlin.`
  }
  return null
}

/** What was last found for a clock and its zone: every look of a watched cluster asks for the same morning again. */
const lastFound = new Map<string, { readonly cron: Cron; readonly after: number; readonly next: number }>()

/** The first morning after a moment, on the wall clock of the cluster's zone (one that the spring change skips comes when the skipped hour ends). */
export function morningAfter(policy: Pick<ClusterPolicy, 'morning' | 'timeZone'>, after: Date): Date {
  const clock = `${policy.morning} ${policy.timeZone}`
  const last = lastFound.get(clock)
  if (last && after.getTime() >= last.after && after.getTime() < last.next) return new Date(last.next)
  const [hours = '7', minutes = '30'] = policy.morning.split(':')
  const cron =
    last?.cron ?? new Cron(`0 ${Number(minutes)} ${Number(hours)} * * *`, { timezone: policy.timeZone })
  const next = cron.nextRun(after)
  if (!next)
    throw new Error(
      `there is no morning ${policy.morning} in ${policy.timeZone} after ${after.toISOString()}`,
    )
  lastFound.set(clock, { cron, after: after.getTime(), next: next.getTime() })
  return next
}

/** Until when a group that leaves the traffic at `at` is kept: the first morning at least the minimum of hours away. */
export function warmUntil(policy: ClusterPolicy, at: Date): Date {
  return morningAfter(policy, new Date(at.getTime() + policy.minWarmHours * hourMs - 1))
}

/** The night that ended at or before a moment, as the date of its morning in the cluster's zone: `2026-11-24`. */
export function nightEndedBefore(
  policy: Pick<ClusterPolicy, 'morning' | 'timeZone'>,
  at: Date,
): { night: string; morning: Date } {
  let morning = morningAfter(policy, new Date(at.getTime() - 50 * hourMs))
  for (;;) {
    const next = morningAfter(policy, morning)
    if (next > at) break
    morning = next
  }
  const night = new Intl.DateTimeFormat('en-CA', { timeZone: policy.timeZone, dateStyle: 'short' }).format(
    morning,
  )
  return { night, morning }
}
