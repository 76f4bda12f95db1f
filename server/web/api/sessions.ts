import { z } from 'zod'
import type { Deps } from '../deps.js'
import { senderOf } from '../guard/signed-in.js'
import { endInput } from '../inputs/access.js'
import { endSession, endSessionOfSomebody } from '../session-requests.js'
import type { ListedSession } from '../sessions.js'
import { session } from './answers/access.js'
import { listOf } from './answers/values.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const params = { id: z.string().trim().min(1).describe('A session’s id.') }
const ended = z.object({ ended: z.literal(true) })
const most = 500

/** Browsers that are signed in: one's own, and for admins everybody's. */
export function sessionsApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('People')
  const { sessions } = deps
  api.get(
    '/sessions',
    {
      id: 'listSessions',
      summary: 'Browsers that are signed in as you, the last used first',
      answers: { 200: z.object({ sessions: listOf(session) }) },
    },
    async ({ request }) => {
      const { person, session: own } = senderOf(request)
      return reply(200, { sessions: shown(await sessions.ofPerson(person.id), own?.id) })
    },
  )
  api.post(
    '/sessions/:id/end',
    { id: 'endSession', summary: 'Sign a browser of yours out', params, answers: { 200: ended } },
    async ({ params: { id }, request }) => {
      await endSession(deps, senderOf(request), id)
      return reply(200, { ended: true as const })
    },
  )
  api.get(
    '/people/sessions',
    {
      id: 'listSessionsOfEverybody',
      summary: `Browsers that are signed in, of everybody, the last used first; at most ${most}`,
      answers: { 200: z.object({ sessions: listOf(session) }) },
    },
    async ({ request }) =>
      reply(200, { sessions: shown(await sessions.everybodys(most), senderOf(request).session?.id) }),
  )
  api.post(
    '/people/sessions/:id/end',
    {
      id: 'endSessionOfSomebody',
      summary: 'Sign anybody’s browser out',
      params,
      body: endInput,
      answers: { 200: ended },
    },
    async ({ params: { id }, body: { why }, request }) => {
      await endSessionOfSomebody(deps, senderOf(request), id, why)
      return reply(200, { ended: true as const })
    },
  )
  return api
}

function shown(sessions: readonly ListedSession[], own: string | undefined) {
  return sessions.map(({ id, person, personName, atMs, lastUsedAt, browser }) => ({
    id,
    person,
    personName,
    since: new Date(atMs),
    lastUsedAt,
    browser,
    own: id === own,
  }))
}
