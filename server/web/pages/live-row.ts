import { firstChoice } from '../../domain/first-choice.js'
import { recordedLive, type ClusterState } from '../../domain/cluster-state.js'
import { pushLabel } from '../../domain/names.js'
import { isActive, type Operation } from '../../domain/operation.js'
import { shareOf } from '../../domain/share.js'
import { wordsOfCluster } from '../../engine/cluster-view.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { byWords, type LongList } from './long-list.js'
import { moment, momentOrNull, type Moment } from './moment.js'

/** One cluster in a list: what is live, and what could take the traffic back. */
export interface LiveRow {
  readonly name: string
  readonly live: string | null
  /** Set where it is retired or given back: the word, and since when. */
  readonly gone: { readonly word: string; readonly since: Moment } | null
  /** What else carries traffic while it is shared; null while one group has all. */
  readonly shared: string | null
  readonly since: Moment | null
  readonly image: string
  readonly owner: string
  readonly size: string
  readonly back: { readonly k: string; readonly glyph: string; readonly text: string }
  readonly until: Moment | null
}

/** Every cluster, as a list that can be filtered and sorted. */
export const clusterList: LongList<ClusterState> = {
  path: '/clusters',
  placeholder: 'Filter: name, application, image',
  columns: [
    { name: 'name', label: 'Cluster', key: ({ cluster }) => cluster.name },
    { name: 'live', label: 'Live', key: (state) => recordedLive(state)?.liveSince?.getTime() ?? null },
    { name: 'image', label: 'Image', key: (state) => imageOf(state) },
    { name: 'size', label: 'Size', key: (state) => recordedLive(state)?.size.desired ?? null },
    { name: 'back', label: 'Switch back now?' },
    { name: 'warm', label: 'Warm until', key: (state) => readyOf(state)?.expiresAt?.getTime() ?? null },
  ],
  sort: 'name',
  finds: byWords(wordsOfCluster),
}

function imageOf(state: ClusterState): string {
  const live = recordedLive(state)
  if (live) return `${state.cluster.application} ${live.image.version}`
  return `${state.cluster.application} ${state.cluster.retired ? '–' : 'none yet'}`
}

/** The group that a roll back goes to, as the cluster's page offers it, where it could take the traffic as it is. */
function readyOf(state: ClusterState): ServerGroup | null {
  const first = firstChoice(state, null)
  return first && !first.degradedSince ? first : null
}

export function liveRow(state: ClusterState, zone: string, now: Date): LiveRow {
  const { cluster, operations } = state
  const live = recordedLive(state)
  const ready = readyOf(state)
  const first = operations.find(isActive)
  return {
    name: cluster.name,
    live: live ? pushLabel(live.name) : null,
    gone: goneOf(state, zone, now),
    shared: sharedWords(state),
    since: momentOrNull(live?.liveSince ?? null, zone, now),
    image: live ? `${cluster.application} ${live.image.version}` : cluster.retired ? '–' : 'none yet',
    owner: cluster.application,
    size: live ? `${live.size.desired}, between ${live.size.min} and ${live.size.max}` : '',
    back: cluster.retired
      ? goneBack
      : backWords(cluster.needsPerson !== null, first, firstChoice(state, null)),
    until: momentOrNull(ready?.expiresAt ?? null, zone, now),
  }
}

const goneBack: LiveRow['back'] = { k: 'k-idle', glyph: 'retiring', text: 'there is nothing to switch' }

function goneOf({ cluster: { retired } }: ClusterState, zone: string, now: Date): LiveRow['gone'] {
  if (!retired) return null
  return { word: retired.givenBack ? 'given back' : 'retired', since: moment(retired.at, zone, now) }
}

/** `v005 50 %, v006 50 %` by what we set last: a canary, or a deployment that waits for approval in the midst of it. */
function sharedWords({ cluster, groups }: ClusterState): string | null {
  const entries = cluster.expected ?? []
  const carrying = entries.filter(({ weight }) => weight > 0)
  if (carrying.length < 2) return null
  return carrying
    .map(({ targetGroupArn }) => {
      const group = groups.find((each) => each.targetGroupArn === targetGroupArn)
      return `${group ? pushLabel(group.name) : 'another'} ${shareOf(entries, targetGroupArn)} %`
    })
    .join(', ')
}

function backWords(
  needsPerson: boolean,
  running: Operation | undefined,
  back: ServerGroup | null,
): LiveRow['back'] {
  if (needsPerson) return { k: 'k-care', glyph: 'halted', text: 'needs a person' }
  if (back?.degradedSince)
    return { k: 'k-care', glyph: 'warm-care', text: `${pushLabel(back.name)} is degraded` }
  if (back) return { k: 'k-good', glyph: 'check', text: `yes, to ${pushLabel(back.name)}` }
  return { k: 'k-idle', glyph: 'later', text: running ? 'after the switch' : 'nothing is warm' }
}
