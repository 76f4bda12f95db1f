import type { PlannedCall } from '../../domain/call.js'
import { capital } from './words.js'

/** A line of a plan: an AWS call, or a wait between them. */
export interface PlanLine {
  readonly k: string
  readonly api: string | null
  readonly fact: { readonly k: string; readonly glyph: string; readonly text: string } | null
  readonly what: string
}

/** Calls are numbered in order; a wait stands on dawn, the switch on day, the warm night on night. */
export function planLines(plan: readonly PlannedCall[]): PlanLine[] {
  return plan.map(({ api, what, kind }) => {
    if (kind === 'wait')
      return {
        k: 'plan-wait',
        api: null,
        fact: { k: 'k-next', glyph: 'clock', text: waitWords(what) },
        what: '',
      }
    if (kind === 'warm' && api === 'wait')
      return {
        k: 'plan-night',
        api: null,
        fact: { k: 'k-warm', glyph: 'warm', text: waitWords(what) },
        what: '',
      }
    return { k: kind === 'switch' ? 'plan-key' : kind === 'warm' ? 'plan-night' : '', api, fact: null, what }
  })
}

/** `9 changes, 2 waits`. */
export function planCounts(plan: readonly PlannedCall[]): string {
  const waits = plan.filter((line) => line.api === 'wait').length
  const changes = plan.length - waits
  return `${changes} ${changes === 1 ? 'change' : 'changes'}, ${waits} ${waits === 1 ? 'wait' : 'waits'}; the reads between them are left out`
}

function waitWords(what: string): string {
  return what.startsWith('until') ? `Wait ${what}` : capital(what)
}
