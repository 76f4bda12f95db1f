import { Router } from 'express'
import { apiReferencePage, type ApiReferencePage } from '../pages/api-reference.js'
import type { RouteDeps } from './route-deps.js'

/** The reference of the API. It needs no sign-in: it tells of the program, and nothing of this installation. */
export function apiReferenceRoutes({ show, apiDocument }: RouteDeps): Router {
  const routes = Router()
  let model: ApiReferencePage | null = null
  routes.get('/api', (request, response) => {
    model ??= apiReferencePage(apiDocument())
    show(request, response, { view: 'api', section: '', model })
  })
  return routes
}
