import { Router } from 'express'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { endInput, rehearsalForm, rehearsalInput } from '../inputs/rehearsal.js'
import { unfilled, type Filled } from '../pages/field.js'
import { rehearsePage, type RehearsePage } from '../pages/rehearse.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/rehearse'
const doneBefore = 12

/** What goes wrong on request, where the console runs on its own local cloud; elsewhere a refusal says that it does not. */
export function rehearseRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/rehearse', async (request, response) => {
    show(request, response, { view: 'rehearse', section, model: await page(null, unfilled) })
  })
  routes.post('/rehearse/end', async (request, response) => {
    await engine.rehearsalView()
    await engine.endRehearsal(actorOf(request), parse(endInput, fromForm(request.body, {})).key)
    response.redirect(303, section)
  })
  routes.post('/rehearse/:act', async (request, response) => {
    await engine.rehearsalView()
    const { act } = request.params
    const asked = { ...fromForm(request.body, rehearsalForm), act }
    try {
      await engine.rehearse(actorOf(request), parse(rehearsalInput, asked))
      response.redirect(303, section)
    } catch (error) {
      const model = await page(act, refilled(error, asked))
      show(request, response, { view: 'rehearse', section, status: 400, model })
    }
  })
  return routes

  async function page(act: string | null, filled: Filled): Promise<RehearsePage> {
    const { history } = parts
    const [view, clusters, log] = await Promise.all([
      engine.rehearsalView(),
      history.clusters(),
      history.logLines({ stream: 'rehearsal:local-cloud', limit: doneBefore }),
    ])
    const states = await Promise.all(clusters.map(({ name }) => history.clusterState(name)))
    const { now, zone, paceDivisor } = placeOf(parts)
    const found = states.flatMap((state) => (state ? [state] : []))
    return rehearsePage({ ...view, states: found, log, act, filled, now, zone, paceDivisor })
  }
}
