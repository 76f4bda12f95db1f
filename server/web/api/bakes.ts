import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { bakeInput } from '../inputs/bake.js'
import { parse } from '../inputs/parse.js'
import { queryText } from './query.js'
import { found } from './not-found.js'
import { shownBake } from './shown.js'

const longest = 100

export function bakesApi({ parts, engine }: Deps): Router {
  const api = Router()
  api.get('/bakes', async (request, response) => {
    const application = queryText(request, 'application')
    const bakes = await parts.history.bakes({ ...(application && { application }), limit: longest })
    response.json({ bakes: bakes.map((bake) => ({ ...shownBake(bake), log: undefined })) })
  })
  api.post('/bakes', async (request, response) => {
    const { bake, reused } = await engine.requestBake(actorOf(request), parse(bakeInput, request.body))
    response.status(202).json({ id: bake.id, href: `/bakes/${bake.id}`, reused })
  })
  api.get('/bakes/:id', async (request, response) => {
    response.json(shownBake(found(await parts.history.bake(request.params.id), 'bake', request.params.id)))
  })
  api.post('/bakes/:id/cancel', async (request, response) => {
    response.status(202).json(shownBake(await engine.cancelBake(actorOf(request), request.params.id)))
  })
  api.get('/images', async (request, response) => {
    const application = queryText(request, 'application')
    response.json({
      images: await parts.history.images({ ...(application && { application }), limit: longest }),
    })
  })
  api.get('/images/:name', async (request, response) => {
    response.json(found(await parts.history.image(request.params.name), 'image', request.params.name))
  })
  return api
}
