import { Router } from 'express'
import type { Finding } from '../../domain/find.js'
import { queryText } from '../api/query.js'
import { personOf } from '../guard/signed-in.js'
import { findPage } from '../pages/find.js'
import { pagesOf } from '../pages/frame.js'
import type { RouteDeps } from './route-deps.js'

/** What the bar doesn't lead to, under the words that somebody would look for. */
const furtherPages = [
  ['/groups', 'Server groups'],
  ['/target-groups', 'Target groups'],
  ['/deploy', 'Deploy'],
  ['/clusters/new', 'New cluster'],
  ['/adopt', 'Adopt a cluster that somebody else made'],
  ['/applications/new', 'New application'],
  ['/images#bake', 'Bake an image'],
  ['/holds/new', 'Place a hold'],
  ['/holds/stop', 'Stop everything'],
  ['/windows/new', 'New deploy window'],
  ['/freezes/new', 'New freeze'],
  ['/tonight/run', 'Run the cleanup now'],
  ['/system', 'System health'],
  ['/jobs', 'Jobs'],
  ['/orphans', 'Orphans'],
  ['/settings/notifications', 'Notifications and channels'],
  ['/settings/tokens', 'Tokens and sessions'],
  ['/settings/people', 'People and roles'],
  ['/api', 'API reference'],
] as const

/** One field for everything: what the key Ctrl K leads to. */
export function findRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/find', async (request, response) => {
    const query = (queryText(request, 'q') ?? '').slice(0, 200).trim()
    const pages = [...pagesOf(parts.place, personOf(request)), ...furtherPages]
    const found = await engine.find(
      query,
      pages.map(([href = '', label = '']): Finding => ({ kind: 'page', label, sub: '', href })),
    )
    show(request, response, { view: 'find', section: '/find', model: findPage(query, found) })
  })
  return routes
}
