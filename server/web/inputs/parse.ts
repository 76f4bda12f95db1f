import type { ZodType } from 'zod'
import { Refusal, type FieldFault } from '../../domain/refusal.js'

/** Checks what came in against a schema; throws a Refusal that names every field at fault. */
export function parse<T>(schema: ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const faults: FieldFault[] = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: key, sentence: 'There is no field of this name.' }))
      : [{ field: issue.path.map(String).join('.') || 'body', sentence: sentence(issue.message) }],
  )
  throw new Refusal('invalid', refusalSentence(faults), 'invalid', { faults })
}

function refusalSentence(faults: readonly FieldFault[]): string {
  const named = faults.map((fault) => `${fault.field}: ${fault.sentence}`).join(' ')
  return `${named} Nothing was changed.`
}

function sentence(message: string): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
