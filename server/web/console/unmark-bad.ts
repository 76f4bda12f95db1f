import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { unmarkBadInput } from '../inputs/image.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { imageUnmarkPage } from '../pages/image-unmark.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** Takes back that an image is bad. */
export function unmarkBadRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/images/:name/unmark-bad', async (request, response) => {
    await form(request, response, request.params.name, unfilled)
  })
  routes.post('/images/:name/unmark-bad', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    try {
      const { reason } = parse(unmarkBadInput, typed)
      await engine.unmarkBad(actorOf(request), { image: name, reason })
      response.redirect(303, `/images/${name}`)
    } catch (error) {
      await form(request, response, name, refilled(error, typed), 400)
    }
  })
  return routes

  async function form(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    const image = found(await parts.history.image(name), 'image', name)
    show(request, response, {
      view: 'confirm',
      section: '/images',
      status,
      model: imageUnmarkPage(image, filled),
    })
  }
}
