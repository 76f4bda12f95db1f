import express, { Router } from 'express'
import type { Deps } from '../deps.js'
import { onceForEachKey } from '../guard/once.js'
import { apiNeedsSignIn } from '../guard/signed-in.js'
import { onlyFromOurPages } from '../guard/origin.js'
import { onlyPlainAddresses } from '../guard/plain-text.js'
import { applicationsApi } from './applications.js'
import { bakesApi } from './bakes.js'
import { cleanupApi } from './cleanup.js'
import { clustersApi } from './clusters.js'
import { driftApi } from './drift.js'
import { generalApi } from './general.js'
import { groupsApi } from './groups.js'
import { found } from './not-found.js'
import { operationsApi } from './operations.js'
import { rehearsalApi } from './rehearsal.js'
import { packagesApi } from './packages.js'
import { apiProblems } from './problems.js'

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
  api.use(operationsApi(deps), groupsApi(deps), cleanupApi(deps), rehearsalApi(deps))
  api.use((request) => {
    found(null, 'address', `${request.method} /api/v1${request.path}`)
  })
  api.use(apiProblems(deps))
  return api
}
