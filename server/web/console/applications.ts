import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { applicationForm, applicationInput } from '../inputs/application.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { applicationList, applicationsPage } from '../pages/application-list.js'
import { applicationPage, newApplicationPage } from '../pages/applications.js'
import { unfilled, type Filled } from '../pages/field.js'
import { sample } from '../pages/sample-versions.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import { readSamples } from './read-samples.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/applications'

export function applicationRoutes({ parts, engine, channels, show }: RouteDeps): Router {
  const routes = Router()
  const { history } = parts
  routes.get('/applications', remembersList(applicationList), async (request, response) => {
    const wish = wishOf(request, applicationList)
    const [applications, clusters, images] = await Promise.all([
      history.applications(),
      history.clusters(),
      history.imageCounts(),
    ])
    const model = applicationsPage({ ...placeOf(parts), applications, clusters, images, wish })
    show(request, response, { view: 'applications', section, model })
  })
  routes.get('/applications/new', (request, response) => {
    const name = queryText(request, 'name')
    form(request, response, name ? { values: { name }, faults: [] } : unfilled)
  })
  routes.post('/applications/new', async (request, response) => {
    const { do: deed, ...typed } = request.body as Record<string, unknown>
    if (deed !== 'create') return form(request, response, { values: typed, faults: [] })
    try {
      const input = parse(applicationInput, fromForm(typed, applicationForm))
      const application = await engine.registerApplication(actorOf(request), input)
      response.redirect(303, `/applications/${application.name}`)
    } catch (error) {
      form(request, response, refilled(error, typed), 400)
    }
  })
  routes.get('/applications/:name', async (request, response) => {
    const { name } = request.params
    const application = found(await history.application(name), 'application', name)
    const [states, images, told] = await Promise.all([
      history.clusterStates(),
      history.images({ application: name, limit: 50 }),
      channels.channels(),
    ])
    const { zone, now } = placeOf(parts)
    const samples = name === sample.application ? await readSamples({ parts, engine }, states) : []
    const own = states.filter((state) => state.cluster.application === name)
    show(request, response, {
      view: 'application',
      section,
      model: applicationPage(application, own, images, samples, told, zone, now),
    })
  })
  return routes

  function form(request: Request, response: Response, filled: Filled, status = 200): void {
    show(request, response, { view: 'application-new', section, status, model: newApplicationPage(filled) })
  }
}
