import { Router, urlencoded, type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import { found } from '../api/not-found.js'
import { onlyPlainAddresses } from '../guard/plain-text.js'
import { loggedPath, requestIdOf } from '../guard/request-log.js'
import { refusalPage } from '../pages/refusal.js'
import { problemOf } from '../problem.js'
import { applicationRoutes } from './applications.js'
import { clusterRoutes } from './clusters.js'
import { deployRoutes } from './deploy.js'
import { driftRoutes } from './drift.js'
import { groupRoutes } from './groups.js'
import { formAddressRoutes } from './form-addresses.js'
import { homeRoutes } from './home.js'
import { imageRoutes } from './images.js'
import { newClusterRoutes } from './new-cluster.js'
import { operationRoutes } from './operations.js'
import { recordRoutes } from './records.js'
import { rollbackRoutes } from './rollback.js'
import type { RouteDeps } from './route-deps.js'
import { signInRoutes } from './sign-in.js'
import { tonightRoutes } from './tonight.js'

/** Every page, and the forms on them. */
export function consoleRouter(deps: RouteDeps): Router {
  const router = Router()
  router.use(signInRoutes(deps), needsSignIn, onlyPlainAddresses)
  router.use(urlencoded({ extended: false, limit: '256kb' }))
  router.use(
    homeRoutes(deps),
    applicationRoutes(deps),
    newClusterRoutes(deps),
    clusterRoutes(deps),
    driftRoutes(deps),
  )
  router.use(deployRoutes(deps), rollbackRoutes(deps), operationRoutes(deps), groupRoutes(deps))
  router.use(imageRoutes(deps), tonightRoutes(deps), recordRoutes(deps))
  router.use(formAddressRoutes())
  router.use((request) => {
    found(null, 'page', request.path)
  })
  router.use(refusals(deps))
  return router
}

/** Somebody unknown is led to the page that says how to get a link; a form of theirs is not kept. */
const needsSignIn: RequestHandler = (request, response, next) => {
  if (request.actor) return next()
  response.redirect(303, '/sign-in')
}

/** Every error becomes a page that says what is wrong, what was changed, and what to do. */
function refusals({ show, logger }: RouteDeps): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const requestId = requestIdOf(request)
    const problem = problemOf(error, requestId)
    if (problem.status >= 500) logger.error({ err: error as unknown, requestId }, 'a page failed')
    const asked = {
      what: `${request.method} ${loggedPath(request.originalUrl)}`,
      by: request.actor?.name ?? null,
      back: backTo(request),
    }
    show(request, response, {
      view: 'refusal',
      section: '',
      status: problem.status,
      model: refusalPage(problem, asked),
    })
  }
}

/** We send no referrer, so that the way back is the page that a form belongs to: its own address, or one above. */
function backTo(request: Request): string {
  if (request.method === 'GET') return '/'
  if (request.path === '/bakes') return '/images'
  const parent = request.path.replace(/\/[^/]+$/, '')
  return /^\/(clusters|groups|operations|bakes)\/[^/]+$/.test(parent) ? parent : '/'
}
