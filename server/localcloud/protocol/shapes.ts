import type { NormalizedSchema } from '@smithy/core/schema'
import { AwsFault } from '../fault.js'
import type { FormField } from './form.js'

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A member's name in a form: ec2Query capitalises, awsQuery takes the XML name as it is. */
export const formName = (member: NormalizedSchema, name: string, ec2: boolean): string => {
  const traits = member.getMergedTraits()
  const xmlName = text(traits.xmlName)
  return ec2 ? (text(traits.ec2QueryName) ?? capitalised(xmlName ?? name)) : (xmlName ?? name)
}

/** How a service says that a field cannot be read as what it should be. */
export type Unreadable = (name: string, value: string, expected: string) => AwsFault

function scalar(shape: NormalizedSchema, value: string, name: string, unreadable: Unreadable): unknown {
  if (shape.isBooleanSchema()) {
    if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
    throw unreadable(name, value, 'a boolean')
  }
  if (shape.isNumericSchema()) {
    if (value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
    if (['NaN', 'Infinity', '-Infinity'].includes(value)) return Number(value)
    throw unreadable(name, value, 'a number')
  }
  if (shape.isTimestampSchema()) {
    const date = new Date(/^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : value)
    if (!Number.isNaN(date.getTime())) return date
    throw unreadable(name, value, 'a timestamp')
  }
  if (shape.isBlobSchema()) return Buffer.from(value, 'base64')
  return value
}

/** Reads a form as an operation's input, driven by the SDK's own schema. */
export class FormReader {
  constructor(
    private readonly ec2: boolean,
    private readonly unreadable: Unreadable,
  ) {}

  /** Undefined where nothing was sent. */
  read(shape: NormalizedSchema, field: FormField | undefined, at = ''): unknown {
    if (!field) return undefined
    if (shape.isStructSchema()) return this.readStructure(shape, field, at)
    if (shape.isListSchema()) return this.readList(shape, field, at)
    if (shape.isMapSchema()) return this.readMap(shape, field, at)
    return field.value === undefined ? undefined : scalar(shape, field.value, at, this.unreadable)
  }

  private readStructure(shape: NormalizedSchema, field: FormField, at: string): object | undefined {
    const members: [string, unknown][] = []
    for (const [name, member] of shape.structIterator()) {
      const step = formName(member, name, this.ec2)
      // Some names have a dot of their own.
      const child = step.split('.').reduce<FormField | undefined>((one, part) => one?.child(part), field)
      const value = this.read(member, child, `${at}${at && '.'}${step}`)
      if (value !== undefined) members.push([name, value])
    }
    return members.length > 0 || !at ? Object.fromEntries(members) : undefined
  }

  private readList(shape: NormalizedSchema, field: FormField, at: string): unknown[] | undefined {
    const item = shape.getValueSchema()
    const flat = this.ec2 || Boolean(shape.getMergedTraits().xmlFlattened)
    const step = text(item.getMergedTraits().xmlName) ?? 'member'
    const fields = flat ? field.numbered() : (field.child(step)?.numbered() ?? [])
    const inside = flat ? at : `${at}.${step}`
    const items = fields.map((each, index) => this.read(item, each, `${inside}.${index + 1}`))
    return items.length > 0 || field.value !== undefined ? items : undefined
  }

  private readMap(shape: NormalizedSchema, field: FormField, at: string): object | undefined {
    const entries = (field.child('entry')?.numbered() ?? []).map((each, index) => {
      const value = this.read(shape.getValueSchema(), each.child('value'), `${at}.entry.${index + 1}.value`)
      return [each.child('key')?.value ?? '', value] as const
    })
    return entries.length > 0 ? Object.fromEntries(entries) : undefined
  }
}

const escaped = (value: string) =>
  // XML 1.0 has no way to carry these characters.
  value
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[<&>"\r]/g, (char) => `&#${char.charCodeAt(0)};`)

const scalarText = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return escaped(String(value))
}

/** An operation's output (or a part of it) to XML, driven by the SDK's own schema. Unknown members are dropped. */
function toXml(shape: NormalizedSchema, value: unknown, name: string): string {
  if (value === undefined || value === null) return ''
  if (shape.isStructSchema())
    return `<${name}>${membersToXml(shape, value as Record<string, unknown>)}</${name}>`
  if (shape.isListSchema()) {
    const item = shape.getValueSchema()
    const items = value as unknown[]
    if (shape.getMergedTraits().xmlFlattened) return items.map((each) => toXml(item, each, name)).join('')
    const itemName = text(item.getMergedTraits().xmlName) ?? 'member'
    return `<${name}>${items.map((each) => toXml(item, each, itemName)).join('')}</${name}>`
  }
  if (shape.isMapSchema()) {
    const entries = Object.entries(value).map(
      ([key, each]) =>
        `<entry><key>${escaped(key)}</key>${toXml(shape.getValueSchema(), each, 'value')}</entry>`,
    )
    return `<${name}>${entries.join('')}</${name}>`
  }
  return `<${name}>${scalarText(value)}</${name}>`
}

export function membersToXml(shape: NormalizedSchema, value: Readonly<Record<string, unknown>>): string {
  let xml = ''
  for (const [name, member] of shape.structIterator())
    xml += toXml(member, value[name], text(member.getMergedTraits().xmlName) ?? name)
  return xml
}

/**
 * JSON as it came to an operation's input: dates and blobs become what the SDK's types promise, members that the service
 * does not know are passed over. Throws SerializationException for a value of the wrong kind.
 */
export function fromJson(shape: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (shape.isStructSchema()) {
    const given = asObject(value)
    const fields: [string, unknown][] = []
    for (const [name, member] of shape.structIterator()) {
      const field = fromJson(member, given[text(member.getMergedTraits().jsonName) ?? name])
      if (field !== undefined) fields.push([name, field])
    }
    return Object.fromEntries(fields)
  }
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) throw serialization('Expected list or null')
    return value.map((item) => fromJson(shape.getValueSchema(), item))
  }
  if (shape.isMapSchema()) {
    const entries = Object.entries(asObject(value))
    return Object.fromEntries(entries.map(([key, each]) => [key, fromJson(shape.getValueSchema(), each)]))
  }
  return scalarFromJson(shape, value)
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) throw serialization('Start of list found where not expected')
  if (typeof value !== 'object') throw serialization('Expected a structure or null')
  return value as Readonly<Record<string, unknown>>
}

