import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import {
  keepImageInput,
  retentionPolicyForm,
  retentionPolicyInput,
  retentionRunForm,
  retentionRunInput,
  switchInput,
} from '../inputs/retention.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { imageKeepPage } from '../pages/image-keep.js'
import { retentionPage, retentionSwitchPage, retireListedPage, runAddress } from '../pages/retention.js'
import { retentionRunPage } from '../pages/retention-run.js'
import { readRetention } from '../retention-state.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/images'
const home = '/images/retention'

/** Which images go by themselves: the policy, dry runs and runs, and what a person keeps. */
export function retentionRoutes(deps: RouteDeps): Router {
  const routes = Router()
  policyRoutes(deps, routes)
  switchRoutes(deps, routes)
  runRoutes(deps, routes)
  keepRoutes(deps, routes)
  return routes
}

function policyRoutes(deps: RouteDeps, routes: Router): void {
  const { parts, engine, show } = deps
  routes.get(home, async (request, response) => page(request, response, unfilled))
  routes.post(home, async (request, response) => {
    const typed = fromForm(request.body, retentionPolicyForm)
    try {
      await engine.setRetentionPolicy(actorOf(request), parse(retentionPolicyInput, typed))
      response.redirect(303, home)
    } catch (error) {
      await page(request, response, refilled(error, typed), 400)
    }
  })
  routes.post(`${home}/dry-run`, async (request, response) => {
    const { id } = await engine.dryRunRetention(actorOf(request))
    response.redirect(303, runAddress(id))
  })

  async function page(request: Request, response: Response, filled: Filled, status = 200) {
    const [state, runs, applications] = await Promise.all([
      readRetention(deps),
      parts.retention.runs(20),
      parts.history.applications(),
    ])
    const clock = parts.defaults
    const model = retentionPage({ state, runs, applications, filled, clock, ...placeOf(parts) })
    show(request, response, { view: 'retention', section, status, model })
  }
}

function switchRoutes(deps: RouteDeps, routes: Router): void {
  const { engine, show } = deps
  for (const on of [true, false]) {
    const path = `${home}/${on ? 'on' : 'off'}`
    routes.get(path, async (request, response) => asked(request, response, on, unfilled))
    routes.post(path, async (request, response) => {
      const typed = fromForm(request.body, {})
      try {
        const { reason } = parse(switchInput, typed)
        await engine.switchRetention(actorOf(request), { on, reason })
        response.redirect(303, home)
      } catch (error) {
        await asked(request, response, on, refilled(error, typed), 400)
      }
    })
  }

  async function asked(request: Request, response: Response, on: boolean, filled: Filled, status = 200) {
    const { policy, dryRun } = await readRetention(deps)
    if (policy.on === on) return response.redirect(303, home)
    const model = retentionSwitchPage(policy, dryRun, filled)
    show(request, response, { view: 'confirm', section, status, model })
  }
}

function runRoutes(deps: RouteDeps, routes: Router): void {
  const { parts, engine, show } = deps
  const { retention } = parts
  const runNamed = async (id: string) => found(await retention.run(id), 'run', id)
  routes.get(`${home}/runs/:id`, async (request, response) => {
    const run = await runNamed(request.params.id)
    const [staying, { dryRun, running }] = await Promise.all([retention.staying(run.id), readRetention(deps)])
    const actionable = dryRun?.id === run.id && running === null
    const query = (queryText(request, 'q') ?? '').slice(0, 200)
    const model = retentionRunPage({ run, staying, actionable, query, ...placeOf(parts) })
    show(request, response, { view: 'retention-run', section, model })
  })
  routes.get(`${home}/runs/:id/retire`, async (request, response) => {
    await asked(request, response, request.params.id, unfilled)
  })
  routes.post(`${home}/runs/:id/retire`, async (request, response) => {
    const dryRun = request.params.id
    const typed = fromForm(request.body, retentionRunForm)
    try {
      const input = parse(retentionRunInput, { ...typed, dryRun })
      const { id } = await engine.startRetention(actorOf(request), input)
      response.redirect(303, runAddress(id))
    } catch (error) {
      await asked(request, response, dryRun, refilled(error, typed), 400)
    }
  })

  async function asked(request: Request, response: Response, id: string, filled: Filled, status = 200) {
    const run = await runNamed(id)
    if (run.kind !== 'dry run' || run.images.length === 0) return response.redirect(303, runAddress(id))
    show(request, response, { view: 'confirm', section, status, model: retireListedPage(run, filled) })
  }
}

function keepRoutes({ parts, engine, show }: RouteDeps, routes: Router): void {
  const imageNamed = async (name: string) => found(await parts.history.image(name), 'image', name)
  routes.get('/images/:name/keep', async (request, response) => {
    await asked(request, response, request.params.name, unfilled)
  })
  routes.post('/images/:name/keep', async (request, response) => {
    const { name } = request.params
    const typed = fromForm(request.body, {})
    try {
      const { why } = parse(keepImageInput, typed)
      await engine.keepImage(actorOf(request), { image: (await imageNamed(name)).imageId, why })
      response.redirect(303, `/images/${name}`)
    } catch (error) {
      await asked(request, response, name, refilled(error, typed), 400)
    }
  })
  routes.post('/images/:name/release', async (request, response) => {
    const { name } = request.params
    await engine.releaseImage(actorOf(request), (await imageNamed(name)).imageId)
    response.redirect(303, `/images/${name}`)
  })

  async function asked(request: Request, response: Response, name: string, filled: Filled, status = 200) {
    const model = imageKeepPage(await imageNamed(name), filled)
    show(request, response, { view: 'confirm', section, status, model })
  }
}
