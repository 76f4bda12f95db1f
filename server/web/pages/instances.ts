import { instanceFields, instanceTest, sortKey, type InstanceSort } from '../../domain/instance-query.js'
import type { ListedInstance } from '../../domain/listed-instance.js'
import type { InstancesSeen } from '../../engine/instances.js'
import { say, strong, type Head, type Said } from './head.js'
import { instanceLook, lifeWords } from './instance-words.js'
import { pageOfList, type Column, type ListFrame, type ListWish, type LongList } from './long-list.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import { momentOrNull, type Moment } from './moment.js'
import { instanceHref, shortZone } from './target-words.js'
import { capital, counted } from './words.js'
import { terminal } from './terminal.js'

export interface InstancesPage extends Head {
  readonly banner: LookBanner
  /** What a word of the filter may begin with, to ask one field alone. */
  readonly fields: readonly string[]
  readonly rows: readonly InstanceRow[]
  readonly list: ListFrame
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
  readonly wish: ListWish
  readonly list: LongList<ListedInstance>
  readonly zone: string
  readonly now: Date
}

function column(label: string, name: InstanceSort): Column<ListedInstance> {
  // A key that begins with a space is one of nothing but the id.
  return { name, label, key: (instance) => sortKey(instance, name).replace(/^ .*/, '') || null }
}

/** The newest first; those of the same are in the order of their ids. `now` is what `older:2h` is measured from. */
export function instanceList(now: () => Date): LongList<ListedInstance> {
  return {
    path: '/instances',
    placeholder: 'i-0d52…, 10.0.18.44, zone:1b health:unhealthy, older:2h',
    columns: [
      column('Instance', 'id'),
      column('Of', 'group'),
      column('Version', 'version'),
      column('Zone', 'zone'),
      column('Type', 'type'),
      column('State', 'state'),
      column('Health', 'health'),
      column('Launched', 'launched'),
    ],
    sort: 'launched',
    down: true,
    finds: (query) => {
      const test = instanceTest(query)
      const at = now()
      return (instance) => test(instance, at)
    },
  }
}

/** Which instances are there, and how are they? */
export function instancesPage({ seen, wish, list, zone, now }: Facts): InstancesPage {
  const { rows, found, frame } = pageOfList(seen.instances, wish, list)
  return {
    title: 'Instances',
    heading: 'Instances',
    crumbs: [],
    terminal: terminal('instances', ...wish.query.split(' ').filter(Boolean)),
    sentence: sentence(seen, found, wish),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    fields: instanceFields,
    rows: rows.map((row) => instanceRow(row, zone, now)),
    list: frame,
  }
}

function sentence({ seenAt, instances }: InstancesSeen, found: number, { query }: ListWish): Said[] {
  if (seenAt === null) return say(strong('AWS could not be looked at yet'), '.')
  const all = counted(instances.length, 'instance')
  if (query !== '') return say(strong(`${found} found`), `, of ${all}.`)
  return say(strong(capital(all)), instances.length === 1 ? ' is there.' : ' are there.')
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
