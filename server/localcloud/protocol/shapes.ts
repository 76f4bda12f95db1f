import type { NormalizedSchema } from '@smithy/core/schema'

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A member's name in a form: ec2Query capitalises, awsQuery takes the XML name as it is. */
export const formName = (member: NormalizedSchema, name: string, ec2: boolean): string => {
  const traits = member.getMergedTraits()
  const xmlName = text(traits.xmlName)
  return ec2 ? (text(traits.ec2QueryName) ?? capitalised(xmlName ?? name)) : (xmlName ?? name)
}

const hasPrefix = (form: URLSearchParams, prefix: string): boolean => {
  for (const key of form.keys()) if (key === prefix || key.startsWith(`${prefix}.`)) return true
  return false
}

const scalar = (shape: NormalizedSchema, value: string): unknown => {
  if (shape.isBooleanSchema()) return value === 'true'
  if (shape.isNumericSchema()) return Number(value)
  if (shape.isTimestampSchema()) return new Date(/^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : value)
  if (shape.isBlobSchema()) return Buffer.from(value, 'base64')
  return value
}

/** Form fields to an operation's input, driven by the SDK's own schema. Undefined where nothing was sent. */
export function parseForm(shape: NormalizedSchema, form: URLSearchParams, at: string, ec2: boolean): unknown {
  if (shape.isStructSchema()) {
    const fields: [string, unknown][] = []
    for (const [name, member] of shape.structIterator()) {
      const path = `${at}${at && '.'}${formName(member, name, ec2)}`
      const value = parseForm(member, form, path, ec2)
      if (value !== undefined) fields.push([name, value])
    }
    return fields.length > 0 || !at ? Object.fromEntries(fields) : undefined
  }
  if (shape.isListSchema()) return parseList(shape, form, at, ec2)
  if (shape.isMapSchema()) return parseMap(shape, form, at)
  const value = form.get(at)
  return value === null ? undefined : scalar(shape, value)
}

function parseList(
  shape: NormalizedSchema,
  form: URLSearchParams,
  at: string,
  ec2: boolean,
): unknown[] | undefined {
  const item = shape.getValueSchema()
  const flat = ec2 || Boolean(shape.getMergedTraits().xmlFlattened)
  const step = flat ? at : `${at}.${text(item.getMergedTraits().xmlName) ?? 'member'}`
  const items: unknown[] = []
  for (let i = 1; hasPrefix(form, `${step}.${i}`); i++) items.push(parseForm(item, form, `${step}.${i}`, ec2))
  return items.length > 0 || form.has(at) ? items : undefined
}

function parseMap(shape: NormalizedSchema, form: URLSearchParams, at: string): object | undefined {
  const entries: [string, unknown][] = []
  for (let i = 1; form.has(`${at}.entry.${i}.key`); i++) {
    const value = parseForm(shape.getValueSchema(), form, `${at}.entry.${i}.value`, false)
    entries.push([form.get(`${at}.entry.${i}.key`) ?? '', value])
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
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

/** JSON as it came to an operation's input: dates and blobs become what the SDK's types promise. */
export function fromJson(shape: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (shape.isStructSchema()) {
    const fields: [string, unknown][] = []
    for (const [name, member] of shape.structIterator()) {
      const key = text(member.getMergedTraits().jsonName) ?? name
      const field = fromJson(member, (value as Record<string, unknown>)[key])
      if (field !== undefined) fields.push([name, field])
    }
    return Object.fromEntries(fields)
  }
  if (shape.isListSchema()) return (value as unknown[]).map((item) => fromJson(shape.getValueSchema(), item))
  if (shape.isMapSchema())
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fromJson(shape.getValueSchema(), v)]))
  if (shape.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : (value as string))
  if (shape.isBlobSchema()) return Buffer.from(String(value as string), 'base64')
  return value
}

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
