import type { ListedBake } from '../../domain/bake.js'
import { pushLabel } from '../../domain/names.js'
import { isEnded, type Operation } from '../../domain/operation.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { recordedLive, type ClusterState } from '../../domain/cluster-state.js'
import type { LogLine } from '../../engine/ports.js'
import { phaseBadge, recordedBadge, type Badge } from './badge.js'
import { bakeItem, type BakeItem } from './bake-item.js'
import { feedLine, type FeedLine } from './feed.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { dayHeading, zoneName, type Moment } from './moment.js'
import { liveRow, type LiveRow } from './live-row.js'
import { keptUntil, nightFrame, nightSpan, warmLane, type Lane, type NightFrame } from './night.js'
import { operationItem, type OperationItem } from './operation-item.js'
import type { SampleRow } from './sample-versions.js'
import { asSentence, capital, counted, listed } from './words.js'

export interface HomeFacts {
  readonly now: Date
  readonly zone: string
  readonly region: string
  readonly paceDivisor: number
  readonly states: readonly ClusterState[]
  readonly bakes: readonly ListedBake[]
  readonly log: readonly LogLine[]
  /** The sample's versions, while nothing but the sample is here. */
  readonly samples: readonly SampleRow[]
}

export interface HomePage extends Head {
  readonly people: readonly {
    readonly href: string
    readonly label: string
    readonly sentence: string
    readonly badge: Badge
  }[]
  readonly running: readonly OperationItem[]
  readonly bakes: readonly BakeItem[]
  readonly quiet: boolean
  /** What is said where nothing changes by itself. */
  readonly quietSays: string
  readonly night: {
    readonly frame: NightFrame
    readonly zone: string
    readonly says: string
    readonly rows: readonly NightRow[]
    /** That there are more than these. */
    readonly more: string | null
  } | null
  readonly clusters: readonly LiveRow[]
  /** How many of all are shown; null where all are. */
  readonly clustersSay: string | null
  readonly log: readonly FeedLine[]
  readonly samples: readonly SampleRow[]
}

interface NightRow {
  readonly cluster: string
  readonly href: string
  readonly label: string
  readonly lane: Lane
  readonly badge: Badge
  readonly until: Moment | null
  readonly untilWord: string
}

/** Home tells what there is; where there is much, the lists behind it have all of it. */
const mostRows = 20

/** Does anything need me? What is changing? */
export function homePage(facts: HomeFacts): HomePage {
  const { now, zone, states } = facts
  const operations = states.flatMap((state) => state.operations).filter((each) => !isEnded(each))
  const running = operations.filter((each) => !['halted', 'approving'].includes(each.phase))
  const bakes = facts.bakes.filter((bake) => bake.endedAt === null)
  const standing = states.filter(({ cluster }) => !cluster.retired)
  const people = peopleNeeded(states, operations)
  const warm = states.flatMap((state) => state.groups.filter((group) => group.role === 'warm'))
  return {
    title: 'Home',
    heading: dayHeading(now, zone),
    crumbs: [],
    sentence: homeSentence(states, people.length, running.length + bakes.length, warm, now),
    acts: [
      { label: 'Bake an image', href: '/images#bake' },
      { label: 'Deploy', href: '/deploy', act: true },
    ],
    liveMs: liveMs(running.length + bakes.length > 0, facts.paceDivisor),
    people,
    running: running.map((each) => operationItem(each, zone, now, facts.paceDivisor)),
    bakes: bakes.map((bake) => bakeItem(bake, zone, now)),
    quiet: running.length + bakes.length === 0,
    quietSays:
      running.length < operations.length
        ? 'Nothing goes on by itself: what has begun waits for a person.'
        : 'Nothing changes now.',
    night: warm.length > 0 ? theNight(warm, facts) : null,
    clusters: latest(standing).map((state) => liveRow(state, zone, now)),
    clustersSay: standing.length > mostRows ? `the ${mostRows} whose traffic moved last` : null,
    log: facts.log.map((row) => feedLine(row, zone, now)),
    samples: facts.samples,
  }
}

