import { Router } from 'express'
import type { Finding } from '../../domain/find.js'
import { queryText } from '../api/query.js'
import { personOf } from '../guard/signed-in.js'
import { findPage } from '../pages/find.js'
import { pagesOf } from '../pages/frame.js'
import type { RouteDeps } from './route-deps.js'

/** One field for everything: what the key Ctrl K leads to. */
export function findRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/find', async (request, response) => {
    const query = (queryText(request, 'q') ?? '').slice(0, 200).trim()
    const pages = [
      ...pagesOf(parts.place, personOf(request)),
      ['/load-balancers', 'Load balancers'],
      ['/target-groups', 'Target groups'],
      ['/instances', 'Instances'],
      ['/clusters/new', 'New cluster'],
      ['/applications/new', 'New application'],
      ['/system', 'System health'],
      ['/jobs', 'Jobs'],
      ['/orphans', 'Orphans'],
    ]
    const found = await engine.find(
      query,
      pages.map(([href = '', label = '']): Finding => ({ kind: 'page', label, sub: '', href })),
    )
    show(request, response, { view: 'find', section: '/find', model: findPage(query, found) })
  })
  return routes
}
