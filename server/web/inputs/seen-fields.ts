import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

type Values = Readonly<Record<string, unknown>>

/** What the sender saw of some fields before the edit: it is refused where they are something else by now. */
export function seenFields<const Name extends string>(names: readonly Name[]) {
  return z
    .partialRecord(z.enum(names), z.unknown())
    .optional()
    .describe(
      'What you saw of fields before you edited them, by name: refused with 409 where one of them is something else by now. Without it, what you send holds whatever is there.',
    )
}

/** What a form carries along of what it shows, so that it is known when it comes back. */
export function seenText(names: readonly string[], present: object): string {
  const values = present as Values
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name] ?? null])))
}

/** The reverse. What is no JSON stays text, which the schema refuses by the field's name; without any, nothing was seen. */
export function seenInForm(sent: unknown): { readonly seen: unknown; readonly text: string } {
  if (typeof sent !== 'string' || sent === '') return { seen: undefined, text: '' }
  try {
    return { seen: JSON.parse(sent) as unknown, text: sent }
  } catch {
    return { seen: sent, text: sent }
  }
}

/** Beside a refusal of a form that `typedOver` fills. */
export const keptSentence =
  'What you typed is kept; fields that you had left alone show what is there now. Save again if that is what you want.'

/**
 * What a form shows again after somebody else was faster: what its sender typed, and what is there now in the fields that they had
 * left as they were.
 *
 * @param sent what was typed, in the API's words
 * @param present what is there now, as the form's controls hold it
 */
export function typedOver(
  names: readonly string[],
  { typed, sent, seen, present }: { typed: Values; sent: Values; seen: Values; present: Values },
): Values {
  const leftAlone = (name: string) => isDeepStrictEqual(sent[name] ?? null, seen[name] ?? null)
  const values = names.map((name) => [name, leftAlone(name) ? present[name] : typed[name]])
  return { ...typed, ...(Object.fromEntries(values) as Values) }
}
