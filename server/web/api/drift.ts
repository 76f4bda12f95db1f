import { Router } from 'express'
import { shownDifference } from '../../engine/drift-view.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { differenceInput } from '../inputs/drift.js'
import { parse } from '../inputs/parse.js'

/** What others changed in a cluster, and a person's answers to it. */
export function driftApi({ engine }: Deps): Router {
  const api = Router()
  api.get('/clusters/:name/drift', async (request, response) => {
    const { differences } = await engine.driftView(request.params.name)
    response.json({ cluster: request.params.name, differences: differences.map(shownDifference) })
  })
  api.post('/clusters/:name/drift/adopt', async (request, response) => {
    const meant = { ...parse(differenceInput, request.body), cluster: request.params.name }
    response.json(await engine.adopt(actorOf(request), meant))
  })
  api.post('/clusters/:name/drift/undo', async (request, response) => {
    const meant = { ...parse(differenceInput, request.body), cluster: request.params.name }
    response.status(202).json(await engine.undoDifference(actorOf(request), meant))
  })
  api.post('/clusters/:name/drift/leave', async (request, response) => {
    const meant = { ...parse(differenceInput, request.body), cluster: request.params.name }
    response.json(await engine.leaveAlone(actorOf(request), meant))
  })
  return api
}
