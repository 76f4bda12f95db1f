import { Router } from 'express'
import { queryNumber, queryText } from '../api/query.js'
import { leftAloneFor } from '../left-alone-for.js'
import { logPage } from '../pages/log.js'
import { ledgerList, morePage } from '../pages/more.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import type { RouteDeps } from './route-deps.js'

const pageLength = 100

/** The deploy log and the page about this installation. */
export function recordRoutes({ parts, show, leftAlone }: RouteDeps): Router {
  const routes = Router()
  const { history, place, defaults } = parts
  routes.get('/log', async (request, response) => {
    const cluster = queryText(request, 'cluster') ?? null
    const before = queryNumber(request, 'before', 0, Number.MAX_SAFE_INTEGER)
    const [rows, clusters] = await Promise.all([
      history.logLines({
        ...(cluster && { cluster }),
        ...(before > 0 && { beforeSeq: before }),
        limit: pageLength,
      }),
      history.clusters(),
    ])
    const { now, zone } = placeOf(parts)
    show(request, response, {
      view: 'log',
      section: '/log',
      model: logPage({ rows, clusters, cluster, full: rows.length === pageLength, now, zone }),
    })
  })
  routes.get('/more', remembersList(ledgerList), async (request, response) => {
    const wish = wishOf(request, ledgerList)
    const obligations = await history.obligations()
    const model = morePage({
      place,
      defaults,
      obligations,
      leftAlone: await leftAloneFor(leftAlone(), history),
      node: process.version,
      wish,
      now: parts.clock.now(),
    })
    show(request, response, { view: 'more', section: '/more', model })
  })
  return routes
}
