import { Router, type Request, type Response } from 'express'
import { actorOf } from '../guard/signed-in.js'
import { whereOfApplication } from '../../engine/restrained.js'
import { fromForm } from '../inputs/form.js'
import { retireInput } from '../inputs/image.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { imageRetirePage } from '../pages/image-retire.js'
import { overrideFields } from '../pages/override-field.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** The end of an image: what uses it, what goes with it, and its name to be typed. */
export function retireImageRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/images/:name/retire', async (request, response) => {
    await form(request, response, request.params.name, unfilled)
  })
  routes.post('/images/:name/retire', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    try {
      const { reason, ...input } = parse(retireInput, typed)
      const asked = { ...input, ...(reason && { reason }), image: name }
      const image = await engine.retireImage(actorOf(request), asked)
      response.redirect(303, `/images/${image.name}`)
    } catch (error) {
      await form(request, response, name, refilled(error, typed), 400)
    }
  })
  return routes

  async function form(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    const plan = await engine.planRetirement(name)
    const may = await engine.mayStart('cleanup', whereOfApplication(parts, plan.image.application))
    const model = imageRetirePage({ plan, filled, override: overrideFields(filled, may) })
    show(request, response, { view: 'image-retire', section: '/images', status, model })
  }
}
