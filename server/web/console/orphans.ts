import { Router, type Request, type Response } from 'express'
import { removalOf } from '../../domain/orphan.js'
import { Refusal } from '../../domain/refusal.js'
import type { OrphanEnd } from '../../engine/orphans.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import { removeOrphansInput } from '../inputs/orphan.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { orphansPage, removeOrphansPage } from '../pages/orphans.js'
import { overrideFields } from '../pages/override-field.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/more'
const shape = { choices: ['ids'] }

/** What nobody accounts for, and its removal. */
export function orphanRoutes({ parts, engine, system, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/orphans', async (request, response) => {
    const model = orphansPage(await system.orphans.look(), placeOf(parts))
    show(request, response, { view: 'orphans', section, model })
  })
  routes.get('/orphans/remove', async (request, response) => {
    await form(request, response, idsOf(request.query), unfilled)
  })
  routes.post('/orphans/remove', async (request, response) => {
    const typed = fromForm(request.body, shape)
    try {
      const { override, ...rest } = parse(removeOrphansInput, typed)
      const ends = await system.orphans.remove(actorOf(request), { ...rest, ...(override && { override }) })
      refuseWhatStays(ends)
      response.redirect(303, '/orphans')
    } catch (error) {
      await form(request, response, idsOf(request.body), refilled(error, typed), 400)
    }
  })
  return routes

  /** Of what was chosen, those that may still go; the list again where there is none. */
  async function form(
    request: Request,
    response: Response,
    ids: readonly string[],
    filled: Filled,
    status = 200,
  ): Promise<void> {
    const seen = await system.orphans.look()
    const chosen = seen.orphans.filter((each) => ids.includes(each.thing.id) && removalOf(each) !== null)
    if (chosen.length === 0) {
      const model = { ...orphansPage(seen, placeOf(parts)), noneChosen: true }
      return show(request, response, { view: 'orphans', section, status: 400, model })
    }
    const obstacles = await engine.obstaclesToRemoval(chosen)
    const model = removeOrphansPage({ chosen, filled, override: overrideFields(filled, { obstacles }) })
    show(request, response, { view: 'confirm', section, status, model })
  }
}

/** Where one was not removed, the form is shown again with what AWS said; the others are gone by then. */
function refuseWhatStays(ends: readonly OrphanEnd[]): void {
  const stay = ends.filter(({ removed }) => !removed)
  if (stay.length === 0) return
  const gone = ends.length - stay.length
  const sentences = stay.map(({ sentence }) => sentence).join(' ')
  throw new Refusal('OrphanStays', `${gone > 0 ? `${gone} removed. ` : ''}${sentences}`, 'conflict')
}

function idsOf(values: unknown): readonly string[] {
  const { ids } = fromForm(values, shape)
  return Array.isArray(ids) ? ids.map(String) : []
}
