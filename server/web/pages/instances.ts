import { instanceFields, type InstancePage, type InstanceSort } from '../../domain/instance-query.js'
import type { ListedInstance } from '../../domain/listed-instance.js'
import type { InstancesSeen } from '../../engine/instances.js'
import { say, strong, type Head, type Said } from './head.js'
import { instanceLook, lifeWords } from './instance-words.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import { momentOrNull, type Moment } from './moment.js'
import { instanceHref, shortZone } from './target-words.js'
import { capital, counted } from './words.js'
import { terminal } from './terminal.js'

export interface InstancesPage extends Head {
  readonly banner: LookBanner
  readonly query: string
  readonly fields: readonly string[]
  /** What the form of the search sends along, so that it keeps the order. */
  readonly sort: string
  readonly order: string
  readonly heads: readonly Column[]
  readonly paged: boolean
  readonly rows: readonly InstanceRow[]
  /** The first page, where this is a later one. */
  readonly first: string | null
  readonly next: string | null
}

interface Column {
  readonly label: string
  readonly num: boolean
  readonly href: string
  /** `ascending`, `descending` or nothing, as aria-sort has it. */
  readonly sorted: string | null
}

interface InstanceRow {
  readonly id: string
  readonly href: string
  readonly address: string
  readonly of: { readonly label: string; readonly href: string | null }
  readonly version: string | null
  readonly zone: string
  readonly type: string
  readonly life: string
  readonly k: string
  readonly glyph: string
  readonly health: string
  readonly reason: string | null
  readonly launched: Moment | null
}

interface Facts {
  readonly seen: InstancesSeen
  readonly page: InstancePage
  readonly rows: readonly ListedInstance[]
  readonly next: string | null
  readonly zone: string
  readonly now: Date
}

const columns: readonly (readonly [label: string, sort: InstanceSort])[] = [
  ['Instance', 'id'],
  ['Of', 'group'],
  ['Version', 'version'],
  ['Zone', 'zone'],
  ['Type', 'type'],
  ['State', 'state'],
  ['Health', 'health'],
  ['Launched', 'launched'],
]

/** Which instances are there, and how are they? */
export function instancesPage({ seen, page, rows, next, zone, now }: Facts): InstancesPage {
  return {
    title: 'Instances',
    heading: 'Instances',
    crumbs: [],
    terminal: terminal('instances', ...page.q.split(' ').filter(Boolean)),
    sentence: sentence(seen, rows.length, page),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    query: page.q,
    fields: instanceFields,
    sort: page.sort,
    order: page.order,
    heads: columns.map(([label, sort]) => head(label, sort, page)),
    rows: rows.map((row) => instanceRow(row, zone, now)),
    first: page.after === undefined ? null : listHref(page, page.sort, page.order),
    next,
    paged: page.after !== undefined || next !== null,
  }
}

function sentence(
  { seenAt, total, instances }: InstancesSeen,
  shown: number,
  { q, after }: InstancePage,
): Said[] {
  if (seenAt === null) return say(strong('AWS could not be looked at yet'), '.')
  const all = capital(counted(total, 'instance'))
  if (q === '' && after === undefined && shown === instances.length)
    return say(strong(all), total === 1 ? ' is there.' : ' are there.')
  const more = instances.length > shown ? ', and there are more' : ''
  return say(strong(`${shown} shown`), `${more}; ${counted(total, 'instance')} in all.`)
}

function listHref({ q }: InstancePage, sort: InstanceSort, order: 'asc' | 'desc'): string {
  return `/instances?${new URLSearchParams({ ...(q && { q }), sort, order }).toString()}`
}

/** Sorted by it already: the link turns the order. Else it begins with what people look for: the newest, or a. */
function head(label: string, sort: InstanceSort, page: InstancePage): Column {
  const isSorted = page.sort === sort
  const order = isSorted ? (page.order === 'asc' ? 'desc' : 'asc') : sort === 'launched' ? 'desc' : 'asc'
  return {
    label,
    num: false,
    href: listHref(page, sort, order),
    sorted: isSorted ? (page.order === 'asc' ? 'ascending' : 'descending') : null,
  }
}

function instanceRow(instance: ListedInstance, zone: string, now: Date): InstanceRow {
  return {
    id: instance.instanceId,
    href: instanceHref(instance.instanceId),
    address: [instance.privateIp, instance.publicIp].filter(Boolean).join(', '),
    of: belongingOf(instance),
    version: instance.version,
    zone: shortZone(instance.zone),
    type: instance.type,
    life: lifeWords(instance),
    ...instanceLook(instance),
    reason: instance.healthReason,
    launched: momentOrNull(instance.launchedAt, zone, now),
  }
}

/** What an instance is of, with a page where it is of us. */
export function belongingOf({ kind, group, bake, application }: ListedInstance): InstanceRow['of'] {
  if (kind === 'builder')
    return { label: `bake of ${application ?? 'an application'}`, href: `/bakes/${bake ?? ''}` }
  if (kind === 'group' && group !== null) return { label: group, href: `/groups/${group}` }
  return { label: group === null ? 'foreign' : `${group}, foreign`, href: null }
}
