import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { endInput, rehearsalInput } from '../inputs/rehearsal.js'
import { rehearsal, said } from './answers/rehearsal.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** What the local cloud does wrong on request, and ending it. Where the console has no local cloud: 404 with the reason. */
export function rehearsalApi({ engine }: Deps): ApiRoutes {
  const api = new ApiRoutes('Rehearsal')
  api.get(
    '/rehearsal',
    {
      id: 'readRehearsal',
      summary: 'The local cloud, and what is out of order in it',
      answers: { 200: rehearsal },
      problems: ['notFound'],
    },
    async () => {
      const { seen, outOfOrder } = await engine.rehearsalView()
      return reply(200, { ...seen, outOfOrder })
    },
  )
  api.post(
    '/rehearsal',
    {
      id: 'rehearse',
      summary: 'Let something go wrong in the local cloud',
      body: rehearsalInput,
      answers: { 200: said },
    },
    async ({ body, request }) => reply(200, await engine.rehearse(actorOf(request), body)),
  )
  api.post(
    '/rehearsal/end',
    {
      id: 'endRehearsal',
      summary: 'End one thing that is out of order by its key, or all of them (`all`)',
      body: endInput,
      answers: { 200: said },
    },
    async ({ body, request }) => reply(200, await engine.endRehearsal(actorOf(request), body.key)),
  )
  return api
}
