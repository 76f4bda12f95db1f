import type { OperationEvent, Stamped } from '../../domain/operation.js'

/** What AWS and the instances said when a launch failed. */
export interface DiagnosisPanel {
  readonly says: readonly string[]
  readonly consoles: readonly { readonly instanceId: string; readonly tail: string }[]
}

export function diagnosisOf(events: readonly Stamped<OperationEvent>[]): DiagnosisPanel | null {
  const found = events.findLast(({ event }) => event.type === 'AbortStarted')?.event
  if (found?.type !== 'AbortStarted' || !found.diagnosis) return null
  const { activities, targets, console: consoles } = found.diagnosis
  return { says: [...targets, ...activities], consoles }
}
