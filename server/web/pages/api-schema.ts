import type { JsonSchema } from '../api/json-schema.js'
import { worded, type Worded } from './worded.js'

/** A piece of what a value is: words, or the name of a schema with a link to it. */
export interface Piece {
  readonly text: string
  readonly href?: string
  readonly mono?: boolean
}

/** One field, as a row of a table; a field within a field is named with a dot. */
export interface FieldRow {
  readonly name: string
  readonly type: readonly Piece[]
  readonly required: boolean
  readonly about: readonly Worded[]
}

const list = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? (value as JsonSchema[]) : [])
const isNull = (schema: JsonSchema) => schema.type === 'null'

/** The fields of an object, those of objects in it among them; of a choice of objects, the fields of each in turn. */
export function fieldRows(schema: JsonSchema, before = ''): readonly FieldRow[] {
  const options = optionsOf(schema).filter((option) => !isNull(option))
  if (options.length > 0 && !schema.properties) return options.flatMap((option) => fieldRows(option, before))
  if (schema.type === 'array')
    return fieldRows((schema.items ?? {}) as JsonSchema, `${before.replace(/\.$/, '')}[].`)
  const required = new Set((schema.required ?? []) as readonly string[])
  return Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>).flatMap(
    ([name, field]) => [
      {
        name: `${before}${name}`,
        type: typeWords(field),
        required: required.has(name),
        about: aboutWords(field),
      },
      ...fieldRows(field, `${before}${name}.`),
    ],
  )
}

/** What is said of a value; of text that must have a form, the form. */
function aboutWords({ description, pattern }: JsonSchema): readonly Worded[] {
  if (typeof description === 'string') return worded(description)
  return typeof pattern === 'string' && pattern.length < 90 ? worded(`Matches \`${pattern}\`.`) : []
}

/** What a value is, in words. */
export function typeWords(schema: JsonSchema): readonly Piece[] {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return [{ text: name, href: `#schema-${name}` }]
  }
  const options = optionsOf(schema)
  if (options.length > 0) return joined(options.map(typeWords))
  if ('const' in schema) return [{ text: JSON.stringify(schema.const), mono: true }]
  if (Array.isArray(schema.enum))
    return joined(schema.enum.map((value) => [{ text: String(value), mono: true }]))
  if (schema.type === 'array') return [{ text: 'list of ' }, ...typeWords((schema.items ?? {}) as JsonSchema)]
  return [{ text: plainWords(schema) }]
}

function optionsOf(schema: JsonSchema): readonly JsonSchema[] {
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type: String(type) }))
  return [...list(schema.anyOf), ...list(schema.oneOf)]
}

function plainWords({
  type,
  format,
  properties,
  additionalProperties,
  minimum,
  maximum,
  maxLength,
  default: left,
}: JsonSchema): string {
  const otherwise = left === undefined || left === null ? '' : `, ${JSON.stringify(left)} if left out`
  if (format === 'date-time') return `moment, ISO 8601${otherwise}`
  if (type === 'object' && !properties && additionalProperties) return 'object of any names'
  if (type === 'integer' || type === 'number') {
    const word = type === 'integer' ? 'whole number' : 'number'
    const from =
      typeof minimum === 'number' && Number.isSafeInteger(minimum) && minimum > Number.MIN_SAFE_INTEGER
    const to = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER
    const bounds =
      from && to
        ? ` from ${minimum} to ${maximum}`
        : from
          ? ` from ${minimum}`
          : to
            ? ` up to ${maximum}`
            : ''
    return `${word}${bounds}${otherwise}`
  }
  if (type === 'string' && typeof maxLength === 'number')
    return `text of up to ${maxLength} characters${otherwise}`
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    boolean: 'true or false',
    object: 'object',
    null: 'null',
  }
  return `${words[String(type)] ?? 'anything'}${otherwise}`
}

function joined(options: readonly (readonly Piece[])[]): readonly Piece[] {
  return options.flatMap((option, index) =>
    index === 0 ? option : [{ text: index === options.length - 1 ? ' or ' : ', ' }, ...option],
  )
}
