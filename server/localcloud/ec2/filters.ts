import { AwsFault } from '../fault.js'

export interface Filter {
  readonly Name?: string
  readonly Values?: readonly string[]
}

/** The values that a resource has for each filter name; an undefined one never matches. */
export type Filterable<T> = Readonly<
  Record<string, (resource: T) => string | number | boolean | undefined | readonly (string | undefined)[]>
>

const matcher = (wanted: string): ((value: string) => boolean) => {
  if (!/[*?]/.test(wanted)) return (value) => value === wanted
  const escaped = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  const pattern = new RegExp(`^${escaped}$`)
  return (value) => pattern.test(value)
}

const MOST_VALUES = 200

/** Keeps what matches every filter: values of one filter are alternatives, `*` and `?` are wildcards. */
export function filtered<T>(
  resources: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: Filterable<T>,
  tagsOf: (resource: T) => Readonly<Record<string, string>>,
): T[] {
  const asked = filters?.reduce((count, { Values = [] }) => count + Values.length, 0) ?? 0
  if (asked > MOST_VALUES)
    throw new AwsFault(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MOST_VALUES}`,
    )
  let kept = [...resources]
  for (const { Name = '', Values = [] } of filters ?? []) {
    const wanted = Values.map(matcher)
    const values = valuesFor(Name, fields, tagsOf)
    kept = kept.filter((resource) =>
      values(resource).some((value) => wanted.some((matches) => matches(value))),
    )
  }
  return kept
}

function valuesFor<T>(
  name: string,
  fields: Filterable<T>,
  tagsOf: (resource: T) => Readonly<Record<string, string>>,
): (resource: T) => string[] {
  if (name === 'tag-key') return (resource) => Object.keys(tagsOf(resource))
  if (name === 'tag-value') return (resource) => Object.values(tagsOf(resource))
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length)
    return (resource) => {
      const tags = tagsOf(resource)
      return Object.hasOwn(tags, key) ? [tags[key] ?? ''] : []
    }
  }
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!field) throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`)
  return (resource) => {
    const value = field(resource)
    const values = Array.isArray(value) ? (value as readonly (string | undefined)[]) : [value]
    return values
      .filter((each) => each !== undefined)
      .map((each) => String(each as string | number | boolean))
  }
}
