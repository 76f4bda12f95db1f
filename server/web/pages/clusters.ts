import type { ClusterState } from '../../domain/cluster-state.js'
import { homePage, type HomeFacts, type HomePage } from './home.js'
import { say, strong, type Head } from './head.js'
import { capital, counted } from './words.js'

export interface ClustersPage extends Head {
  readonly clusters: HomePage['clusters']
  readonly query: string
}

export function clustersPage(facts: HomeFacts, query: string): ClustersPage {
  const wanted = query.toLowerCase()
  const matches = ({ cluster }: ClusterState) =>
    cluster.name.includes(wanted) || cluster.application.includes(wanted)
  const { clusters } = homePage({ ...facts, states: facts.states.filter(matches) })
  const people = facts.states.filter((state) => state.cluster.needsPerson).length
  return {
    title: 'Clusters',
    heading: 'Clusters',
    crumbs: [],
    sentence:
      facts.states.length === 0
        ? say(strong('No cluster is there yet'), ': bake an image, then create one.')
        : say(
            `${capital(counted(facts.states.length, 'cluster'))}, `,
            strong(
              people === 0
                ? 'none needs a person'
                : `${counted(people, 'of them', 'of them')} ${people === 1 ? 'needs' : 'need'} a person`,
            ),
            '.',
          ),
    acts: [{ label: 'New cluster', href: '/clusters/new', act: true }],
    liveMs: 15_000,
    clusters,
    query,
  }
}
