import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { parse } from '../inputs/parse.js'
import { endInput, rehearsalInput } from '../inputs/rehearsal.js'

/** What the local cloud does wrong on request, and ending it. Where the console has no local cloud: 404 with the reason. */
export function rehearsalApi({ engine }: Deps): Router {
  const api = Router()
  api.get('/rehearsal', async (_request, response) => {
    const { seen, outOfOrder } = await engine.rehearsalView()
    response.json({ ...seen, outOfOrder })
  })
  api.post('/rehearsal', async (request, response) => {
    await engine.rehearsalView()
    response.json(await engine.rehearse(actorOf(request), parse(rehearsalInput, request.body)))
  })
  api.post('/rehearsal/end', async (request, response) => {
    await engine.rehearsalView()
    response.json(await engine.endRehearsal(actorOf(request), parse(endInput, request.body).key))
  })
  return api
}
