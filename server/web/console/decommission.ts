import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { decommissionInput } from '../inputs/cluster.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { decommissionPage } from '../pages/decommission.js'
import { unfilled, type Filled } from '../pages/field.js'
import { overrideFields } from '../pages/override-field.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** Retiring a whole cluster: what goes, what it carries now, and its name to be typed. */
export function decommissionRoutes({ parts, engine, show, traffic }: RouteDeps): Router {
  const routes = Router()
  routes.get('/clusters/:name/decommission', async (request, response) => {
    await form(request, response, request.params.name, unfilled)
  })
  routes.post('/clusters/:name/decommission', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    try {
      const input = parse(decommissionInput, typed)
      const { operation } = await engine.decommission(actorOf(request), { ...input, cluster: name })
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      await form(request, response, name, refilled(error, typed), 400)
    }
  })
  return routes

  async function form(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    found(await parts.history.clusterState(name), 'cluster', name)
    const [plan, view] = await Promise.all([engine.planDecommission(name), engine.clusterView(name, 1000)])
    const override = overrideFields(filled, plan)
    const series = await traffic.of(view.cluster.loadBalancerArn, view.live?.group.targetGroupArn ?? null)
    show(request, response, {
      view: 'decommission',
      section: '/clusters',
      status,
      model: decommissionPage({ plan, view, traffic: series, filled, override }),
      seenAt: view.seenAt,
      zone: view.cluster.policy.timeZone,
    })
  }
}
