import { Router, urlencoded, type RequestHandler } from 'express'
import { found } from '../api/not-found.js'
import { readHolds } from '../guard/read-holds.js'
import { onlyPlainAddresses } from '../guard/plain-text.js'
import { adoptRoutes } from './adopt.js'
import { apiReferenceRoutes } from './api-reference.js'
import { applicationRoutes } from './applications.js'
import { clusterRoutes } from './clusters.js'
import { decommissionRoutes } from './decommission.js'
import { deployRoutes } from './deploy.js'
import { driftRoutes } from './drift.js'
import { editApplicationRoutes } from './edit-application.js'
import { editClusterRoutes } from './edit-cluster.js'
import { groupRoutes } from './groups.js'
import { findRoutes } from './find.js'
import { formAddressRoutes } from './form-addresses.js'
import { homeRoutes } from './home.js'
import { holdRoutes } from './holds.js'
import { imageRoutes } from './images.js'
import { instanceRoutes } from './instances.js'
import { loadBalancerRoutes } from './load-balancers.js'
import { newClusterRoutes } from './new-cluster.js'
import { notificationRoutes } from './notifications.js'
import { operationRoutes } from './operations.js'
import { pauseRoutes } from './pause.js'
import { rehearseRoutes } from './rehearse.js'
import { recordRoutes } from './records.js'
import { refusals } from './refusals.js'
import { rollbackRoutes } from './rollback.js'
import type { RouteDeps } from './route-deps.js'
import { settingsRoutes } from './settings.js'
import { signInRoutes } from './sign-in.js'
import { orphanRoutes } from './orphans.js'
import { systemRoutes } from './system.js'
import { tonightRoutes } from './tonight.js'

/** Every page, and the forms on them. */
export function consoleRouter(deps: RouteDeps): Router {
  const router = Router()
  router.use(
    signInRoutes(deps),
    apiReferenceRoutes(deps),
    needsSignIn,
    onlyPlainAddresses,
    readHolds(deps.parts),
  )
  router.use(urlencoded({ extended: false, limit: '256kb' }))
  router.use(
    homeRoutes(deps),
    applicationRoutes(deps),
    editApplicationRoutes(deps),
    newClusterRoutes(deps),
    clusterRoutes(deps),
    editClusterRoutes(deps),
    driftRoutes(deps),
  )
  router.use(
    deployRoutes(deps),
    rollbackRoutes(deps),
    decommissionRoutes(deps),
    adoptRoutes(deps),
    operationRoutes(deps),
    groupRoutes(deps),
  )
  router.use(imageRoutes(deps), tonightRoutes(deps), recordRoutes(deps), rehearseRoutes(deps))
  router.use(notificationRoutes(deps), settingsRoutes(deps), holdRoutes(deps), pauseRoutes(deps))
  router.use(systemRoutes(deps))
  router.use(orphanRoutes(deps))
  router.use(loadBalancerRoutes(deps), instanceRoutes(deps))
  router.use(findRoutes(deps), formAddressRoutes())
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
