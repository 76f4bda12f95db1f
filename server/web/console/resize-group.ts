import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm, without } from '../inputs/form.js'
import { resizeForm, resizeInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { groupResizePage } from '../pages/group-resize.js'
import { overrideFields } from '../pages/override-field.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** Other bounds for a live group, more instances for a warm one. */
export function resizeGroupRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/groups/:name/resize', async (request, response) => {
    await form(request, response, request.params.name, unfilled)
  })
  routes.post('/groups/:name/resize', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, resizeForm)
    try {
      const group = found(await parts.history.serverGroup(name), 'server group', name)
      const input = parse(resizeInput, without(typed, ['name']))
      const lowers =
        (input.min ?? group.size.min) < group.size.min || (input.max ?? group.size.max) < group.size.max
      if (group.role === 'live' && lowers && typed.name !== name) {
        const faults = [
          { field: 'name', sentence: `Type “${name}” to lower its bounds. Nothing was changed.` },
        ]
        return await form(request, response, name, { values: typed, faults }, 400)
      }
      const { operation } = await engine.resizeGroup(actorOf(request), { ...input, group: name })
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      await form(request, response, name, refilled(error, typed), 400)
    }
  })
  return routes

  async function form(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    const group = found(await parts.history.serverGroup(name), 'server group', name)
    const view = await engine.clusterView(group.cluster, 1000)
    // A warm group is only made larger; whether a live one is made smaller is said by what is typed.
    const may = await engine.mayStartIn(group.role === 'warm' ? 'grow' : 'resize', group.cluster)
    const override = overrideFields(filled, may).map((each) => ({ ...each, required: false }))
    const shown = view.groups.find((each) => each.group.name === name) ?? null
    show(request, response, {
      view: 'confirm',
      section: '/clusters',
      status,
      model: groupResizePage(group, shown, filled, override),
    })
  }
}
