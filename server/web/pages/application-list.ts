import type { Application } from '../../domain/application.js'
import type { Cluster } from '../../domain/cluster.js'
import { say, strong, type Head } from './head.js'
import { byWords, pageOfList, type ListFrame, type ListWish, type LongList } from './long-list.js'
import { moment, type Moment } from './moment.js'
import { capital, counted } from './words.js'

export interface ApplicationsPage extends Head {
  readonly rows: readonly {
    readonly name: string
    readonly href: string
    readonly owner: string
    readonly clusters: readonly string[]
    /** How many more clusters than these it has, with the list of all; null where these are all. */
    readonly more: { readonly says: string; readonly href: string } | null
    readonly images: number
    readonly since: Moment
  }[]
  readonly list: ListFrame
}

interface Row {
  readonly application: Application
  readonly clusters: readonly string[]
  readonly images: number
}

export interface ApplicationsFacts {
  readonly applications: readonly Application[]
  readonly clusters: readonly Cluster[]
  /** How many images each has. */
  readonly images: ReadonlyMap<string, number>
  readonly wish: ListWish
  readonly now: Date
  readonly zone: string
}

const mostClusters = 6

export const applicationList: LongList<Row> = {
  path: '/applications',
  placeholder: 'Filter: name, owner, cluster',
  columns: [
    { name: 'name', label: 'Name', key: ({ application }) => application.name },
    { name: 'owner', label: 'Owner', key: ({ application }) => application.owner.toLowerCase() },
    { name: 'clusters', label: 'Clusters', key: ({ clusters }) => clusters.length },
    { name: 'images', label: 'Images', num: true, key: ({ images }) => images },
    { name: 'since', label: 'Registered', key: ({ application }) => application.createdAt.getTime() },
  ],
  sort: 'name',
  finds: byWords(({ application, clusters }) => [
    application.name,
    application.owner,
    application.email ?? null,
    ...clusters,
  ]),
}

export function applicationsPage(facts: ApplicationsFacts): ApplicationsPage {
  const { applications, clusters, images, wish, now, zone } = facts
  const all = applications.map((application): Row => {
    const own = clusters.filter((cluster) => cluster.application === application.name)
    return {
      application,
      clusters: own.map(({ name }) => name),
      images: images.get(application.name) ?? 0,
    }
  })
  const { rows, frame } = pageOfList(all, wish, applicationList)
  const kept = [...images.values()].reduce((sum, each) => sum + each, 0)
  return {
    title: 'Applications',
    heading: 'Applications',
    crumbs: [],
    sentence:
      applications.length === 0
        ? say(strong('No application is registered yet'), ': register what your team ships.')
        : say(
            `${capital(counted(applications.length, 'application'))} ${applications.length === 1 ? 'is' : 'are'} registered, with ${counted(clusters.length, 'cluster')} and ${counted(kept, 'image')}.`,
          ),
    acts: [{ label: 'Register an application', href: '/applications/new', act: true }],
    liveMs: 15_000,
    rows: rows.map(({ application: each, clusters: own, images: count }) => ({
      name: each.name,
      href: `/applications/${each.name}`,
      owner: each.email ? `${each.owner}, ${each.email}` : each.owner,
      clusters: own.slice(0, mostClusters),
      more:
        own.length > mostClusters
          ? { says: `${own.length - mostClusters} more`, href: `/applications/${each.name}` }
          : null,
      images: count,
      since: moment(each.createdAt, zone, now),
    })),
    list: frame,
  }
}
