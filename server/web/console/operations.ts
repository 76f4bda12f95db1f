import { Router } from 'express'
import type { Cluster } from '../../domain/cluster.js'
import type { ClusterState } from '../../domain/cluster-state.js'
import { obstacleSentence } from '../../domain/may-start.js'
import { isEnded, type Operation } from '../../domain/operation.js'
import { reasonNotPausable } from '../../domain/pause.js'
import { whereIs } from '../../domain/scope.js'
import { endIfCancelled } from '../../engine/cancel.js'
import type { MayStart } from '../../engine/restrained.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { cancelInput, decisionInput, resumeInput } from '../inputs/deployment.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { operationCancelPage } from '../pages/operation-cancel.js'
import { operationPage } from '../pages/operation.js'
import { placeOf } from './place-of.js'
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
    const cancelEnds = state && endIfCancelled(state, operation)
    const held = state && (await heldBy(operation, state.cluster))
    const facts = { operation, events, calls, view, cancelEnds, held, now, zone, paceDivisor }
    const model = operationPage({ ...facts, canPause: canPause(operation, state) })
    show(request, response, { view: 'operation', section, model, seenAt: view?.seenAt ?? null, zone })
  })
  routes.get('/operations/:id/cancel', async (request, response) => {
    const { id } = request.params
    const operation = found(await history.operation(id), 'operation', id)
    const state = await history.clusterState(operation.cluster)
    const ends = state ? endIfCancelled(state, operation) : null
    if (ends === null) return response.redirect(303, `/operations/${id}`)
    show(request, response, { view: 'confirm', section, model: operationCancelPage(operation, ends) })
  })
  routes.post('/operations/:id/cancel', async (request, response) => {
    const { reason } = parse(cancelInput, fromForm(request.body, {}))
    await engine.cancelOperation(actorOf(request), request.params.id, reason ?? '')
    response.redirect(303, `/operations/${request.params.id}`)
  })
  routes.post('/operations/:id/approve', async (request, response) => {
    const { reason } = parse(decisionInput, fromForm(request.body, {}))
    await engine.approveOperation(actorOf(request), request.params.id, reason)
    response.redirect(303, `/operations/${request.params.id}`)
  })
  routes.post('/operations/:id/decline', async (request, response) => {
    const { reason } = parse(decisionInput, fromForm(request.body, {}))
    await engine.declineOperation(actorOf(request), request.params.id, reason)
    response.redirect(303, `/operations/${request.params.id}`)
  })
  routes.post('/operations/:id/resume', async (request, response) => {
    await engine.goOn(actorOf(request), request.params.id, parse(resumeInput, fromForm(request.body, {})))
    response.redirect(303, `/operations/${request.params.id}`)
  })
  return routes

  /** What keeps it from going on though nobody paused it, or though its own pause is over. */
  async function heldBy(operation: Operation, cluster: Cluster): Promise<MayStart | null> {
    if (operation.phase !== 'waiting' && !operation.paused?.stop) return null
    const may = await engine.mayStart('deploy', whereIs(cluster))
    const stops = may.obstacles.filter(({ kind }) => operation.phase === 'waiting' || kind === 'stop')
    return stops.length > 0 ? { ...may, obstacles: stops, sentence: obstacleSentence(stops) } : null
  }
}

function canPause(operation: Operation, state: ClusterState | null): boolean {
  const free = state !== null && !operation.paused && !isEnded(operation)
  return free && reasonNotPausable(state, operation) === null
}
