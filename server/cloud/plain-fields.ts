import type { Fields } from '../domain/fields.js'

/** An answer of the SDK as plain data that can be recorded: moments as text, nothing undefined. */
export function plainFields(value: object): Fields {
  return JSON.parse(JSON.stringify(value)) as Fields
}

export function plainList(values: readonly object[] | undefined): readonly Fields[] {
  return (values ?? []).map(plainFields)
}

/** Fields that the SDK wants as moments. */
const moments = new Set(['StartTime', 'EndTime', 'ValidUntil'])

/** Plain data as the SDK sends it. AWS judges what is in it, as it gave it itself. */
export function sdkFields(fields: Fields): Record<string, never> {
  return revived(fields) as Record<string, never>
}

function revived(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return moments.has(name) ? new Date(value) : value
  if (Array.isArray(value)) return value.map((each: unknown) => revived(each))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revived(inner, key)]))
}
