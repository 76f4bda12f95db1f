import { Router, type Request, type Response } from 'express'
import { Refusal } from '../../domain/refusal.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { ResizePlan } from '../../engine/resize.js'
import { found } from '../api/not-found.js'
import { actorOf } from '../guard/signed-in.js'
import { fromForm, without } from '../inputs/form.js'
import { resizeForm, resizeInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { groupResizePage } from '../pages/group-resize.js'
import { overrideFields } from '../pages/override-field.js'
import type { RouteDeps } from './route-deps.js'

type Typed = Readonly<Record<string, unknown>>
interface Shown {
  readonly filled: Filled
  readonly plan?: ResizePlan
  readonly refusal?: string
}

/** Other bounds for a live group, more instances for a warm one: first what would be done, then it is. */
export function resizeGroupRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/groups/:name/resize', async (request, response) => {
    await form(request, response, request.params.name, { filled: unfilled })
  })
  routes.post('/groups/:name/resize', async (request, response) => {
    const { name } = request.params
    const { do: deed, ...sent } = request.body as Typed
    const typed = fromForm(sent, resizeForm)
    try {
      const input = { ...parse(resizeInput, without(typed, ['name'])), group: name }
      if (deed === 'plan') {
        const plan = await engine.planResize(input)
        return await form(request, response, name, { filled: { values: typed, faults: [] }, plan })
      }
      refuseUnnamed(found(await parts.history.serverGroup(name), 'server group', name), typed, input)
      const { operation } = await engine.resizeGroup(actorOf(request), input)
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      if (!(error instanceof Refusal) || !['invalid', 'conflict'].includes(error.kind)) throw error
      const faults = error.details.faults ?? []
      const shown = { filled: { values: typed, faults }, refusal: error.message }
      await form(request, response, name, shown, error.kind === 'invalid' ? 400 : 409)
    }
  })
  return routes

  async function form(request: Request, response: Response, name: string, shown: Shown, status = 200) {
    const group = found(await parts.history.serverGroup(name), 'server group', name)
    const view = await engine.clusterView(group.cluster, 1000)
    // A warm group is only made larger; whether a live one is made smaller is said by what is typed.
    const may =
      shown.plan ?? (await engine.mayStartIn(group.role === 'warm' ? 'grow' : 'resize', group.cluster))
    // Before the plan nobody knows whether a reason is needed, and the plan itself needs none.
    const override = overrideFields(shown.filled, may).map((each) => ({ ...each, required: false }))
    show(request, response, {
      view: 'group-resize',
      section: '/clusters',
      status,
      model: groupResizePage({
        group,
        view: view.groups.find((each) => each.group.name === name) ?? null,
        filled: shown.filled,
        override,
        plan: shown.plan ?? null,
        refusal: shown.refusal ?? null,
      }),
    })
  }
}

/** Whoever takes something away from the live group types its name. */
function refuseUnnamed(
  { name, role, size }: ServerGroup,
  typed: Typed,
  {
    min = size.min,
    max = size.max,
  }: { readonly min?: number | undefined; readonly max?: number | undefined },
): void {
  const lowers = min < size.min || max < size.max
  if (role !== 'live' || !lowers || typed.name === name) return
  const sentence = `Type “${name}” to lower its bounds. Nothing was changed.`
  throw new Refusal('NameMissing', sentence, 'invalid', { faults: [{ field: 'name', sentence }] })
}