function peopleNeeded(states: readonly ClusterState[], operations: readonly Operation[]): HomePage['people'] {
  const badge = { k: 'k-bad', glyph: 'halted', word: 'halted' }
  const halted = operations
    .filter((each) => each.phase === 'halted')
    .map((each) => ({
      href: `/operations/${each.id}`,
      label: `${each.cluster} → ${pushLabel(each.to ?? each.cluster)}`,
      sentence: each.reason ?? 'It waits for a decision.',
      badge,
    }))
  const approving = operations
    .filter((each) => each.phase === 'approving')
    .map((each) => ({
      href: `/operations/${each.id}`,
      label: `${each.cluster} → ${pushLabel(each.to ?? each.cluster)}`,
      sentence: asSentence(each.wait?.sentence ?? 'Waiting for a person to approve or decline the switch'),
      badge: phaseBadge(each),
    }))
  const clusters = states
    .filter(
      (state) =>
        state.cluster.needsPerson && !halted.some((each) => each.label.startsWith(`${state.cluster.name} `)),
    )
    .map(({ cluster }) => ({
      href: `/clusters/${cluster.name}`,
      label: cluster.name,
      sentence: cluster.needsPerson ?? '',
      badge: { ...badge, word: 'needs a person' },
    }))
  return [...halted, ...approving, ...clusters]
}

function homeSentence(
  states: readonly ClusterState[],
  people: number,
  changing: number,
  warm: readonly ServerGroup[],
  now: Date,
): Said[] {
  const live = states.filter((state) => recordedLive(state)).length
  const morning = warm.filter(
    (group) => group.expiresAt && group.expiresAt.getTime() < now.getTime() + 86_400_000,
  ).length
  const rest = [
    changing > 0 && `${counted(changing, 'thing')} ${changing === 1 ? 'is' : 'are'} changing`,
    morning > 0 && `${counted(morning, 'warm group')} may go in the morning`,
  ].filter((each): each is string => Boolean(each))
  return say(
    `${capital(counted(live, 'cluster'))} ${live === 1 ? 'is' : 'are'} live. `,
    people > 0
      ? strong(`${capital(counted(people, 'thing'))} ${people === 1 ? 'needs' : 'need'} a person`)
      : strong('Nothing needs a person'),
    rest.length > 0 ? `, ${listed(rest)}.` : '.',
  )
}

function theNight(warm: readonly ServerGroup[], facts: HomeFacts): HomePage['night'] {
  const { now, zone, region } = facts
  const span = nightSpan(warm, now)
  const ready = warm.filter((group) => !group.degradedSince).length
  return {
    frame: nightFrame('home-sky', span, now, zone, region),
    zone: zoneName(zone),
    says: `${capital(counted(ready, 'warm group'))} of ${warm.length} could take the traffic back now.`,
    more:
      warm.length > mostRows
        ? `The ${mostRows} that end first; ${warm.length - mostRows} more are warm.`
        : null,
    rows: firstToEnd(warm).map((group) => {
      const { text, until } = keptUntil(group, zone, now)
      return {
        cluster: group.cluster,
        href: `/clusters/${group.cluster}`,
        label: pushLabel(group.name),
        lane: warmLane(group, span, now),
        badge: recordedBadge(group),
        until,
        untilWord: text,
      }
    }),
  }
}

/** All by name, or of many the ones whose traffic moved last. */
function latest(states: readonly ClusterState[]): readonly ClusterState[] {
  if (states.length <= mostRows) return states
  const since = (state: ClusterState) => recordedLive(state)?.liveSince?.getTime() ?? 0
  return [...states].sort((a, b) => since(b) - since(a)).slice(0, mostRows)
}

/** All as they stand, or of many the ones whose nights end first. */
function firstToEnd(warm: readonly ServerGroup[]): readonly ServerGroup[] {
  if (warm.length <= mostRows) return warm
  const end = ({ expiresAt }: ServerGroup) => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
  return [...warm].sort((a, b) => end(a) - end(b)).slice(0, mostRows)
}
