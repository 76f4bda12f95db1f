import type { Operation } from './operation.js'

/** The moments that deadlines are counted from, later by the time that the operation has been paused until `at`. */
export function withoutPausedTime(operation: Operation, at: Date): Partial<Operation> {
  const { paused, phaseSince, canary } = operation
  if (!paused) return {}
  const later = (moment: Date) => {
    const pausedMs = at.getTime() - Math.max(paused.since.getTime(), moment.getTime())
    return new Date(moment.getTime() + Math.max(0, pausedMs))
  }
  return {
    phaseSince: later(phaseSince),
    ...(canary ? { canary: { ...canary, since: later(canary.since) } } : {}),
  }
}
