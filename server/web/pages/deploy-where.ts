import type { Image } from '../../domain/bake.js'
import type { Cluster } from '../../domain/cluster.js'
import { say, type Head } from './head.js'

export interface DeployWherePage extends Head {
  readonly clusters: readonly { readonly name: string; readonly href: string; readonly says: string }[]
  readonly empty: string
  readonly emptyHref: string
  readonly emptyLabel: string
}

/** Where to? Asked only where there is more than one answer, or none. */
export function deployWherePage(clusters: readonly Cluster[], image: Image | null): DeployWherePage {
  const query = image ? `?image=${encodeURIComponent(image.name)}` : ''
  return {
    title: 'Deploy',
    heading: image ? `Deploy ${image.name}` : 'Deploy',
    crumbs: [],
    sentence:
      clusters.length > 0
        ? say('Choose the cluster whose traffic it is to take.')
        : say('There is no cluster that it could be deployed to.'),
    acts: [],
    liveMs: 0,
    clusters: clusters.map(({ name, statement }) => ({
      name,
      href: `/clusters/${name}/deploy${query}`,
      says: statement || 'no traffic yet',
    })),
    empty: image ? `No cluster of ${image.application} is there yet.` : 'No cluster is there yet.',
    emptyHref: image
      ? `/clusters/new?application=${image.application}&image=${encodeURIComponent(image.name)}`
      : '/clusters/new',
    emptyLabel: 'Create one',
  }
}
