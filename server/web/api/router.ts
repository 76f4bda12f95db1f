import express, { Router, type RequestHandler } from 'express'
import type { Deps } from '../deps.js'
import { beforeEveryRoute } from '../guard/every-route.js'
import { onceForEachKey } from '../guard/once.js'
import { apiNeedsSignIn } from '../guard/signed-in.js'
import { onlyFromOurPages } from '../guard/origin.js'
import { fewTokenGuesses } from '../guard/token-guesses.js'
import { onlyPlainAddresses } from '../guard/plain-text.js'
import { onlyShallowBodies } from '../guard/shallow-body.js'
import { accessApi } from './access.js'
import { applicationsApi } from './applications.js'
import { bakesApi } from './bakes.js'
import { balancingApi } from './balancing.js'
import { channelsApi, newChannelApi } from './channels.js'
import { cleanupApi } from './cleanup.js'
import { adoptionApi } from './adoption.js'
import { clustersApi } from './clusters.js'
import { openApiDocument, type OpenApiDocument } from './document.js'
import { documentApi } from './document-route.js'
import { driftApi } from './drift.js'
import { generalApi } from './general.js'
import { groupsApi } from './groups.js'
import { instancesApi } from './instances.js'
import { otherMethods } from './method-not-allowed.js'
import { imagesApi } from './images.js'
import { found } from './not-found.js'
import { holdsApi } from './holds.js'
import { operationsApi } from './operations.js'
import { packagesApi } from './packages.js'
import { apiProblems } from './problems.js'
import { recordsApi } from './records.js'
import { rehearsalApi } from './rehearsal.js'
import { retentionApi } from './retention.js'
import { sessionsApi } from './sessions.js'
import { orphansApi } from './orphans.js'
import { systemApi } from './system.js'

/** Every subject of the API, in the order of the reference. */
const subjects = [
  applicationsApi,
  bakesApi,
  imagesApi,
  retentionApi,
  clustersApi,
  adoptionApi,
  groupsApi,
  balancingApi,
  instancesApi,
  operationsApi,
  driftApi,
  holdsApi,
  cleanupApi,
  channelsApi,
  recordsApi,
  rehearsalApi,
  sessionsApi,
  systemApi,
  orphansApi,
  generalApi,
]

/** Everything below /api/v1, and the document that describes it. */
export interface Api {
  readonly router: Router
  readonly document: () => OpenApiDocument
  /** The part of it that only says that an address does not take a method. */
  readonly otherMethods: Router
}

export function apiRouter(deps: Deps): Api {
  const uploads = packagesApi(deps)
  const below = subjects.map((subject) => subject(deps))
  const secrets = [accessApi(deps), newChannelApi(deps)]
  const described = documentApi(() => document())
  const routes = [...below, ...secrets, uploads, described].flatMap(({ declared }) => declared)
  const document = madeOnce(() => openApiDocument(routes, deps.parts.place.version))
  const api = Router()
  api.use(described.router)
  api.use(fewTokenGuesses(), onlyFromOurPages, apiNeedsSignIn, onlyPlainAddresses, notKept)
  api.use(uploads.router)
  api.use(express.json({ limit: '1mb' }), onlyShallowBodies, ...secrets.map(({ router }) => router))
  // What answers with a secret is not among those whose answers are kept.
  for (const { router } of below) {
    beforeEveryRoute(router, onceForEachKey(deps.credentials))
    api.use(router)
  }
  const refusing = otherMethods(routes)
  api.use(refusing)
  api.use((request) => {
    found(null, 'address', `${request.method} /api/v1${request.path}`)
  })
  api.use(apiProblems(deps))
  return { router: api, document, otherMethods: refusing }
}

const notKept: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

function madeOnce<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
