import { Router } from 'express'
import { parseScope, whereIs, type Where } from '../../domain/scope.js'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { holdsPage } from '../pages/holds.js'
import { holdFormRoutes } from './hold-forms.js'
import type { RouteDeps } from './route-deps.js'
import { readScopes } from './read-scopes.js'

/** What keeps changes from starting, and the pages on which it is placed and taken back. */
export function holdRoutes(deps: RouteDeps): Router {
  const { parts, engine, show } = deps
  const routes = Router()
  const { history, place, defaults } = parts
  routes.get('/holds', async (request, response) => {
    const scope = queryText(request, 'scope') ?? 'all'
    const where = await whereOf(scope)
    const [restraints, may, scopes] = await Promise.all([
      engine.restraintsNow(),
      engine.mayStart('deploy', where),
      readScopes(parts),
    ])
    const model = holdsPage({ restraints, where, scope, scopes, may, now: parts.clock.now() })
    show(request, response, { view: 'holds', section: '/holds', model, zone: where.timeZone })
  })
  routes.use(holdFormRoutes(deps))
  return routes

  /** Throws Refusal for a cluster that is not there. */
  async function whereOf(text: string): Promise<Where> {
    const scope = found(parseScope(text), 'scope', text)
    const wide = { cluster: null, application: null, region: place.region, timeZone: defaults.timeZone }
    if (scope.level === 'application') return { ...wide, application: scope.name }
    if (scope.level !== 'cluster') return wide
    return whereIs(found(await history.clusterState(scope.name), 'cluster', scope.name).cluster)
  }
}
