import { Router } from 'express'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { differenceInput } from '../inputs/drift.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { driftConfirmPage } from '../pages/drift.js'
import type { RouteDeps } from './route-deps.js'

type Act = 'adopt' | 'undo' | 'leave'

/** A person's answers to what others changed: a page that says the effect, and the form on it. */
export function driftRoutes({ engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/clusters/:name/drift/:act', async (request, response) => {
    const { name } = request.params
    const act = actOf(request.params.act)
    const meant = { ...parse(differenceInput, fromForm(request.query, {})), cluster: name }
    const { cluster, difference, way } = await engine.planAnswer(meant, act)
    show(request, response, {
      view: 'confirm',
      section: '/clusters',
      model: driftConfirmPage(cluster, difference, way),
    })
  })
  routes.post('/clusters/:name/drift/:act', async (request, response) => {
    const { name } = request.params
    const act = actOf(request.params.act)
    const meant = { ...parse(differenceInput, fromForm(request.body, {})), cluster: name }
    const answers = { adopt: engine.adopt, undo: engine.undoDifference, leave: engine.leaveAlone }
    await answers[act](actorOf(request), meant)
    response.redirect(303, `/clusters/${name}`)
  })
  return routes
}

function actOf(word: string): Act {
  const acts: readonly Act[] = ['adopt', 'undo', 'leave']
  return found(acts.find((act) => act === word) ?? null, 'answer', word)
}
