/** Plain data under AWS's own field names: what is read of one group, recorded, and sent again for another. */
export interface Fields {
  readonly [name: string]: FieldValue | undefined
}

export type FieldValue = string | number | boolean | null | readonly FieldValue[] | Fields

/** The named fields, those that are not there left out. */
export function picked(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names
      .filter((name) => fields[name] !== undefined && fields[name] !== null)
      .map((name) => [name, fields[name]]),
  )
}

/** Everything but the named fields. */
export function omitted(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

export function fieldsOf(value: FieldValue | undefined): Fields {
  return isFields(value) ? value : {}
}

function isFields(value: FieldValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a list of structures; none for anything else. */
export function listOf(value: FieldValue | undefined): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly FieldValue[]).filter(isFields) : []
}

export function textsOf(value: FieldValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? (value as readonly FieldValue[]).filter((each): each is string => typeof each === 'string')
    : []
}

export function textOf(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** The same with every text in it replaced, however deep; names of fields stay. */
export function withTexts<Value extends FieldValue>(value: Value, replace: (text: string) => string): Value {
  if (typeof value === 'string') return replace(value) as Value
  if (Array.isArray(value))
    return (value as readonly FieldValue[]).map((each) => withTexts(each, replace)) as unknown as Value
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      inner === undefined ? inner : withTexts(inner, replace),
    ]),
  ) as unknown as Value
}

/** Replaces a group's name in texts that hold it: `shop-main-v001-high` → `shop-main-v002-high`, not `shop-main-v0011`. */
export function renaming(from: string, to: string): (text: string) => string {
  const escaped = from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const whole = new RegExp(`(?<![A-Za-z0-9._-])${escaped}(?![0-9])`, 'g')
  return (text) => text.replace(whole, () => to)
}
