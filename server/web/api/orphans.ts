import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { removeOrphansInput } from '../inputs/orphan.js'
import { orphans, removedOrphans } from './answers/orphan.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** What of the account carries our mark and nobody accounts for. */
export function orphansApi({ system }: Deps): ApiRoutes {
  const api = new ApiRoutes('System')
  api.get(
    '/orphans',
    {
      id: 'listOrphans',
      summary: 'What carries Delling’s mark and no record accounts for, with what may become of it',
      description: 'Looks at the account now.',
      answers: { 200: orphans },
    },
    async () => {
      const { at, unread, orphans: found } = await system.orphans.look()
      return reply(200, {
        at,
        unread,
        orphans: found.map(({ thing: { kind, id, name, since }, fate, why }) => ({
          kind,
          id,
          name,
          since,
          fate,
          why,
        })),
      })
    },
  )
  api.post(
    '/orphans/remove',
    {
      id: 'removeOrphans',
      summary: 'Remove orphans, after another look; answered when AWS has been asked for each',
      body: removeOrphansInput,
      answers: { 200: removedOrphans },
    },
    async ({ body: { override, ...rest }, request }) => {
      const ends = await system.orphans.remove(actorOf(request), { ...rest, ...(override && { override }) })
      return reply(200, {
        ends: ends.map(({ orphan, removed, sentence }) => ({ id: orphan.thing.id, removed, sentence })),
      })
    },
  )
  return api
}
