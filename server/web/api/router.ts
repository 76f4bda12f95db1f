import express, { Router, type ErrorRequestHandler } from 'express'
import type { Deps } from '../deps.js'
import { onceForEachKey } from '../guard/once.js'
import { apiNeedsSignIn } from '../guard/signed-in.js'
import { onlyFromOurPages } from '../guard/origin.js'
import { onlyPlainAddresses } from '../guard/plain-text.js'
import { requestIdOf } from '../guard/request-log.js'
import { problemOf } from '../problem.js'
import { applicationsApi } from './applications.js'
import { bakesApi } from './bakes.js'
import { cleanupApi } from './cleanup.js'
import { clustersApi } from './clusters.js'
import { driftApi } from './drift.js'
import { generalApi } from './general.js'
import { groupsApi } from './groups.js'
import { found } from './not-found.js'
import { operationsApi } from './operations.js'
import { packagesApi } from './packages.js'

/** Everything below /api/v1. */
export function apiRouter(deps: Deps): Router {
  const api = Router()
  api.use(onlyFromOurPages, apiNeedsSignIn, onlyPlainAddresses, (_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  api.use(packagesApi(deps))
  api.use(express.json({ limit: '1mb' }), onceForEachKey(deps.credentials))
  api.use(generalApi(deps), applicationsApi(deps), bakesApi(deps), clustersApi(deps), driftApi(deps))
  api.use(operationsApi(deps), groupsApi(deps), cleanupApi(deps))
  api.use((request) => {
    found(null, 'address', `${request.method} /api/v1${request.path}`)
  })
  api.use(problems(deps))
  return api
}

/** Every error leaves the API as a problem; what is ours to mend is logged with its cause. */
function problems({ logger }: Deps): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const requestId = requestIdOf(request)
    const problem = problemOf(error, requestId)
    if (problem.status >= 500) logger.error({ err: error as unknown, requestId }, 'an API request failed')
    response.status(problem.status).type('application/problem+json').json(problem)
  }
}
