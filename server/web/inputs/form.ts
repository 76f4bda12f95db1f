/** How a form's text becomes the values that the API takes. What is not named stays text. */
export interface FormShape {
  readonly numbers?: readonly string[]
  /** Comma or blank separated, or a field sent several times. */
  readonly lists?: readonly string[]
  /** Chosen one by one: a field sent once for each, whatever is in it. */
  readonly choices?: readonly string[]
  /** One NAME=value a line. */
  readonly pairs?: readonly string[]
  readonly flags?: readonly string[]
}

/** Turns a posted form into an API body: blank fields are left out, numbers stay text where they are none. */
export function fromForm(form: unknown, shape: FormShape): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const [name, raw] of Object.entries((form ?? {}) as Record<string, unknown>)) {
    const value = fieldValue(name, raw, shape)
    if (value !== undefined) body[name] = value
  }
  for (const flag of shape.flags ?? []) body[flag] = flag in body
  return body
}

function fieldValue(name: string, raw: unknown, shape: FormShape): unknown {
  if (shape.choices?.includes(name)) return (Array.isArray(raw) ? raw : [raw]).map(String).filter(Boolean)
  if (shape.lists?.includes(name)) {
    const parts = (Array.isArray(raw) ? raw : [raw])
      .flatMap((part) => String(part).split(/[\s,]+/))
      .filter(Boolean)
    return parts.length > 0 ? parts : undefined
  }
  const text = String(Array.isArray(raw) ? raw.at(-1) : raw).replace(/\r\n/g, '\n')
  if (text.trim() === '') return undefined
  if (shape.pairs?.includes(name)) return pairsOf(text)
  if (shape.numbers?.includes(name)) return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text
  return text.trim()
}

/** A line without “=” becomes a name without a value, which the schema then refuses by that name. */
function pairsOf(text: string): Record<string, string | null> {
  const pairs: Record<string, string | null> = {}
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue
    const at = line.indexOf('=')
    if (at < 0) pairs[line] = null
    else pairs[line.slice(0, at).trim()] = line.slice(at + 1)
  }
  return pairs
}

/** The values without some names: what a form carries beside what it asks for. */
export function without(values: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
}
