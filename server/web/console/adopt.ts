import { Router, type Request, type Response } from 'express'
import { Refusal } from '../../domain/refusal.js'
import type { AdoptionPlan } from '../../engine/adopt-cluster.js'
import { actorOf } from '../guard/signed-in.js'
import { found } from '../api/not-found.js'
import { adoptInput, giveBackInput } from '../inputs/cluster.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { adoptChoicePage, type Choosing } from '../pages/adopt-choice.js'
import { adoptPage, adoptablePage } from '../pages/adopt.js'
import { problemOf } from '../problem.js'
import { unfilled, type Filled } from '../pages/field.js'
import { overrideFields } from '../pages/override-field.js'
import { giveBackPage } from '../pages/give-back.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

/** Clusters that somebody else made: found, shown with what would differ, adopted; and clusters that are given back. */
export function adoptRoutes(deps: RouteDeps): Router {
  const { engine } = deps
  const routes = Router()
  routes.get('/adopt', async (request, response) => {
    const { candidates, readAt } = await engine.adoptable()
    deps.show(request, response, {
      view: 'adoptable',
      section: '/clusters',
      model: adoptablePage(candidates),
      seenAt: readAt,
    })
  })
  routes.get('/adopt/:name', async (request, response) => {
    await adoptForm(deps, request, response, request.params.name, unfilled)
  })
  routes.post('/adopt/:name', async (request, response) => {
    const cluster = request.params.name
    const typed = fromForm(request.body, { lists: ['groups'] })
    try {
      const input = parse(adoptInput, typed)
      const { operation } = await engine.adoptWholeCluster(actorOf(request), { ...input, cluster })
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      await adoptForm(deps, request, response, cluster, refilled(error, typed), 400)
    }
  })
  routes.get('/clusters/:name/give-back', async (request, response) => {
    await giveBackForm(deps, request, response, request.params.name, unfilled)
  })
  routes.post('/clusters/:name/give-back', async (request, response) => {
    const { name: cluster } = request.params
    const typed = fromForm(request.body, {})
    try {
      const input = parse(giveBackInput, typed)
      const { operation } = await engine.giveClusterBack(actorOf(request), { ...input, cluster })
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      await giveBackForm(deps, request, response, cluster, refilled(error, typed), 400)
    }
  })
  return routes
}

/**
 * The plan is made of what the address or the form says: so that what is shown is what the button does. Where that can't be
 * adopted, it says why and lets choose anew.
 */
async function adoptForm(
  { engine, parts, show }: RouteDeps,
  request: Request,
  response: Response,
  cluster: string,
  filled: Filled,
  status = 200,
): Promise<void> {
  const asked = status === 200 ? fromForm(request.query, { lists: ['groups'] }) : filled.values
  const groups = Array.isArray(asked.groups) ? (asked.groups as string[]) : undefined
  const userData = asked.userData === 'drop' ? 'drop' : 'keep'
  const [plan, { candidates }] = await Promise.all([
    orRefusal(engine.planAdoption({ cluster, groups, userData })),
    engine.adoptable(),
  ])
  const siblings = candidates.filter((each) => each.cluster === cluster)
  const { maxWarm } = parts.defaults
  const choosing: Choosing = { cluster, siblings, asked: groups ?? null, userData, maxWarm }
  if (!(plan instanceof Refusal)) {
    const model = adoptPage(plan, choosing, filled)
    show(request, response, { view: 'adopt', section: '/clusters', status, model })
    return
  }
  if (!isOfChoice(plan) || siblings.length === 0) throw plan
  show(request, response, {
    view: 'adopt-choice',
    section: '/clusters',
    status: problemOf(plan, '').status,
    model: adoptChoicePage(choosing, plan.message),
  })
}

async function orRefusal(planned: Promise<AdoptionPlan>): Promise<AdoptionPlan | Refusal> {
  try {
    return await planned
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** Whether other groups may be what mends it. */
function isOfChoice({ code, details }: Refusal): boolean {
  return code === 'NotAdoptable' || details.faults?.some(({ field }) => field === 'groups') === true
}

async function giveBackForm(
  { parts, engine, show }: RouteDeps,
  request: Request,
  response: Response,
  name: string,
  filled: Filled,
  status = 200,
): Promise<void> {
  const { cluster } = found(await parts.history.clusterState(name), 'cluster', name)
  const plan = await engine.planGiveBack(name)
  const override = overrideFields(filled, plan)
  show(request, response, {
    view: 'give-back',
    section: '/clusters',
    status,
    model: giveBackPage(cluster, plan, filled, override),
    zone: cluster.policy.timeZone,
  })
}
