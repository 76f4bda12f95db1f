import { pushLabel } from '../../domain/names.js'
import { staysUntil } from '../../domain/server-group.js'
import type { GroupView } from '../../engine/cluster-view.js'
import { stateBadge, type Badge } from './badge.js'
import { moment, type Moment } from './moment.js'
import { capital, duration } from './words.js'
import type { Act } from './head.js'

/** One instance in the zone grid. */
export interface Cell {
  readonly id: string
  readonly k: string
  readonly glyph: string
  readonly says: string
}

export interface ZoneWell {
  readonly zone: string
  readonly count: string
  readonly cells: readonly Cell[]
}

/** Instances in one and the same state. */
export interface SameState {
  readonly count: number
  readonly k: string
  readonly glyph: string
  readonly state: string
  readonly reason: string | null
}

/** A server group as it stands beside the others of its cluster. */
export interface GroupCard {
  readonly name: string
  readonly href: string
  readonly label: string
  readonly badge: Badge
  readonly weight: string
  readonly carries: boolean
  readonly under: string
  readonly zones: readonly ZoneWell[]
  readonly states: readonly SameState[]
  readonly facts: readonly Fact[]
  readonly acts: readonly Act[]
}

export interface Fact {
  readonly what: string
  readonly value: string
  readonly href?: string
  readonly when?: Moment
  readonly strong?: boolean
  readonly mono?: boolean
}

type Instance = GroupView['instances'][number]

/** Above this many only counts are shown: cells would be too small to tell apart. */
const mostCells = 60

/** Colour and glyph of an instance, the same on every page. */
export const healthLook: Readonly<
  Record<Instance['health'], { readonly k: string; readonly glyph: string }>
> = {
  healthy: { k: 'k-good', glyph: 'check' },
  unhealthy: { k: 'k-bad', glyph: 'cross' },
  starting: { k: 'k-idle', glyph: 'later' },
  draining: { k: 'k-idle', glyph: 'retiring' },
  unchecked: { k: 'k-idle', glyph: 'later' },
}

export function healthWord(health: Instance['health']): string {
  return health === 'unchecked' ? 'not checked' : health
}

export function instanceSays(instance: Instance): string {
  const life =
    instance.lifecycle === 'InService' ? 'in service' : instance.lifecycle.toLowerCase().replace(':', ', ')
  return `${life}, ${healthWord(instance.health)}`
}

export function zoneWells(view: GroupView, wanted: readonly string[]): ZoneWell[] {
  const zones = [...new Set([...wanted, ...view.instances.map((instance) => instance.zone)])].sort()
  const showCells = view.instances.length <= mostCells
  return zones.map((zone) => {
    const here = view.instances.filter((instance) => instance.zone === zone)
    const healthy = here.filter((instance) => instance.health === 'healthy').length
    return {
      zone: zone.replace(/^[a-z]+-[a-z]+-(?=\d)/, ''),
      count: `${healthy} of ${here.length}`,
      cells: showCells ? here.map(cell) : [],
    }
  })
}

function cell(instance: Instance): Cell {
  const reason = instance.reason ? `: ${instance.reason}` : ''
  return {
    id: instance.instanceId,
    ...healthLook[instance.health],
    says: `${instance.instanceId}: ${instanceSays(instance)}${reason}`,
  }
}

function sameStates(instances: readonly Instance[]): SameState[] {
  const groups = new Map<string, { instance: Instance; count: number }>()
  for (const instance of instances) {
    const key = `${instanceSays(instance)} ${instance.reason ?? ''}`
    const known = groups.get(key)
    if (known) known.count += 1
    else groups.set(key, { instance, count: 1 })
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ instance, count }) => ({
      count,
      ...healthLook[instance.health],
      state: instanceSays(instance),
      reason: instance.reason,
    }))
}

