import type { ClusterState } from '../../domain/cluster-state.js'
import { say, strong, type Head } from './head.js'
import { clusterList, liveRow, type LiveRow } from './live-row.js'
import { pageOfList, type ListFrame, type ListWish } from './long-list.js'
import { capital, counted } from './words.js'
import { terminal } from './terminal.js'

export interface ClustersPage extends Head {
  readonly clusters: readonly LiveRow[]
  readonly list: ListFrame
}

export interface ClustersFacts {
  readonly states: readonly ClusterState[]
  readonly wish: ListWish
  readonly now: Date
  readonly zone: string
}

export function clustersPage({ states, wish, now, zone }: ClustersFacts): ClustersPage {
  const { rows, frame } = pageOfList(states, wish, clusterList)
  const people = states.filter((state) => state.cluster.needsPerson).length
  return {
    title: 'Clusters',
    heading: 'Clusters',
    terminal: terminal('clusters', 'list'),
    crumbs: [],
    sentence:
      states.length === 0
        ? say(strong('No cluster is there yet'), ': bake an image, then create one.')
        : say(
            `${capital(counted(states.length, 'cluster'))}, `,
            strong(
              people === 0
                ? 'none needs a person'
                : `${counted(people, 'of them', 'of them')} ${people === 1 ? 'needs' : 'need'} a person`,
            ),
            '.',
          ),
    acts: [
      { label: 'Server groups', href: '/groups' },
      { label: 'Adopt…', href: '/adopt' },
      { label: 'New cluster', href: '/clusters/new', act: true },
    ],
    liveMs: 15_000,
    clusters: rows.map((state) => liveRow(state, zone, now)),
    list: frame,
  }
}
