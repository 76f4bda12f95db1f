import { Router } from 'express'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { bakeCancelPage } from '../pages/bake-cancel.js'
import { bakePage } from '../pages/bake.js'
import { placeOf } from './place-of.js'
import type { RouteDeps } from './route-deps.js'

const section = '/images'

/** One bake: what it does, and calling it off. */
export function bakeRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  const bakeOf = async (id: string) => found(await parts.history.bake(id), 'bake', id)
  routes.get('/bakes/:id', async (request, response) => {
    const bake = await bakeOf(request.params.id)
    const { zone, now, paceDivisor } = placeOf(parts)
    show(request, response, { view: 'bake', section, model: bakePage(bake, zone, now, paceDivisor) })
  })
  routes.get('/bakes/:id/cancel', async (request, response) => {
    const bake = await bakeOf(request.params.id)
    show(request, response, { view: 'confirm', section, model: bakeCancelPage(bake) })
  })
  routes.post('/bakes/:id/cancel', async (request, response) => {
    await engine.cancelBake(actorOf(request), request.params.id)
    response.redirect(303, `/bakes/${request.params.id}`)
  })
  return routes
}
