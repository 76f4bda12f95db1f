import { Router, type Request, type Response } from 'express'
import { Refusal } from '../../domain/refusal.js'
import { editable, inputOf, type EditPlan } from '../../engine/edit-cluster.js'
import { refuseRetired } from '../../engine/retired-cluster.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { clusterForm } from '../inputs/cluster.js'
import { clusterEditInput, editOfForm } from '../inputs/cluster-edit.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { keptSentence, seenInForm, typedOver } from '../inputs/seen-fields.js'
import { clusterEditPage, editValues } from '../pages/cluster-edit.js'
import type { Filled } from '../pages/field.js'
import type { RouteDeps } from './route-deps.js'

type Typed = Record<string, unknown>
interface Shown {
  readonly filled: Filled
  readonly plan?: EditPlan
  readonly refusal?: string
  readonly seen?: string
}

/** The settings and the policy of a cluster: first what would change, then the change. */
export function editClusterRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/clusters/:name/edit', async (request, response) => {
    const state = found(await parts.history.clusterState(request.params.name), 'cluster', request.params.name)
    refuseRetired(state.cluster)
    const values = editValues(inputOf(state.cluster))
    await form(request, response, request.params.name, { filled: { values, faults: [] } })
  })
  routes.post('/clusters/:name/edit', async (request, response) => {
    const { name } = request.params
    const { do: deed, seen: seenBefore, ...typed } = request.body as Typed
    const { seen, text } = seenInForm(seenBefore)
    const sent = editOfForm(fromForm(typed, clusterForm))
    try {
      const input = parse(clusterEditInput, { ...sent, seen })
      if (deed === 'save') {
        await engine.editCluster(actorOf(request), name, input)
        return response.redirect(303, `/clusters/${name}`)
      }
      const plan = await engine.planEdit(name, input)
      await form(request, response, name, { filled: { values: typed, faults: [] }, plan, seen: text })
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === 'notFound' || error.code === 'ClusterRetired')
        throw error
      const { message: refusal, details, kind, code } = error
      const faults = details.faults ?? []
      if (code === 'EditedMeanwhile') {
        const state = found(await parts.history.clusterState(name), 'cluster', name)
        const present = editValues(inputOf(state.cluster))
        const values = typedOver(editable, { typed, sent, seen: seen as Typed, present })
        const shown = { filled: { values, faults }, refusal: `${refusal} ${keptSentence}` }
        return form(request, response, name, shown, 409)
      }
      const shown = { filled: { values: typed, faults }, refusal, seen: text }
      await form(request, response, name, shown, kind === 'invalid' ? 400 : 409)
    }
  })
  return routes

  async function form(request: Request, response: Response, name: string, shown: Shown, status = 200) {
    const state = found(await parts.history.clusterState(name), 'cluster', name)
    const [application, catalog] = await Promise.all([
      parts.history.application(state.cluster.application),
      parts.account.catalog(),
    ])
    show(request, response, {
      view: 'cluster-edit',
      section: '/clusters',
      status,
      model: clusterEditPage({
        state,
        application: found(application, 'application', state.cluster.application),
        catalog,
        defaults: parts.defaults,
        filled: shown.filled,
        plan: shown.plan ?? null,
        refusal: shown.refusal ?? null,
        seen: shown.seen ?? null,
      }),
      seenAt: catalog.readAt,
    })
  }
}
