import type { ImageRetentionPolicy } from './image-retention-policy.js'
import { morningAfter, nightEndedBefore } from './morning.js'

/** The installation’s own morning, on the wall clock of its zone. */
export interface MorningClock {
  readonly morning: string
  readonly timeZone: string
}

/** Marks are made so long before a morning, so that they are new when images are judged. */
const marksBeforeMs = 3_600_000

/** Whether the marks of the last night have yet to be made. */
export function marksAreDue(clock: MorningClock, lastMade: Date | null, now: Date): boolean {
  const { morning } = nightEndedBefore(clock, new Date(now.getTime() + marksBeforeMs))
  return lastMade === null || lastMade.getTime() < morning.getTime() - marksBeforeMs
}

/** When marks are made next by themselves. */
export function nextMarks(clock: MorningClock, now: Date): Date {
  const morning = morningAfter(clock, new Date(now.getTime() + marksBeforeMs))
  return new Date(morning.getTime() - marksBeforeMs)
}

/** Whether a morning has come, since the policy was switched on, for which no run was made. */
export function retentionIsDue(
  clock: MorningClock,
  { on, changedAt }: Pick<ImageRetentionPolicy, 'on' | 'changedAt'>,
  lastNightly: Date | null,
  now: Date,
): boolean {
  if (!on) return false
  const { morning } = nightEndedBefore(clock, now)
  return morning > (changedAt ?? now) && (lastNightly === null || lastNightly < morning)
}
