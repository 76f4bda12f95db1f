import { obstacleSentence, type Obstacle } from '../../domain/may-start.js'
import { field, type Field, type Filled } from './field.js'

/** Asks for the written reason where something keeps the change from starting; nothing where it may start. */
export function overrideFields(
  filled: Filled,
  { obstacles }: { readonly obstacles: readonly Obstacle[] },
): readonly Field[] {
  if (obstacles.length === 0) return []
  return [
    field(filled, 'override', 'Why it can’t wait', {
      required: true,
      help: `${obstacleSentence(obstacles)} Your reason is recorded with what it overrides.`,
    }),
  ]
}
