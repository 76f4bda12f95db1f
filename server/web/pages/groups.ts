import type { ClusterState } from '../../domain/cluster-state.js'
import { listedGroups, stateSince, wordsOfGroup, type ListedGroup } from '../../domain/listed-group.js'
import { staysUntil } from '../../domain/server-group.js'
import { stateBadge, type Badge } from './badge.js'
import { say, strong, type Head } from './head.js'
import { byWords, pageOfList, type ListFrame, type ListWish, type LongList } from './long-list.js'
import { moment, momentOrNull, zoneName, type Moment } from './moment.js'
import { terminal } from './terminal.js'
import { capital, counted, listed } from './words.js'

export interface GroupsPage extends Head {
  readonly groups: readonly GroupRow[]
  readonly list: ListFrame
  /** In which the times of the list are. */
  readonly zone: string
}

interface GroupRow {
  readonly name: string
  readonly cluster: string
  readonly application: string
  readonly version: string
  readonly image: string
  readonly badge: Badge
  /** Why it is rejected or failed. */
  readonly why: string | null
  readonly share: number
  readonly desired: number
  readonly bounds: string
  readonly since: Moment
  readonly until: Moment | null
  /** Where no moment says it: that it is kept for ever, and by whom. */
  readonly kept: string | null
}

interface Facts {
  readonly states: readonly ClusterState[]
  readonly wish: ListWish
  readonly now: Date
  readonly zone: string
}

/** Every server group, as a list that can be filtered and sorted. */
export const groupList: LongList<ListedGroup> = {
  path: '/groups',
  placeholder: 'Filter: name, version, state',
  columns: [
    { name: 'name', label: 'Server group', key: ({ group }) => group.name },
    { name: 'cluster', label: 'Cluster', key: ({ group }) => group.cluster },
    {
      name: 'version',
      label: 'Image',
      key: ({ application, group }) => `${application} ${group.image.version}`,
    },
    { name: 'state', label: 'State', key: ({ state }) => state },
    { name: 'share', label: 'Traffic', num: true, key: ({ share }) => share },
    { name: 'size', label: 'Size', num: true, key: ({ group }) => group.size.desired },
    { name: 'since', label: 'Since', key: (row) => stateSince(row).getTime() },
    { name: 'until', label: 'Kept until', key: ({ group }) => staysUntil(group)?.getTime() ?? null },
  ],
  sort: 'name',
  finds: byWords(wordsOfGroup),
}

/** Which groups are there in all clusters, what is each of them, and which of them went wrong? */
export function groupsPage({ states, wish, now, zone }: Facts): GroupsPage {
  const all = listedGroups(states)
  const { rows, frame } = pageOfList(all, wish, groupList)
  return {
    title: 'Server groups',
    heading: 'Server groups',
    terminal: terminal('groups'),
    crumbs: [{ label: 'Clusters', href: '/clusters' }, { label: 'Server groups' }],
    sentence: sentenceOf(all),
    acts: [],
    liveMs: 15_000,
    groups: rows.map((row) => rowOf(row, zone, now)),
    list: frame,
    zone: zoneName(zone),
  }
}

function sentenceOf(all: readonly ListedGroup[]) {
  if (all.length === 0)
    return say(strong('No server group is there'), ': a cluster gets its first when it is created.')
  const count = (...states: readonly string[]) => all.filter(({ state }) => states.includes(state)).length
  const wrong = count('rejected', 'failed')
  const [live, warm, next] = [count('live'), count('warm'), count('launching', 'canary')]
  const kinds = [
    `${live} live`,
    ...(warm > 0 ? [`${warm} warm`] : []),
    ...(next > 0 ? [`${next} on the way`] : []),
  ]
  return say(
    `${capital(counted(all.length, 'server group'))}, ${listed(kinds)}; `,
    strong(
      wrong === 0
        ? 'none is rejected or failed'
        : `${wrong} ${wrong === 1 ? 'is' : 'are'} rejected or failed`,
    ),
    '.',
  )
}

function rowOf(row: ListedGroup, zone: string, now: Date): GroupRow {
  const { group, application, state, share } = row
  const { name, cluster, image, size, keep, reason } = group
  const readiness = state === 'warm' ? (group.degradedSince ? 'degraded' : 'ready') : null
  return {
    name,
    cluster,
    application,
    version: image.version,
    image: image.name,
    badge: stateBadge(state, readiness, keep !== null),
    why: state === 'rejected' || state === 'failed' ? reason : null,
    share,
    desired: size.desired,
    bounds: size.min === size.max ? '' : `${size.min} to ${size.max}`,
    since: moment(stateSince(row), zone, now),
    until: momentOrNull(staysUntil(group), zone, now),
    kept: keep ? `${keep.until ? '' : 'for ever, '}by ${keep.by}` : null,
  }
}
