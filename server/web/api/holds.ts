import { z } from 'zod'
import { Refusal } from '../../domain/refusal.js'
import type { DeployWindow, Freeze, Hold, Restraint } from '../../domain/restraint.js'
import { scopeText } from '../../domain/scope.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import {
  changes,
  freezeInput,
  holdEnd,
  holdInput,
  releaseInput,
  stopInput,
  windowInput,
} from '../inputs/hold.js'
import { deployWindow, freeze, hold, mayStart } from './answers/hold.js'
import { listOf } from './answers/values.js'
import { found } from './not-found.js'
import { clusterName, restraintId } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const params = { id: restraintId }
const query = {
  over: z
    .enum(['true', 'false'], 'Write “true” or “false”.')
    .optional()
    .describe('With those that are over.'),
}

/** What keeps changes from starting: holds, stops, deploy windows and freezes. */
export function holdsApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Holds and windows')
  ofHolds(api, deps)
  ofWindows(api, deps)
  ofFreezes(api, deps)
  return api
}

function ofHolds(api: ApiRoutes, { parts, engine }: Deps): void {
  api.get(
    '/holds',
    {
      id: 'listHolds',
      summary: 'Holds and stops, newest first; at most the last 500',
      query,
      answers: { 200: z.object({ holds: listOf(hold) }) },
    },
    async ({ query: { over } }) => {
      const rows = await engine.restraintsNow(over === 'true')
      return reply(200, { holds: rows.filter(isHold).map(shown) })
    },
  )
  api.get(
    '/holds/check',
    {
      id: 'checkHolds',
      summary: 'May a change start in a cluster now, and if not, why, by whom and until when?',
      query: {
        cluster: clusterName,
        change: z
          .enum(changes, `Name a change: ${changes.join(', ')}.`)
          .default('deploy')
          .describe('What is to be started.'),
      },
      answers: { 200: mayStart },
    },
    async ({ query: { cluster, change } }) => {
      found(await parts.history.clusterState(cluster), 'cluster', cluster)
      const { obstacles, until } = await engine.mayStartIn(change, cluster)
      return reply(200, { cluster, change, may: obstacles.length === 0, obstacles, until })
    },
  )
  api.post(
    '/holds',
    {
      id: 'placeHold',
      summary: 'Let nothing new start in a scope',
      body: holdInput,
      answers: { 201: z.object({ hold }) },
    },
    async ({ body, request }) => {
      const { scope, reason, owner } = body
      const until = holdEnd(body, parts.clock.now())
      const placed = await engine.placeHold(actorOf(request), { kind: 'hold', scope, reason, owner, until })
      return reply(201, { hold: shown(placed) })
    },
  )
  api.post(
    '/stop',
    {
      id: 'stopEverything',
      summary: 'Start no change any more but what keeps the traffic safe and what undoes',
      body: stopInput,
      answers: { 201: z.object({ hold }) },
    },
    async ({ body, request }) => {
      const { scope, reason } = body
      const until = holdEnd(body, parts.clock.now())
      const placed = await engine.placeHold(actorOf(request), { kind: 'stop', scope, reason, until })
      return reply(201, { hold: shown(placed) })
    },
  )
  api.post(
    '/holds/:id/release',
    {
      id: 'releaseHold',
      summary: 'Take a hold or a stop back before its time',
      params,
      body: releaseInput,
      answers: { 200: z.object({ released: hold }) },
    },
    async ({ params: { id }, body, request }) => {
      const asked = { id, reason: body.reason, kinds: ['hold', 'stop'] as const }
      return reply(200, { released: shown(only(isHold, await engine.release(actorOf(request), asked))) })
    },
  )
}

function ofWindows(api: ApiRoutes, { engine }: Deps): void {
  api.get(
    '/windows',
    {
      id: 'listWindows',
      summary: 'Deploy windows, newest first; at most the last 500',
      query,
      answers: { 200: z.object({ windows: listOf(deployWindow) }) },
    },
    async ({ query: { over } }) => {
      const rows = await engine.restraintsNow(over === 'true')
      return reply(200, { windows: rows.filter(isWindow).map(shown) })
    },
  )
  api.post(
    '/windows',
    {
      id: 'addWindow',
      summary: 'Let changes start only at some hours of the week',
      body: windowInput,
      answers: { 201: z.object({ window: deployWindow }) },
    },
    async ({ body, request }) =>
      reply(201, { window: shown(await engine.addWindow(actorOf(request), body)) }),
  )
  api.post(
    '/windows/:id/release',
    {
      id: 'releaseWindow',
      summary: 'Take a deploy window back',
      params,
      body: releaseInput,
      answers: { 200: z.object({ released: deployWindow }) },
    },
    async ({ params: { id }, body, request }) => {
      const asked = { id, reason: body.reason, kinds: ['window'] as const }
      return reply(200, { released: shown(only(isWindow, await engine.release(actorOf(request), asked))) })
    },
  )
}

function ofFreezes(api: ApiRoutes, { engine }: Deps): void {
  api.get(
    '/freezes',
    {
      id: 'listFreezes',
      summary: 'Freezes, newest first; at most the last 500',
      query,
      answers: { 200: z.object({ freezes: listOf(freeze) }) },
    },
    async ({ query: { over } }) => {
      const rows = await engine.restraintsNow(over === 'true')
      return reply(200, { freezes: rows.filter(isFreeze).map(shown) })
    },
  )
  api.post(
    '/freezes',
    {
      id: 'addFreeze',
      summary: 'Let nothing new start on some days',
      body: freezeInput,
      answers: { 201: z.object({ freeze }) },
    },
    async ({ body, request }) =>
      reply(201, { freeze: shown(await engine.addFreeze(actorOf(request), body)) }),
  )
  api.post(
    '/freezes/:id/release',
    {
      id: 'releaseFreeze',
      summary: 'Take a freeze back',
      params,
      body: releaseInput,
      answers: { 200: z.object({ released: freeze }) },
    },
    async ({ params: { id }, body, request }) => {
      const asked = { id, reason: body.reason, kinds: ['freeze'] as const }
      return reply(200, { released: shown(only(isFreeze, await engine.release(actorOf(request), asked))) })
    },
  )
}

const isHold = (each: Restraint): each is Hold => each.kind === 'hold' || each.kind === 'stop'
const isWindow = (each: Restraint): each is DeployWindow => each.kind === 'window'
const isFreeze = (each: Restraint): each is Freeze => each.kind === 'freeze'

function only<Kind extends Restraint>(is: (each: Restraint) => each is Kind, each: Restraint): Kind {
  if (is(each)) return each
  throw new Refusal('UnknownHold', `${each.id} is a ${each.kind}. Nothing was changed.`, 'notFound')
}

/** As the API tells it: its scope in one word, as it is written in a request. */
function shown<Kind extends Restraint>(each: Kind): Omit<Kind, 'scope'> & { readonly scope: string } {
  return { ...each, scope: scopeText(each.scope) }
}
