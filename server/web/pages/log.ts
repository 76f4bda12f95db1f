import type { Cluster } from '../../domain/cluster.js'
import type { LogLine } from '../../engine/ports.js'
import { feedDays, type FeedDay } from './feed.js'
import { field, type Field } from './field.js'
import { say, strong, type Head } from './head.js'
import { terminal } from './terminal.js'

export interface LogFacts {
  readonly rows: readonly LogLine[]
  readonly clusters: readonly Cluster[]
  readonly cluster: string | null
  readonly full: boolean
  readonly now: Date
  readonly zone: string
}

export interface LogPage extends Head {
  readonly days: readonly FeedDay[]
  readonly filter: Field
  readonly older: string | null
}

/** What happened? */
export function logPage({ rows, clusters, cluster, full, now, zone }: LogFacts): LogPage {
  const last = rows[0]
  const oldest = rows.at(-1)
  const choices = [
    { value: '', label: 'all clusters' },
    ...clusters.map((each) => ({ value: each.name, label: each.name })),
  ]
  const query = new URLSearchParams({ ...(cluster && { cluster }), before: String(oldest?.seq ?? 0) })
  return {
    title: 'Deploy log',
    heading: 'Deploy log',
    terminal: terminal('log', ...(cluster ? ['--cluster', cluster] : [])),
    crumbs: [],
    sentence: last
      ? say('Last: ', strong(last.sentence))
      : say(
          cluster
            ? `Nothing is written of “${cluster}”${clusters.some(({ name }) => name === cluster) ? ' yet' : ': there is no cluster of this name that you may see'}.`
            : 'Nothing has happened yet.',
        ),
    acts: cluster ? [{ label: 'Show all clusters', href: '/log' }] : [],
    liveMs: 15_000,
    days: feedDays(rows, zone, now),
    filter: field({ values: { cluster: cluster ?? '' }, faults: [] }, 'cluster', 'Cluster', { choices }),
    older: full && oldest ? `/log?${query.toString()}` : null,
  }
}
