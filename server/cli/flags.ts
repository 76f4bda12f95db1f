import { InvalidArgumentError } from 'commander'

/** Parsers of flags; what they throw ends with exit code 2 and names the flag. */

export function wholeNumber(text: string): number {
  // What it may be at least and at most is the console's to say, one below nothing too.
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export function portNumber(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('It must be a port from 1 to 65535.')
  return port
}

/** A flag that may be given several times or hold a list with commas. */
export function listOf(text: string, before: readonly string[] = []): string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  return [...before, ...entries.filter((entry) => entry !== '')]
}

/** NAME=value, once for each variable. A value may hold commas and equals signs. */
export function variable(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const split = text.indexOf('=')
  if (split < 1) throw new InvalidArgumentError('Write it as NAME=value.')
  return { ...before, [text.slice(0, split)]: text.slice(split + 1) }
}

/** field=value, once for each field, as `variable`; a value is JSON where it can be read so, and else text. */
function seenField(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const split = text.indexOf('=')
  if (split < 1) throw new InvalidArgumentError('Write it as field=value.')
  return { ...before, [text.slice(0, split)]: jsonOrText(text.slice(split + 1)) }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** Of edits: what `seenField` reads is compared with what is there. */
export const seenFlag = [
  '--seen <field=value>',
  'refuse where this field is something else by now, such as port=8080; repeated',
  seenField,
] as const

export function moment(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Write it as 2026-11-25T10:00:00Z.')
  return time.toISOString()
}

/** The named flags that were given, as the API names them. */
export function given(
  flags: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  )
}

/** Where the API calls the reason `why`: the flag is the same as everywhere. */
export const whyOf = (flags: Readonly<Record<string, unknown>>): { readonly why?: unknown } =>
  flags.reason === undefined ? {} : { why: flags.reason }
