import { Router, type Request, type Response } from 'express'
import { Refusal } from '../../domain/refusal.js'
import { reasonMustStay } from '../../domain/retirement-guard.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { freshLook } from '../../engine/fresh-look.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { unfilled, type Filled } from '../pages/field.js'
import { groupDestroyPage } from '../pages/group-destroy.js'
import { overrideFields } from '../pages/override-field.js'
import type { RouteDeps } from './route-deps.js'

export function destroyGroupRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/groups/:name/destroy', async (request, response) => {
    await form(request, response, request.params.name, unfilled)
  })
  routes.post('/groups/:name/destroy', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    if (typed.name !== name) {
      const faults = [{ field: 'name', sentence: `Type “${name}” to destroy it. Nothing was changed.` }]
      return form(request, response, name, { values: typed, faults }, 400)
    }
    const { operation } = await engine.destroyGroup(actorOf(request), {
      group: name,
      reason: typeof typed.reason === 'string' ? typed.reason : '',
      ...(typeof typed.override === 'string' && { override: typed.override }),
    })
    response.redirect(303, operation ? `/operations/${operation.id}` : `/groups/${name}`)
  })
  return routes

  /** Said before anything is typed. Where the cloud can't be looked at, the form's own request decides. */
  async function refuseIfNeeded(group: ServerGroup): Promise<void> {
    const look = await freshLook(parts, group.cluster).catch(() => null)
    const reason = look
      ? reasonMustStay(look.state, look.seen, group)
      : group.role === 'live'
        ? `${group.name} carries the traffic of ${group.cluster}: the live group is never destroyed.`
        : null
    if (reason)
      throw new Refusal('MustStay', `${reason} Nothing was changed.`, 'conflict', {
        ways: [{ label: `Open ${group.cluster}`, href: `/clusters/${group.cluster}` }],
      })
  }

  async function form(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    const group = found(await parts.history.serverGroup(name), 'server group', name)
    if (group.role === 'destroyed') return response.redirect(303, `/groups/${name}`)
    await refuseIfNeeded(group)
    const may = await engine.mayStartIn('destroy', group.cluster)
    show(request, response, {
      view: 'confirm',
      section: '/clusters',
      status,
      model: groupDestroyPage(group, filled, overrideFields(filled, may)),
    })
  }
}
