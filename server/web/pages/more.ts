import type { Obligation } from '../../domain/obligation.js'
import { shownTestValue } from '../../domain/smoke-test.js'
import type { Defaults, Place } from '../../engine/parts.js'
import type { Fact } from './group-card.js'
import { counted, capital } from './words.js'
import { say, strong, type Head } from './head.js'
import { byWords, pageOfList, type ListFrame, type ListWish, type LongList } from './long-list.js'
import { moment, type Moment } from './moment.js'

export interface MoreFacts {
  readonly place: Place
  readonly defaults: Defaults
  readonly obligations: readonly Obligation[]
  readonly leftAlone: ReadonlyMap<string, string>
  readonly node: string
  readonly wish: ListWish
  readonly now: Date
}

export interface MorePage extends Head {
  readonly place: readonly Fact[]
  readonly defaults: readonly Fact[]
  readonly ledger: readonly {
    readonly object: string
    readonly what: string
    readonly was: string
    readonly since: Moment
    readonly operation: string
  }[]
  readonly list: ListFrame
  /** Whether there is anything to filter. */
  readonly filtered: boolean
  readonly leftAlone: readonly { readonly name: string; readonly why: string }[]
  readonly keys: readonly { readonly keys: string; readonly what: string }[]
}

const what = {
  minSize: 'smallest size raised',
  suspended: 'processes suspended',
  builder: 'a builder runs',
  testRule: 'a test rule stands before the live one',
} as const satisfies Record<Obligation['kind'], string>

/** What is changed for a while, as a list that can be filtered and sorted. */
export const ledgerList: LongList<Obligation> = {
  path: '/more',
  placeholder: 'Filter: group, cluster, what',
  columns: [
    { name: 'what', label: 'What', key: (row) => wordsOf(row) },
    { name: 'of', label: 'Of', key: ({ object }) => object },
    { name: 'was', label: 'Was' },
    { name: 'since', label: 'Since', key: ({ openedAt }) => openedAt.getTime() },
  ],
  sort: 'since',
  finds: byWords((row) => [row.object, row.cluster, wordsOf(row)]),
}

/** A newer version may owe what this one has no words for. */
function wordsOf({ kind }: Obligation): string {
  return what[kind] ?? kind
}

const keys = [
  ['Ctrl K', 'Find or do'],
  ['g h', 'Home'],
  ['g a', 'Applications'],
  ['g c', 'Clusters'],
  ['g i', 'Images'],
  ['g b', 'Load balancers'],
  ['g n', 'Instances'],
  ['g t', 'Tonight'],
  ['g l', 'Deploy log'],
  ['g s', 'System health'],
  ['g j', 'Jobs'],
  ['/', 'the filter of a page'],
  ['j k', 'the next and the previous row; Enter opens it'],
  ['?', 'this list'],
] as const

/** Where this is, what it may do by itself, and what it has changed for a while. */
export function morePage(facts: MoreFacts): MorePage {
  const { place, defaults, obligations, now } = facts
  const open = obligations.filter((row) => row.closedAt === null)
  const { rows, frame } = pageOfList(open, facts.wish, ledgerList)
  return {
    title: 'More',
    heading: 'This installation',
    crumbs: [],
    sentence: say(
      strong(
        open.length === 0
          ? 'Nothing is changed for a while'
          : `${capital(counted(open.length, 'thing'))} ${open.length === 1 ? 'is' : 'are'} changed for a while`,
      ),
      open.length === 0 ? ': the ledger is empty.' : ' and will be put back.',
    ),
    acts: [
      { label: 'System health', href: '/system' },
      { label: 'Jobs', href: '/jobs' },
      { label: 'Orphans', href: '/orphans' },
      { label: 'Server groups', href: '/groups' },
      { label: 'Load balancers', href: '/load-balancers' },
      { label: 'Instances', href: '/instances' },
      { label: 'Notifications', href: '/settings/notifications' },
      { label: 'Tokens and sessions', href: '/settings/tokens' },
      { label: 'People and roles', href: '/settings/people' },
    ],
    liveMs: 15_000,
    place: [
      {
        what: 'Cloud',
        value:
          place.mode === 'local'
            ? 'the local cloud of this machine'
            : place.mode === 'aws'
              ? 'AWS'
              : 'an AWS-compatible endpoint',
      },
      { what: 'Account', value: place.account, mono: true },
      { what: 'Region', value: place.region, mono: true },
      ...(place.mode === 'local'
        ? [
            {
              what: 'Pace',
              value:
                place.paceDivisor > 1
                  ? `AWS's delays divided by ${place.paceDivisor}`
                  : place.paceDivisor === 1
                    ? "AWS's own delays"
                    : 'no delays',
            },
          ]
        : []),
      { what: 'Marks what it makes with', value: `delling:owner=${place.owner}`, mono: true },
      { what: 'Version', value: place.version },
      { what: 'Node', value: facts.node },
    ],
    defaults: [
      { what: 'Instance type', value: defaults.instanceType, mono: true },
      { what: 'Base image', value: defaults.baseImage, mono: true },
      { what: 'Builder', value: defaults.builderInstanceType, mono: true },
      { what: 'Morning', value: `${defaults.morning}, ${defaults.timeZone}` },
      { what: 'Warm for at least', value: `${defaults.minWarmHours} h` },
      { what: 'Warm groups in a cluster', value: `at most ${defaults.maxWarm}` },
    ],
    ledger: rows.map((row) => ({
      object: row.object,
      what: wordsOf(row),
      was: wasWords(row),
      since: moment(row.openedAt, defaults.timeZone, now),
      operation: row.kind === 'builder' ? `/bakes/${row.object}` : `/operations/${row.operationId}`,
    })),
    list: frame,
    filtered: open.length > 0,
    leftAlone: [...facts.leftAlone].map(([scope, why]) => ({ name: scope.replace(':', ' '), why })),
    keys: keys.map(([key, does]) => ({ keys: key, what: does })),
  }
}

function wasWords({ kind, original }: Obligation): string {
  if (!(kind in what)) return ''
  if ('min' in original) return `at least ${original.min}, at most ${original.max}`
  if ('processes' in original)
    return original.processes.length > 0
      ? `suspended before: ${original.processes.join(', ')}`
      : 'all were running'
  if ('testValue' in original)
    return `none; its header’s value begins with ${shownTestValue(original.testValue)}`
  return 'no builder'
}
