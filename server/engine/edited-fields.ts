import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '../domain/refusal.js'
import { shownValue, withoutSecrets } from '../domain/without-secrets.js'

/** What an editor saw of the fields that it names, before it wrote others in their place. */
export type SeenFields<Name extends string> = { readonly [Field in Name]?: unknown }

type Fields<Name extends string> = { readonly [Field in Name]?: unknown }

/**
 * Refuses an edit from a form, or from a reading, that is older than what is there now: whoever comes second would put back what
 * somebody else changed, and not know it. Throws Refusal, with a sentence for each field.
 *
 * @param words what people call a field
 */
export function refuseEditedMeanwhile<Name extends string>(
  name: string,
  present: Fields<Name>,
  seen: SeenFields<Name> | undefined,
  words: (field: Name) => string = (field) => field,
): void {
  const moved = (Object.keys(seen ?? {}) as Name[]).filter(
    (field) => !isDeepStrictEqual(asJson(present[field]), asJson(seen?.[field])),
  )
  if (moved.length === 0) return
  const said = moved.map(
    (field) => `${words(field)} ${shownField(seen?.[field])} → ${shownField(present[field])}`,
  )
  throw new Refusal(
    'EditedMeanwhile',
    `Somebody else edited ${name} meanwhile (${said.join(', ')}). Nothing was changed; look at what is there now, and edit that.`,
    'conflict',
    {
      faults: moved.map((field) => ({
        field,
        sentence: `Changed meanwhile: it was ${shownField(seen?.[field])} and is ${shownField(present[field])}.`,
      })),
    },
  )
}

/** A field's value as people read it, what sounds like a secret hidden: it stays in the deploy log. */
export function shownField(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : 'nothing'
  if (typeof value !== 'object')
    return typeof value === 'string' ? withoutSecrets(value) : JSON.stringify(value)
  const entries = Object.entries(value as Readonly<Record<string, string>>)
  return entries.map(([name, text]) => `${name}=${shownValue(name, text)}`).join('\n') || 'nothing'
}

/** What was seen came as JSON, where nothing is null. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null))
}
