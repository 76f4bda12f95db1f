import type { TargetView } from '../../domain/target-group-view.js'
import { instanceHref, shortZone, targetLook, targetWord } from './target-words.js'

export interface TargetRow {
  readonly id: string
  /** Only an instance has a page. */
  readonly href: string | null
  readonly zone: string
  readonly k: string
  readonly glyph: string
  readonly word: string
  readonly reason: string | null
}

export function targetRows(targets: readonly TargetView[]): readonly TargetRow[] {
  return targets.map(({ id, zone, state, reason }) => ({
    id,
    href: id.startsWith('i-') ? instanceHref(id) : null,
    zone: zone === null ? '–' : shortZone(zone),
    ...targetLook(state),
    word: targetWord(state),
    reason,
  }))
}
