import { Router, type Request, type Response } from 'express'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm } from '../inputs/form.js'
import {
  freezeInput,
  holdEnd,
  holdForm,
  holdInput,
  releaseInput,
  stopInput,
  windowForm,
  windowInput,
} from '../inputs/hold.js'
import { parse } from '../inputs/parse.js'
import type { ConfirmPage } from '../pages/confirm.js'
import { unfilled, type Filled } from '../pages/field.js'
import { newFreezePage, newHoldPage, newWindowPage, releasePage, stopPage } from '../pages/hold-forms.js'
import type { ScopeChoice } from '../pages/holds.js'
import { readScopes } from './read-scopes.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/holds'

/** Pages that ask before they hold, stop, open a window, freeze, or take any of these back. */
export function holdFormRoutes(deps: RouteDeps): Router {
  const routes = Router()
  placingRoutes(deps, routes)
  releasingRoutes(deps, routes)
  return routes
}

function placingRoutes({ parts, engine, show }: RouteDeps, routes: Router): void {
  const { defaults } = parts
  form(
    '/holds/new',
    holdForm,
    (filled, scopes, request) => newHoldPage(filled, scopes, actorOf(request).name),
    async (request, typed) => {
      const input = parse(holdInput, typed)
      const { scope, reason, owner } = input
      const until = holdEnd(input, parts.clock.now())
      await engine.placeHold(actorOf(request), { kind: 'hold', scope, reason, owner, until })
    },
  )
  form('/holds/stop', holdForm, stopPage, async (request, typed) => {
    const input = parse(stopInput, typed)
    const { scope, reason } = input
    const until = holdEnd(input, parts.clock.now())
    await engine.placeHold(actorOf(request), { kind: 'stop', scope, reason, until })
  })
  form(
    '/windows/new',
    windowForm,
    (filled, scopes) => newWindowPage(filled, scopes, defaults.timeZone),
    async (request, typed) => {
      await engine.addWindow(actorOf(request), parse(windowInput, typed))
    },
  )
  form(
    '/freezes/new',
    {},
    (filled, scopes) => newFreezePage(filled, scopes, defaults.timeZone),
    async (request, typed) => {
      await engine.addFreeze(actorOf(request), parse(freezeInput, typed))
    },
  )

  /** A page that asks, and what its button does. */
  function form(
    path: string,
    shape: Parameters<typeof fromForm>[1],
    page: (filled: Filled, scopes: readonly ScopeChoice[], request: Request) => ConfirmPage,
    act: (request: Request, typed: Record<string, unknown>) => Promise<void>,
  ) {
    const asked = async (request: Request, response: Response, filled: Filled, status = 200) =>
      show(request, response, {
        view: 'confirm',
        section,
        status,
        model: page(filled, await readScopes(parts), request),
      })
    routes.get(path, async (request, response) => {
      const scope = queryText(request, 'scope')
      await asked(request, response, { values: scope ? { scope } : {}, faults: [] })
    })
    routes.post(path, async (request, response) => {
      const typed = fromForm(request.body, shape)
      try {
        await act(request, typed)
        response.redirect(303, '/holds')
      } catch (error) {
        await asked(request, response, refilled(error, typed), 400)
      }
    })
  }
}

function releasingRoutes({ parts, engine, show }: RouteDeps, routes: Router): void {
  routes.get('/holds/:id/release', async (request, response) => {
    await released(request, response, request.params.id, unfilled)
  })
  routes.post('/holds/:id/release', async (request, response) => {
    const { id } = request.params
    const typed = fromForm(request.body, {})
    try {
      const { reason } = parse(releaseInput, typed)
      await engine.release(actorOf(request), { id, reason, kinds: ['hold', 'stop', 'window', 'freeze'] })
      response.redirect(303, '/holds')
    } catch (error) {
      await released(request, response, id, refilled(error, typed), 400)
    }
  })

  async function released(request: Request, response: Response, id: string, filled: Filled, status = 200) {
    const restraint = found(await parts.history.restraint(id), 'hold', id)
    if (restraint.ended) return response.redirect(303, '/holds')
    show(request, response, { view: 'confirm', section, status, model: releasePage(restraint, filled) })
  }
}