export interface CardFacts {
  readonly zone: string
  readonly now: Date
  readonly wantedZones: readonly string[]
  /** The operation that the group belongs to while it is launching. */
  readonly operationId: string | null
  /** True while switching back to it may be asked for. */
  readonly mayReturn: boolean
}

export function groupCard(view: GroupView, facts: CardFacts): GroupCard {
  const { group, state } = view
  return {
    name: group.name,
    href: `/groups/${group.name}`,
    label: pushLabel(group.name),
    badge: stateBadge(state, view.readiness?.state ?? null, group.keep !== null),
    weight: `${view.share} %`,
    carries: view.share > 0,
    under: view.share > 0 ? 'of the traffic' : state === 'launching' ? 'health checks only' : 'no traffic',
    zones: zoneWells(view, facts.wantedZones),
    states: sameStates(view.instances),
    facts: cardFacts(view, facts),
    acts: cardActs(view, facts),
  }
}

function cardFacts(view: GroupView, { zone, now }: CardFacts): Fact[] {
  const { group, state } = view
  const until = staysUntil(group)
  const image: Fact = { what: 'Image', value: group.image.name, href: `/images/${group.image.name}` }
  const size: Fact = { what: 'Size', value: sizeWords(view) }
  if (state === 'live')
    return [
      image,
      size,
      ...(group.liveSince
        ? [{ what: 'Live since', value: '', when: moment(group.liveSince, zone, now), strong: true }]
        : []),
    ]
  if (state === 'launching' || state === 'canary')
    return [
      image,
      size,
      { what: 'Launched', value: `${duration(now.getTime() - group.createdAt.getTime())} ago` },
    ]
  return [
    image,
    size,
    until
      ? {
          what: state === 'warm' ? 'Warm until' : 'Kept until',
          value: `, ${untilWords(until, now)}`,
          when: moment(until, zone, now),
          strong: true,
        }
      : { what: 'Kept', value: group.keep ? `for ever, by ${group.keep.by}` : 'until it is decided' },
    ...(group.reason ? [{ what: 'Why', value: group.reason }] : []),
    ...(group.degradedSince
      ? [{ what: 'Degraded since', value: '', when: moment(group.degradedSince, zone, now) }]
      : []),
  ]
}

/** `in 17 h 11 min`, or that it is due. */
export function untilWords(until: Date, now: Date): string {
  const left = until.getTime() - now.getTime()
  return left > 0 ? `in ${duration(left)}` : 'due now'
}

function sizeWords(view: GroupView): string {
  const { min, max } = view.group.size
  if (view.state === 'warm') return `${view.size}, held at this for the night`
  return min === max ? String(view.size) : `${view.size}, between ${min} and ${max}`
}

function cardActs(view: GroupView, facts: CardFacts): Act[] {
  const { name, cluster } = view.group
  const about = { label: 'Everything about it', href: `/groups/${name}` }
  if (view.state === 'warm')
    return [
      ...(facts.mayReturn
        ? [{ label: 'Roll back', href: `/clusters/${cluster}/rollback?to=${name}`, glyph: 'back' }]
        : []),
      { label: 'Keep longer', href: `/groups/${name}/keep` },
      { label: 'Resize…', href: `/groups/${name}/resize` },
    ]
  if (['launching', 'canary'].includes(view.state) && facts.operationId)
    return [
      { label: 'Follow', href: `/operations/${facts.operationId}` },
      { label: 'Cancel…', href: `/operations/${facts.operationId}/cancel` },
    ]
  if (view.state === 'rejected' || view.state === 'failed')
    return [about, { label: 'Destroy now…', href: `/groups/${name}/destroy`, bad: true }]
  if (view.state === 'live') return [about, { label: 'Resize…', href: `/groups/${name}/resize` }]
  return [about]
}

/** `2 of 3 healthy`. */
export function healthWords(view: GroupView): string {
  return capital(`${view.healthy} of ${Math.max(view.size, view.instances.length)} healthy`)
}
