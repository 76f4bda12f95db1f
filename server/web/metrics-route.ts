import { Router } from 'express'
import { systemView } from '../engine/system-view.js'
import { apiProblems } from './api/problems.js'
import type { Deps } from './deps.js'
import { apiNeedsSignIn } from './guard/signed-in.js'
import { fewTokenGuesses } from './guard/token-guesses.js'

/** For monitoring, by a token that may see all applications: errors are told as the API tells them. */
export function metricsRoute({ parts, system, logger }: Deps): Router {
  const routes = Router()
  routes.use('/metrics', fewTokenGuesses(), apiNeedsSignIn)
  routes.get('/metrics', async (_request, response) => {
    const view = await systemView({ ...parts, ...system })
    const text = await system.metrics.text(system.report(), view)
    response.set('Cache-Control', 'no-store').type(system.metrics.contentType).send(text)
  })
  routes.use('/metrics', apiProblems({ logger }))
  return routes
}
