import { may, type Person } from '../../domain/access.js'
import type { Place } from '../../engine/parts.js'
import { callWords, type Calls } from './calls.js'
import { accountText } from './words.js'
import { momentToTheSecond, zoneName, type Moment } from './moment.js'

/** What every page has around its own content. */
export interface Frame {
  readonly nav: readonly { readonly href: string; readonly label: string; readonly current: boolean }[]
  readonly env: {
    readonly k: string
    readonly word: string
    readonly where: string
    readonly pace: string | null
  }
  readonly person: string | null
  readonly signedIn: boolean
  readonly seen: Moment | null
  readonly seenZone: string
  readonly footCalls: string
  readonly version: string
  readonly home: string | null
}

const pages = [
  ['/', 'Home'],
  ['/applications', 'Applications'],
  ['/clusters', 'Clusters'],
  ['/images', 'Images'],
  ['/load-balancers', 'Load balancers'],
  ['/instances', 'Instances'],
  ['/tonight', 'Tonight'],
  ['/holds', 'Holds'],
  ['/log', 'Deploy log'],
  ['/more', 'More'],
] as const

export interface FrameFacts {
  readonly place: Place
  readonly zone: string
  readonly now: Date
  /** When what the page shows of AWS was read; null when it shows records only. */
  readonly seenAt: Date | null
  readonly calls: Calls
  readonly person: Person | null
  readonly section: string
  readonly home: string | null
}

export function frame(facts: FrameFacts): Frame {
  const { place, calls } = facts
  return {
    nav: pagesOf(place, facts.person).map(([href, label]) => ({
      href,
      label,
      current: href === facts.section,
    })),
    env: environment(place),
    person: facts.person?.name ?? null,
    signedIn: facts.person !== null,
    seen: facts.seenAt && momentToTheSecond(facts.seenAt, facts.zone, facts.now),
    seenZone: zoneName(facts.zone),
    footCalls: callWords(calls),
    version: place.version,
    home: facts.home,
  }
}

/** What can be rehearsed is the local cloud's alone, and for who may: elsewhere there is no such page. */
export function pagesOf(
  { mode }: Place,
  person: Person | null,
): readonly (readonly [href: string, label: string])[] {
  const last = pages.length - 1
  return mode === 'local' && person !== null && may(person, 'rehearse', null)
    ? [...pages.slice(0, last), ['/rehearse', 'Rehearse'], ...pages.slice(last)]
    : pages
}

/** The ring in the bar: dashed for the local cloud, copper for AWS; it always names account and region. */
function environment(place: Place): Frame['env'] {
  const where = `${accountText(place.account)}, ${place.region}`
  if (place.mode === 'aws') return { k: 'env-prod', word: 'AWS', where, pace: null }
  if (place.mode === 'endpoint') return { k: 'env-prod', word: 'AWS endpoint', where, pace: null }
  const said = [
    place.paceDivisor > 1 && `${place.paceDivisor} times faster`,
    place.instances === 'records' && 'instances are records',
  ].filter((each) => each !== false)
  return { k: 'env-local', word: 'local cloud', where, pace: said.join(', ') || null }
}