function scalarFromJson(shape: NormalizedSchema, value: unknown): unknown {
  if (Array.isArray(value)) throw serialization('Start of list found where not expected')
  if (typeof value === 'object') throw serialization('Start of structure or map found where not expected')
  const kind = `${typeof value === 'boolean' ? value : typeof value}_VALUE`.toUpperCase()
  const cannotBe = (name: string) => serialization(`${kind} can not be converted to ${name}`)
  if (shape.isTimestampSchema()) {
    const date = typeof value === 'number' ? new Date(value * 1000) : new Date(value as string)
    if (!Number.isNaN(date.getTime())) return date
    throw cannotBe('a Timestamp')
  }
  if (shape.isNumericSchema()) {
    if (typeof value === 'string' && ['NaN', 'Infinity', '-Infinity'].includes(value)) return Number(value)
    if (typeof value !== 'number') throw cannotBe('a Number')
    return value
  }
  if (shape.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw cannotBe('a Boolean')
    return value
  }
  if (typeof value !== 'string') throw cannotBe('a String')
  return shape.isBlobSchema() ? Buffer.from(value, 'base64') : value
}

const serialization = (message: string) => new AwsFault('SerializationException', message)

/** An operation's output as JSON puts it on the wire: timestamps are epoch seconds. */
export function toJson(shape: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (shape.isStructSchema()) {
    const fields: [string, unknown][] = []
    for (const [name, member] of shape.structIterator()) {
      const field = toJson(member, (value as Record<string, unknown>)[name])
      if (field !== undefined) fields.push([text(member.getMergedTraits().jsonName) ?? name, field])
    }
    return Object.fromEntries(fields)
  }
  if (shape.isListSchema()) return (value as unknown[]).map((item) => toJson(shape.getValueSchema(), item))
  if (shape.isMapSchema())
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toJson(shape.getValueSchema(), v)]))
  if (value instanceof Date) return value.getTime() / 1000
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return value
}
