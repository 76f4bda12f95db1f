import type { Finding, FindingKind } from '../../domain/find.js'
import { say, strong, type Head } from './head.js'
import { capital, counted } from './words.js'

export interface FindPage extends Head {
  readonly query: string
  readonly found: readonly (Finding & { readonly what: string })[]
}

const words: Record<FindingKind, string> = {
  page: 'page',
  application: 'application',
  cluster: 'cluster',
  deed: 'do',
  group: 'server group',
  'load balancer': 'load balancer',
  'target group': 'target group',
  instance: 'instance',
  image: 'image',
  operation: 'operation',
  bake: 'bake',
}

/** Finds anything with an address, and leads to what can be asked for. */
export function findPage(query: string, found: readonly Finding[]): FindPage {
  return {
    title: 'Find or do',
    heading: 'Find or do',
    crumbs: [],
    sentence:
      query === ''
        ? say(
            'Type a part of a name or an id: of an application, cluster, group, load balancer, instance, image, operation.',
          )
        : found.length === 0
          ? say(strong(`Nothing is called “${query}”`), ', neither here nor in the account.')
          : say(strong(capital(counted(found.length, 'thing'))), ` for “${query}”, the likeliest first.`),
    acts: [],
    liveMs: 0,
    query,
    found: found.map((each) => ({ ...each, what: words[each.kind] })),
  }
}
