/** A step of the row of phases: done, now, later, or where it broke. */
export interface PhaseStep {
  readonly label: string
  readonly k: 'phase-done' | 'phase-now' | 'phase-later' | 'phase-broken'
  readonly glyph: string
  readonly now: boolean
  readonly note: string
}

/** The steps of something that has reached `at` (0 is the first). Ended badly: the step it reached is where it broke. */
export function phaseSteps(
  labels: readonly string[],
  at: number,
  running: boolean,
  well: boolean,
  notes: readonly string[] = [],
): PhaseStep[] {
  return labels.map((label, index) => {
    const note = notes[index] ?? ''
    if (index < at || well) return { label, k: 'phase-done', glyph: 'done', now: false, note }
    if (index > at) return { label, k: 'phase-later', glyph: 'later', now: false, note }
    return running
      ? { label, k: 'phase-now', glyph: 'next', now: true, note }
      : { label, k: 'phase-broken', glyph: 'rejected', now: false, note }
  })
}
