import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { pauseInput } from '../inputs/hold.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { operationPausePage } from '../pages/operation-pause.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** Letting one operation stand still. Letting it go on is `resume`, as for one that halted. */
export function pauseRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/operations/:id/pause', async (request, response) => {
    await form(request, response, request.params.id, unfilled)
  })
  routes.post('/operations/:id/pause', async (request, response) => {
    const { id } = request.params
    const typed = fromForm(request.body, {})
    try {
      await engine.pauseOperation(actorOf(request), id, parse(pauseInput, typed).reason)
      response.redirect(303, `/operations/${id}`)
    } catch (error) {
      await form(request, response, id, refilled(error, typed), 400)
    }
  })
  return routes

  async function form(request: Request, response: Response, id: string, filled: Filled, status = 200) {
    const operation = found(await parts.history.operation(id), 'operation', id)
    show(request, response, {
      view: 'confirm',
      section: '/clusters',
      status,
      model: operationPausePage(operation, filled),
    })
  }
}
