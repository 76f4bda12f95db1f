import { Router, type Request, type Response } from 'express'
import { Refusal } from '../../domain/refusal.js'
import { reasonNotKeepable, type ServerGroup } from '../../domain/server-group.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { keepInput, keepEnd } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { groupKeepPage } from '../pages/group-keep.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** Keeping a group beyond its morning, and letting it go again. */
export function keepGroupRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/groups/:name/keep', async (request, response) => {
    await form(request, response, request.params.name, unfilled)
  })
  routes.post('/groups/:name/keep', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    try {
      const span = typed.for === 'ever' ? { until: null } : { hours: Number(typed.for) }
      const input = parse(keepInput, { why: typed.why ?? '', ...span })
      const until = keepEnd(input, parts.clock.now())
      await engine.keepGroup(actorOf(request), { group: name, until, why: input.why })
      response.redirect(303, `/groups/${name}`)
    } catch (error) {
      await form(request, response, name, refilled(error, typed), 400)
    }
  })
  routes.post('/groups/:name/release', async (request, response) => {
    await engine.releaseGroup(actorOf(request), request.params.name)
    response.redirect(303, `/groups/${request.params.name}`)
  })
  return routes

  async function form(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    const group = found(await parts.history.serverGroup(name), 'server group', name)
    refuseUnlessKept(group)
    show(request, response, {
      view: 'confirm',
      section: '/clusters',
      status,
      model: groupKeepPage(group, filled),
    })
  }
}

function refuseUnlessKept(group: ServerGroup): void {
  const reason = reasonNotKeepable(group)
  if (reason) throw new Refusal('NotKeepable', `${reason} Nothing was changed.`)
}
