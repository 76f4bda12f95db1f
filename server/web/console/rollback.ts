import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { switchBackForm, switchBackInput } from '../inputs/deployment.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { rollbackPage } from '../pages/rollback.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

export function rollbackRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/clusters/:name/rollback', async (request, response) => {
    await form(request, response, request.params.name, queryText(request, 'to'), unfilled)
  })
  routes.post('/clusters/:name/rollback', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, switchBackForm)
    try {
      const input = parse(switchBackInput, typed)
      const { operation } = await engine.switchBack(actorOf(request), { ...input, cluster: name })
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      await form(
        request,
        response,
        name,
        typeof typed.to === 'string' ? typed.to : undefined,
        refilled(error, typed),
        400,
      )
    }
  })
  return routes

  async function form(
    request: Request,
    response: Response,
    name: string,
    to: string | undefined,
    filled: Filled,
    status = 200,
  ) {
    found(await parts.history.clusterState(name), 'cluster', name)
    const [plan, view] = await Promise.all([
      engine.planSwitchBack({ cluster: name, ...(to && { to }) }),
      engine.clusterView(name, 1000),
    ])
    const model = rollbackPage({ ...plan, cluster: name, view, filled })
    show(request, response, {
      view: 'rollback',
      section: '/clusters',
      status,
      model,
      seenAt: view.seenAt,
      zone: view.cluster.policy.timeZone,
    })
  }
}
