import { pushLabel } from '../../domain/names.js'
import type { Readiness } from '../../domain/readiness.js'
import { capital, duration } from './words.js'

/** The answer first, then the bar of healthy against needed, then the checks one by one. */
export interface ReadinessPanel {
  readonly k: string
  readonly glyph: string
  readonly answer: string
  readonly bar: {
    readonly have: string
    readonly need: string
    readonly haveText: string
    readonly needText: string
    readonly most: string
    readonly label: string
  }
  readonly checks: readonly { readonly k: string; readonly glyph: string; readonly sentence: string }[]
  readonly mend: string | null
}

export function readinessPanel(readiness: Readiness, group: string): ReadinessPanel {
  const label = pushLabel(group)
  const { healthy, needed, mendMs } = readiness
  const most = Math.max(healthy, needed, 1) + 1
  const percent = (count: number) => `${Math.round((count / most) * 1000) / 10}%`
  return {
    ...answerOf(readiness, label),
    bar: {
      have: percent(healthy),
      need: percent(needed),
      haveText: `healthy ${healthy}`,
      needText: `needed now ${needed}`,
      most: `most ${most}`,
      label: `${label} has ${healthy} healthy instances; ${needed} are needed to carry the traffic of now.`,
    },
    checks: readiness.checks.map(({ ok, sentence }) => ({
      k: ok ? 'k-good' : readiness.state === 'lost' ? 'k-bad' : 'k-care',
      glyph: ok ? 'check' : 'cross',
      sentence: capital(sentence),
    })),
    mend: mendMs === null ? null : mendWords(mendMs, readiness.held),
  }
}

function mendWords(mendMs: number, held: boolean): string {
  const takes = `about ${duration(mendMs)}`
  return held
    ? `It is held at its size and does not grow by itself: rolling back resizes it first, which takes ${takes}.`
    : `Mending takes ${takes}; it is under way.`
}

function answerOf(readiness: Readiness, label: string): Pick<ReadinessPanel, 'k' | 'glyph' | 'answer'> {
  if (readiness.state === 'ready') return { k: 'k-good', glyph: 'check', answer: `Yes, to ${label}` }
  if (readiness.state === 'lost')
    return { k: 'k-bad', glyph: 'cross', answer: `No: ${label} has no healthy target` }
  const short = Math.max(0, readiness.needed - readiness.healthy)
  return { k: 'k-care', glyph: 'bang', answer: short > 0 ? `Not yet: ${short} short` : 'Not yet' }
}
