import { z } from 'zod'
import { giveGrant, issueSignInLink, takeGrant } from '../access-requests.js'
import type { Deps } from '../deps.js'
import { accessStream } from '../guard/access-log.js'
import { senderOf } from '../guard/signed-in.js'
import { endInput, grantInput, revokeInput, tokenInput } from '../inputs/access.js'
import { createToken, revokeToken, revokeTokenOfSomebody } from '../token-requests.js'
import { grant, newToken, person, signInLink, token } from './answers/access.js'
import { logRow } from './answers/record.js'
import { listOf } from './answers/values.js'
import { paged, pageOf, pageQuery, seqAfterOf } from './cursor.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const tokenId = z.string().trim().min(1).describe('A token’s id.')
const most = 500
const grantId = z.string().trim().min(1).describe('The id of a role that was given.')

/** Tokens, roles, and links that sign in. These answers hold secrets: none is kept for an `Idempotency-Key`. */
export function accessApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('People')
  toHaveTokens(api, deps)
  toManageTokens(api, deps)
  toManageRoles(api, deps)
  return api
}

function toHaveTokens(api: ApiRoutes, deps: Deps): void {
  api.post(
    '/sign-in-links',
    {
      id: 'makeSignInLink',
      summary: 'A link that signs a browser in once',
      description: 'Only for the machine’s own token. An Idempotency-Key is not looked at.',
      answers: { 201: signInLink },
    },
    async ({ request }) => reply(201, await issueSignInLink(deps, senderOf(request))),
  )
  api.get(
    '/tokens',
    {
      id: 'listTokens',
      summary: 'Your tokens, newest first',
      description: 'Those that ended in the last thirty days too.',
      answers: { 200: z.object({ tokens: listOf(token) }) },
    },
    async ({ request }) => reply(200, { tokens: await deps.tokens.ofPerson(senderOf(request).person.id) }),
  )
  api.post(
    '/tokens',
    {
      id: 'createToken',
      summary: 'Make a token of your own',
      description:
        'Its secret is told this once, so that an Idempotency-Key is not looked at. It can do no more than you, or than the token that makes it.',
      body: tokenInput,
      answers: { 201: newToken },
    },
    async ({ body, request }) => {
      const made = await createToken(deps, senderOf(request), body)
      return reply(201, { ...made.token, secret: made.secret })
    },
  )
  api.post(
    '/tokens/:id/revoke',
    {
      id: 'revokeToken',
      summary: 'End a token of yours at once',
      description: 'Those that it made end with it. A token may end itself and what may do no more than it.',
      params: { id: tokenId },
      answers: { 200: token },
    },
    async ({ params: { id }, request }) => reply(200, await revokeToken(deps, senderOf(request), id)),
  )
}

function toManageTokens(api: ApiRoutes, deps: Deps): void {
  api.get(
    '/people/tokens',
    {
      id: 'listTokensOfEverybody',
      summary: `Tokens of everybody, newest first; at most ${most}`,
      description: 'Those that ended in the last thirty days too.',
      answers: { 200: z.object({ tokens: listOf(token) }) },
    },
    async () => reply(200, { tokens: await deps.tokens.everybodys(most) }),
  )
  api.post(
    '/people/tokens/:id/revoke',
    {
      id: 'revokeTokenOfSomebody',
      summary: 'End anybody’s token at once',
      description: 'Those that it made end with it.',
      params: { id: tokenId },
      body: endInput,
      answers: { 200: token },
    },
    async ({ params: { id }, body: { why }, request }) =>
      reply(200, await revokeTokenOfSomebody(deps, senderOf(request), id, why)),
  )
}

function toManageRoles(api: ApiRoutes, deps: Deps): void {
  const { people, parts, signIn } = deps
  api.get(
    '/people',
    {
      id: 'listPeople',
      summary: 'Who has signed in, and the roles that were given',
      answers: { 200: z.object({ people: listOf(person), grants: listOf(grant) }) },
    },
    async () => {
      const [known, given] = await Promise.all([people.everybody(), people.grants()])
      return reply(200, { people: known, grants: [...signIn.configured, ...given] })
    },
  )
  api.post(
    '/people/grants',
    {
      id: 'giveRole',
      summary: 'Give a role to a person or a group',
      body: grantInput,
      answers: { 201: grant },
    },
    async ({ body, request }) => reply(201, await giveGrant(deps, senderOf(request), body)),
  )
  api.post(
    '/people/grants/:id/revoke',
    {
      id: 'takeRole',
      summary: 'Take a role away',
      params: { id: grantId },
      body: revokeInput,
      answers: { 200: grant },
    },
    async ({ params: { id }, body: { why }, request }) =>
      reply(200, await takeGrant(deps, senderOf(request), id, why ?? '')),
  )
  api.get(
    '/people/log',
    {
      id: 'readAccessLog',
      summary: 'Sign-ins, refusals, tokens and roles, newest first; for admins',
      query: pageQuery,
      answers: { 200: pageOf('log', logRow) },
    },
    async ({ query: { limit, cursor }, request }) => {
      const beforeSeq = seqAfterOf('people', cursor)
      const filter = { stream: accessStream, ...(beforeSeq && { beforeSeq }), limit: limit + 1 }
      const rows = await parts.history.log(filter)
      const page = paged(request, { list: 'people', rows, limit, keyOf: (row) => String(row.seq) })
      return reply(200, { log: page.rows, next: page.next })
    },
  )
}
