import { Router, type Request } from 'express'
import { clockOf } from '../api/cleanup.js'
import { found } from '../api/not-found.js'
import { queryNumber, queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { cleanupConfirmPage } from '../pages/cleanup-confirm.js'
import { runPage } from '../pages/cleanup-run.js'
import type { Filled } from '../pages/field.js'
import { tonightPage } from '../pages/tonight.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/tonight'
const mostPages = 1_000_000

export function tonightRoutes({ parts, engine, show, localCloud }: RouteDeps): Router {
  const routes = Router()
  routes.get('/tonight', async (request, response) => {
    const { asked, filled } = askedClock(request)
    const [plan, runs] = await Promise.all([
      engine.planCleanup(asked ?? undefined),
      engine.cleanupRuns({ limit: 5 }),
    ])
    const page = (list: string) => Math.max(1, queryNumber(request, list, 1, mostPages))
    const pages = { goes: page('goes'), stays: page('stays') }
    const model = tonightPage({ ...placeOf(parts), plan, runs, asked, pages, filled, localCloud })
    const status = filled.faults.length > 0 ? 400 : 200
    show(request, response, { view: 'tonight', section, status, model })
  })
  routes.get('/tonight/run', async (request, response) => {
    const asked = clockOf({ now: queryText(request, 'now') }, localCloud)
    const plan = await engine.planCleanup(asked)
    const model = cleanupConfirmPage(plan, asked ?? null)
    show(request, response, { view: 'confirm', section, model })
  })
  routes.post('/tonight/run', async (request, response) => {
    const now = clockOf(request.body, localCloud)
    const { runId } = await engine.runCleanup(actorOf(request), now)
    response.redirect(303, `/tonight/runs/${runId}`)
  })
  routes.get('/tonight/runs/:id', async (request, response) => {
    const { id } = request.params
    const run = found(await engine.cleanupRun(id), 'cleanup run', id)
    const { zone, now, paceDivisor } = placeOf(parts)
    show(request, response, { view: 'cleanup-run', section, model: runPage(run, zone, now, paceDivisor) })
  })
  return routes

  /** What cannot be read as a time is shown again in its field, beside tonight as it is. */
  function askedClock(request: Request): { asked: Date | null; filled: Filled } {
    const now = queryText(request, 'now')
    const values = now === undefined ? {} : { now }
    try {
      return { asked: clockOf({ now }, localCloud) ?? null, filled: { values, faults: [] } }
    } catch (error) {
      return { asked: null, filled: refilled(error, values) }
    }
  }
}
