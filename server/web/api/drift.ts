import { shownDifference } from '../../engine/drift-view.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { differenceInput } from '../inputs/drift.js'
import { differences, driftDone } from './answers/drift.js'
import { clusterName } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const params = { name: clusterName }

/** What others changed in a cluster, and a person's answers to it. */
export function driftApi({ engine }: Deps): ApiRoutes {
  const api = new ApiRoutes('Drift')
  api.get(
    '/clusters/:name/drift',
    {
      id: 'readDrift',
      summary: 'What AWS shows otherwise than it is recorded, from a fresh look',
      params,
      answers: { 200: differences },
    },
    async ({ params: { name } }) => {
      const view = await engine.driftView(name)
      return reply(200, { cluster: name, differences: view.differences.map(shownDifference) })
    },
  )
  api.post(
    '/clusters/:name/drift/adopt',
    {
      id: 'adoptDifference',
      summary: 'Take what is there for what should be',
      params,
      body: differenceInput,
      answers: { 200: driftDone },
    },
    async ({ params: { name }, body, request }) =>
      reply(200, await engine.adopt(actorOf(request), { ...body, cluster: name })),
  )
  api.post(
    '/clusters/:name/drift/undo',
    {
      id: 'undoDifference',
      summary: 'Put it back as it is recorded',
      params,
      body: differenceInput,
      answers: { 202: driftDone },
    },
    async ({ params: { name }, body, request }) =>
      reply(202, await engine.undoDifference(actorOf(request), { ...body, cluster: name })),
  )
  api.post(
    '/clusters/:name/drift/leave',
    {
      id: 'leaveDifference',
      summary: 'Leave it alone, as it is',
      params,
      body: differenceInput,
      answers: { 200: driftDone },
    },
    async ({ params: { name }, body, request }) =>
      reply(200, await engine.leaveAlone(actorOf(request), { ...body, cluster: name })),
  )
  return api
}
