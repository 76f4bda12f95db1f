import { Router } from 'express'
import { endIfCancelled } from '../../engine/cancel.js'
import type { Operation } from '../../domain/operation.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { cancelInput, resumeInput } from '../inputs/deployment.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { confirmPage } from '../pages/confirm.js'
import { field, unfilled } from '../pages/field.js'
import { operationPage } from '../pages/operation.js'
import { operationWords } from '../pages/operation-item.js'
import { placeOf } from './home.js'
import type { RouteDeps } from './route-deps.js'

const section = '/clusters'

export function operationRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  const { history } = parts
  routes.get('/operations/:id', async (request, response) => {
    const { id } = request.params
    const operation = found(await history.operation(id), 'operation', id)
    const [events, calls, state] = await Promise.all([
      history.operationEvents(id),
      history.intents({ operationId: id, limit: 500 }),
      history.clusterState(operation.cluster),
    ])
    // The deployment's own records are the page; the cloud is shown where it can be read.
    const view = state ? await engine.clusterView(operation.cluster, 1000).catch(() => null) : null
    const zone = state?.cluster.policy.timeZone ?? parts.defaults.timeZone
    const { now, paceDivisor } = placeOf(parts)
    const model = operationPage({ operation, events, calls, view, now, zone, paceDivisor })
    show(request, response, { view: 'operation', section, model, seenAt: view?.seenAt ?? null, zone })
  })
  routes.get('/operations/:id/cancel', async (request, response) => {
    const { id } = request.params
    const operation = found(await history.operation(id), 'operation', id)
    const state = await history.clusterState(operation.cluster)
    const ends = state ? endIfCancelled(state, operation) : null
    show(request, response, { view: 'confirm', section, model: cancelPage(operation, ends) })
  })
  routes.post('/operations/:id/cancel', async (request, response) => {
    const { reason } = parse(cancelInput, fromForm(request.body, {}))
    await engine.cancelOperation(actorOf(request), request.params.id, reason ?? '')
    response.redirect(303, `/operations/${request.params.id}`)
  })
  routes.post('/operations/:id/resume', async (request, response) => {
    const { choice } = parse(resumeInput, request.body)
    await engine.resumeOperation(actorOf(request), request.params.id, choice)
    response.redirect(303, `/operations/${request.params.id}`)
  })
  return routes
}

/** Says before the click how it would end. */
function cancelPage(operation: Operation, ends: string | null) {
  const words = operationWords(operation)
  const sentence = ends ? `It would end so: ${ends}.` : 'It can’t be cancelled any more.'
  return confirmPage({
    heading: `Cancel: ${words}?`,
    crumbs: [
      { label: operation.cluster, href: `/clusters/${operation.cluster}` },
      { label: words, href: `/operations/${operation.id}` },
      { label: 'cancel' },
    ],
    sentence,
    action: `/operations/${operation.id}/cancel`,
    fields: [field(unfilled, 'reason', 'Why', { help: 'Shown in the deploy log.' })],
    consequences: [sentence, 'What was changed for a while is put back.'],
    button: `Cancel: ${words}`,
    bad: true,
    back: { label: 'Let it go on', href: `/operations/${operation.id}` },
  })
}
