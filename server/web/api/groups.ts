import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { destroyInput, keepInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { found } from './not-found.js'
import { shownGroup, shownOperation } from './shown.js'

const hourMs = 3_600_000

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
    const { until, hours, why } = parse(keepInput, request.body)
    const end = hours === undefined ? (until ?? null) : new Date(parts.clock.now().getTime() + hours * hourMs)
    response.json(
      shownGroup(await engine.keepGroup(actorOf(request), { group: request.params.name, until: end, why })),
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
  return api
}
