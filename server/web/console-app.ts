import path from 'node:path'
import compression from 'compression'
import express, { type Express, type RequestHandler } from 'express'
import session from 'express-session'
import { apiProblems } from './api/problems.js'
import { apiRouter } from './api/router.js'
import { refusals } from './console/refusals.js'
import { consoleRouter } from './console/router.js'
import type { AppDeps, Deps } from './deps.js'
import { admit } from './guard/admit.js'
import { guardEveryRoute } from './guard/every-route.js'
import { securityHeaders } from './guard/headers.js'
import { onlyOurHosts } from './guard/host.js'
import { onlyFromOurPages } from './guard/origin.js'
import { currentReader } from './guard/reader.js'
import { requestLog } from './guard/request-log.js'
import { routeNeeds, type Need } from './guard/route-needs.js'
import { Senders } from './guard/senders.js'
import { sessionCookieName } from './guard/session-cookie.js'
import { whoIsIt } from './guard/signed-in.js'
import { problemOf } from './problem.js'
import { metricsRoute } from './metrics-route.js'
import { ReaderHistory } from './reader-history.js'
import { readerRuns, readerSystem } from './reader-system.js'
import { shower } from './show.js'
import { slackRouter } from './slack/router.js'
import { TrafficReads } from './traffic-reads.js'
import { loadViews, viewsFolder } from './views.js'

const year = 365 * 86_400_000

/** The console over a given engine: pages, forms and the API. */
export function consoleApp(given: AppDeps): Express {
  const { parts, credentials, people, signIn, sessionStore } = given
  const history = new ReaderHistory(parts.history, currentReader)
  const deps: Deps = {
    ...given,
    parts: { ...parts, history },
    system: {
      ...given.system,
      records: readerSystem(given.system.records, history, currentReader),
      runs: readerRuns(given.system.runs, currentReader),
    },
    allEvents: parts.history,
    senders: new Senders(credentials, people, signIn, sessionStore),
  }
  const views = loadViews()
  const https = deps.publicUrl.startsWith('https:')
  const app = express()
  app.disable('x-powered-by')
  // Behind a proxy that ends TLS, `secure` cookies need its word for the protocol.
  app.set('trust proxy', signIn.trustedHops ?? (https ? 'loopback, linklocal, uniquelocal' : false))
  app.use(requestLog(deps.logger), securityHeaders(https))
  app.get('/healthz', health(deps))
  app.use(onlyOurHosts(deps.hosts), compression())
  app.use(
    `/assets/${views.assetVersion}`,
    express.static(path.join(viewsFolder, 'assets'), { immutable: true, maxAge: year, index: false }),
  )
  app.get('/favicon.ico', (_request, response) =>
    response.redirect(301, `/assets/${views.assetVersion}/mark.svg`),
  )
  app.use('/slack', slackRouter(deps))
  app.use(sessions(deps, https), whoIsIt(deps.senders))
  app.use(metricsRoute(deps))
  const api = apiRouter(deps)
  app.use('/api/v1', api.router)
  const show = shower(deps, views)
  app.use(
    pageErrorsBeforeRoutes,
    consoleRouter({ ...deps, show, traffic: new TrafficReads(deps.parts), apiDocument: api.document }),
  )
  // Whoever asks is not known yet where reading a session or a token failed.
  app.use('/api/v1', apiProblems(deps))
  app.use(refusals({ ...deps, show }))
  const guard = (need: Need) => admit(need, parts.history, given.accessLog)
  guardEveryRoute(app.router, routeNeeds, guard, api.otherMethods)
  return app
}

/** Nothing about this installation but whether it is ready. */
function health({ ready, databaseAwaySince }: Deps): RequestHandler {
  return (_request, response) => {
    const status = !ready() ? 'starting' : databaseAwaySince() ? 'database away' : 'ready'
    response
      .status(status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status })
  }
}

function sessions({ sessionStore, sessionSecret, publicUrl, signIn }: Deps, https: boolean): RequestHandler {
  return session({
    name: sessionCookieName(publicUrl),
    secret: sessionSecret,
    store: sessionStore,
    resave: false,
    saveUninitialized: false,
    // Each use makes it last longer, up to the limit that `Senders` sets.
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure: https, maxAge: signIn.idleMs },
  })
}

/** A form from elsewhere is refused in plain words: its sender has no page of ours open. */
const pageErrorsBeforeRoutes: RequestHandler = (request, response, next) => {
  void onlyFromOurPages(request, response, (error?: unknown) => {
    if (!error) return next()
    const { status, detail } = problemOf(error, '')
    response.status(status).type('text/plain').send(`${detail}\n`)
  })
}
