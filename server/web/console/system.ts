import { Router } from 'express'
import { jobsView } from '../../engine/jobs-view.js'
import { systemView } from '../../engine/system-view.js'
import { actorOf } from '../guard/signed-in.js'
import { jobRunPage, jobsPage, runHref } from '../pages/jobs.js'
import { systemPage } from '../pages/system.js'
import { jobNamed, requestOf, runJob } from '../run-job.js'
import type { RouteDeps } from './route-deps.js'

const section = '/more'

/** How all is, and the recurring work. */
export function systemRoutes(deps: RouteDeps): Router {
  const { parts, system, show } = deps
  const routes = Router()
  routes.get('/system', async (request, response) => {
    const view = await systemView({ ...parts, ...system })
    show(request, response, {
      view: 'system',
      section,
      model: systemPage({ view, replica: system.replica }),
    })
  })
  routes.get('/jobs', async (request, response) => {
    const model = jobsPage(await jobsView({ ...parts, ...system }))
    show(request, response, { view: 'jobs', section, model })
  })
  routes.get('/jobs/:name/run', (request, response) => {
    const job = jobNamed(request.params.name)
    const onRequest = requestOf(job)
    if (onRequest.askedAt !== null) return response.redirect(303, onRequest.askedAt)
    show(request, response, { view: 'confirm', section, model: jobRunPage(job, onRequest) })
  })
  routes.post('/jobs/:name/run', async (request, response) => {
    const job = jobNamed(request.params.name)
    const { resultId } = await runJob(deps, job, actorOf(request))
    response.redirect(303, runHref(job, resultId) ?? `/jobs#${job.name}`)
  })
  return routes
}
