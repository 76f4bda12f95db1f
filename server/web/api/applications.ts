import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { applicationInput } from '../inputs/application.js'
import { parse } from '../inputs/parse.js'
import { found } from './not-found.js'

export function applicationsApi({ parts, engine }: Deps): Router {
  const api = Router()
  api.get('/applications', async (_request, response) => {
    response.json({ applications: await parts.history.applications() })
  })
  api.post('/applications', async (request, response) => {
    const application = await engine.registerApplication(
      actorOf(request),
      parse(applicationInput, request.body),
    )
    response.status(201).json(application)
  })
  api.get('/applications/:name', async (request, response) => {
    const { name } = request.params
    response.json(found(await parts.history.application(name), 'application', name))
  })
  return api
}
