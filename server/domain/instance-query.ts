import type { ListedInstance } from './listed-instance.js'
import { Refusal } from './refusal.js'
import { remembering } from './remembering.js'

type Field = (instance: ListedInstance) => readonly (string | null)[]

/** Every field that an instance can be found by, by the name that a search gives it. */
const fields: Readonly<Record<string, Field>> = {
  id: ({ instanceId }) => [instanceId],
  ip: ({ privateIp, publicIp }) => [privateIp, publicIp],
  dns: ({ privateDns, publicDns }) => [privateDns, publicDns],
  zone: ({ zone }) => [zone],
  type: ({ type }) => [type],
  image: ({ imageId, imageName }) => [imageId, imageName],
  group: ({ group }) => [group],
  cluster: ({ cluster }) => [cluster],
  application: ({ application }) => [application],
  version: ({ version }) => [version],
  state: ({ state, lifecycle }) => [state, lifecycle],
  health: ({ health }) => [health],
  kind: ({ kind }) => [kind],
  bake: ({ bake }) => [bake],
  target: ({ targets }) => targets.map(({ targetGroup }) => targetGroup),
  launched: ({ launchedAt }) => [launchedAt?.toISOString() ?? null],
}

export const instanceFields: readonly string[] = [...Object.keys(fields), 'older', 'younger']

/** Where a part of a word would find too much: `health:healthy` is not `unhealthy`, `state:running` no other. */
const wholeWords = new Set(['state', 'health', 'kind'])

export type InstanceTest = (instance: ListedInstance, now: Date) => boolean

/**
 * What a search says: words that any field holds a part of, and `field:value` for one field alone (`zone:1b`,
 * `health:unhealthy`, `launched:2026-11-19`, `older:2h`). All of them must hold. Throws Refusal for a field that is none.
 */
export function instanceTest(query: string): InstanceTest {
  const tests = query.toLowerCase().split(/\s+/).filter(Boolean).map(wordTest)
  return (instance, now) => tests.every((test) => test(instance, now))
}

function wordTest(word: string): InstanceTest {
  const [, name, value] = /^([a-z]+):(.+)$/.exec(word) ?? []
  if (name === undefined || value === undefined) return anyField(word)
  if (name === 'older' || name === 'younger') return ageTest(name, value)
  const field = fields[name]
  if (!field)
    throw badQuery(
      `There is no field “${name}” to find instances by; there are ${instanceFields.join(', ')}.`,
    )
  const holds = wholeWords.has(name)
    ? (text: string) => text === value
    : (text: string) => text.includes(value)
  return (instance) => field(instance).some((text) => text !== null && holds(text.toLowerCase()))
}

const texts = new WeakMap<ListedInstance, string>()

/** All that it can be found by; no word of a search goes over the end of a line. */
function textOf(instance: ListedInstance): string {
  const known = texts.get(instance)
  if (known !== undefined) return known
  const text = Object.values(fields)
    .flatMap((field) => field(instance))
    .join('\n')
    .toLowerCase()
  texts.set(instance, text)
  return text
}

const anyField =
  (word: string): InstanceTest =>
  (instance) =>
    textOf(instance).includes(word)

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function ageTest(name: 'older' | 'younger', value: string): InstanceTest {
  const [, digits = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(value) ?? []
  const ms = Number(digits) * (unitMs[unit] ?? Number.NaN)
  if (digits === '' || Number.isNaN(ms))
    throw badQuery(`“${value}” is no age: write a number and s, min, h or d, as in ${name}:2h.`)
  return ({ launchedAt }, now) => {
    if (!launchedAt) return false
    const ageMs = now.getTime() - launchedAt.getTime()
    return name === 'older' ? ageMs >= ms : ageMs < ms
  }
}

function badQuery(sentence: string): Refusal {
  return new Refusal('BadQuery', `${sentence} Nothing was changed.`, 'invalid', {
    faults: [{ field: 'q', sentence }],
  })
}

/** What a list of instances can be sorted by. */
export const instanceSorts = [
  'launched',
  'id',
  'zone',
  'type',
  'group',
  'version',
  'state',
  'health',
] as const
export type InstanceSort = (typeof instanceSorts)[number]

export interface InstancePage {
  readonly q: string
  readonly sort: InstanceSort
  readonly order: 'asc' | 'desc'
  /** The key of the last row of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Where a row stands in a sorted list: what a cursor remembers, so that rows may come and go between two pages. */
export function sortKey(instance: ListedInstance, sort: InstanceSort): string {
  const value = fields[sort]?.(instance)[0] ?? ''
  return `${value} ${instance.instanceId}`
}

/** In ascending order; the same list is put in order once. */
const inOrder = remembering(
  (all: readonly ListedInstance[], sort: InstanceSort) =>
    all.map((instance) => ({ instance, key: sortKey(instance, sort) })).sort((a, b) => compare(a.key, b.key)),
  instanceSorts.length,
)

/** One page of those that a search finds, one row more than it holds if there are more. */
export function pageOfInstances(
  all: readonly ListedInstance[],
  { q, sort, order, after, limit }: InstancePage,
  now: Date,
): readonly ListedInstance[] {
  const test = instanceTest(q)
  const sign = order === 'asc' ? 1 : -1
  const ordered = inOrder(all, sort)
  const found: ListedInstance[] = []
  for (let nth = 0; nth < ordered.length && found.length <= limit; nth += 1) {
    const each = ordered.at(sign > 0 ? nth : -1 - nth)
    if (!each || (after !== undefined && sign * compare(each.key, after) <= 0)) continue
    if (test(each.instance, now)) found.push(each.instance)
  }
  return found
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
