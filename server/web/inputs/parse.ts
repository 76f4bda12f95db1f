import type { ZodType } from 'zod'
import { Refusal, type FieldFault } from '../../domain/refusal.js'
import { fieldWords } from '../../domain/field-words.js'
import { isPlainText } from '../guard/plain-text.js'
import { issueWords } from './issue-words.js'

/** Checks what came in against a schema; throws a Refusal that names every field at fault. */
export function parse<T>(schema: ZodType<T>, value: unknown): T {
  const unreadable = unreadableFields(value)
  if (unreadable.length > 0)
    throw new Refusal('Invalid', refusalSentence(unreadable), 'invalid', { faults: unreadable })
  const parsed = schema.safeParse(value ?? {}, { error: issueWords })
  if (parsed.success) return parsed.data
  const faults: FieldFault[] = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: key, sentence: 'There is no field of this name.' }))
      : [{ field: issue.path.map(String).join('.') || 'body', sentence: sentence(issue.message) }],
  )
  throw new Refusal('Invalid', refusalSentence(faults), 'invalid', { faults })
}

/** Fields, or keys in them, with characters that can't be recorded. */
function unreadableFields(value: unknown, path = ''): FieldFault[] {
  const sentence = 'It holds a character that is none (NUL, or half a surrogate pair); write it without.'
  const fault = { field: path || 'body', sentence }
  if (typeof value === 'string') return isPlainText(value) ? [] : [fault]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    isPlainText(key) ? unreadableFields(inner, path ? `${path}.${key}` : key) : [fault],
  )
}

function refusalSentence(faults: readonly FieldFault[]): string {
  const named = faults.map((fault) => `${fieldWords(fault.field)}: ${fault.sentence}`).join(' ')
  return `${named} Nothing was changed.`
}

function sentence(message: string): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
