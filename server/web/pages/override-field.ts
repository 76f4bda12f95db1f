import type { MayStart } from '../../engine/restrained.js'
import { field, type Field, type Filled } from './field.js'

/** Asks for the written reason where something keeps the change from starting; nothing where it may start. */
export function overrideFields(filled: Filled, may: MayStart): readonly Field[] {
  if (may.obstacles.length === 0) return []
  return [
    field(filled, 'override', 'Why it can’t wait', {
      required: true,
      help: `${may.sentence} Your reason is recorded with what it overrides.`,
    }),
  ]
}
