import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { destroyInput, keepInput, keepEnd, resizeInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { found } from './not-found.js'
import { shownGroup, shownOperation } from './shown.js'

export function groupsApi({ parts, engine }: Deps): Router {
  const api = Router()
  api.get('/groups/:name', async (request, response) => {
    response.json(
      shownGroup(
        found(await parts.history.serverGroup(request.params.name), 'server group', request.params.name),
      ),
    )
  })
  api.post('/groups/:name/keep', async (request, response) => {
    const input = parse(keepInput, request.body)
    const until = keepEnd(input, parts.clock.now())
    const { name } = request.params
    response.json(
      shownGroup(await engine.keepGroup(actorOf(request), { group: name, until, why: input.why })),
    )
  })
  api.post('/groups/:name/destroy', async (request, response) => {
    const { reason } = parse(destroyInput, request.body)
    const { operation } = await engine.destroyGroup(actorOf(request), {
      group: request.params.name,
      reason: reason ?? '',
    })
    if (!operation) return void response.json({ alreadyDestroyed: true })
    response.status(202).json({ operation: shownOperation(operation), href: `/operations/${operation.id}` })
  })
  api.post('/groups/:name/resize/plan', async (request, response) => {
    const input = parse(resizeInput, request.body)
    response.json(await engine.planResize({ ...input, group: request.params.name }))
  })
  api.post('/groups/:name/resize', async (request, response) => {
    const input = parse(resizeInput, request.body)
    const { operation } = await engine.resizeGroup(actorOf(request), { ...input, group: request.params.name })
    response.status(202).json({ operation: shownOperation(operation), href: `/operations/${operation.id}` })
  })
  return api
}
