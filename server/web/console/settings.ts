import { Router, type Request, type Response } from 'express'
import { giveGrant, takeGrant } from '../access-requests.js'
import { found } from '../api/not-found.js'
import { accessStream } from '../guard/access-log.js'
import { senderOf } from '../guard/signed-in.js'
import { endInput, grantInput, revokeInput, tokenForm, tokenInput } from '../inputs/access.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { grantRevokePage, peoplePage } from '../pages/people.js'
import { sessionOfSomebodyEndPage, tokenOfSomebodyRevokePage } from '../pages/people-keys.js'
import { sessionEndPage, tokenRevokePage, tokensPage } from '../pages/tokens.js'
import { endSession, endSessionOfSomebody } from '../session-requests.js'
import { createToken, revokeToken, revokeTokenOfSomebody } from '../token-requests.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const section = '/more'
const lastRows = 50
/** As many browsers and tokens of everybody are shown at most. */
const most = 500

/** One's own tokens and sessions, and who may do what. */
export function settingsRoutes(deps: RouteDeps): Router {
  const routes = Router()
  routes.use(tokenRoutes(deps), peopleRoutes(deps), keysOfPeopleRoutes(deps))
  return routes
}

function tokenRoutes(deps: RouteDeps): Router {
  const { parts, show, tokens, sessions } = deps
  const routes = Router()
  routes.get('/settings/tokens', (request, response) => page(request, response, unfilled))
  routes.post('/settings/tokens', async (request, response) => {
    const typed = fromForm(request.body, tokenForm)
    try {
      const { secret } = await createToken(deps, senderOf(request), parse(tokenInput, typed))
      await page(request, response, unfilled, 201, secret)
    } catch (error) {
      await page(request, response, refilled(error, typed), 400)
    }
  })
  routes.get('/settings/tokens/:id/revoke', async (request, response) => {
    const { id } = request.params
    const own = await tokens.ofPerson(senderOf(request).person.id)
    const token = found(
      own.find((each) => each.id === id && !each.revokedAt),
      'token of yours with the id',
      id,
    )
    show(request, response, { view: 'confirm', section, model: tokenRevokePage(token) })
  })
  routes.post('/settings/tokens/:id/revoke', async (request, response) => {
    await revokeToken(deps, senderOf(request), request.params.id)
    response.redirect(303, '/settings/tokens')
  })
  routes.get('/settings/sessions/:id/end', async (request, response) => {
    const { id } = request.params
    const own = await sessions.ofPerson(senderOf(request).person.id)
    const session = found(
      own.find((each) => each.id === id),
      'session of yours with the id',
      id,
    )
    show(request, response, { view: 'confirm', section, model: sessionEndPage(session) })
  })
  routes.post('/settings/sessions/:id/end', async (request, response) => {
    await endSession(deps, senderOf(request), request.params.id)
    response.redirect(303, '/settings/tokens')
  })
  return routes

  async function page(
    request: Request,
    response: Response,
    filled: Filled,
    status = 200,
    secret: string | null = null,
  ): Promise<void> {
    const { person, session } = senderOf(request)
    const [ownTokens, ownSessions] = await Promise.all([
      tokens.ofPerson(person.id),
      sessions.ofPerson(person.id),
    ])
    const { zone } = placeOf(parts)
    const facts = {
      tokens: ownTokens,
      sessions: ownSessions,
      own: session?.id ?? null,
      person,
      filled,
      secret,
    }
    // Tokens and sessions end by the machine's clock, whatever time the local cloud has.
    const model = tokensPage({ ...facts, now: new Date(), zone })
    show(request, response, { view: 'tokens', section, status, model })
  }
}

function peopleRoutes(deps: RouteDeps): Router {
  const { parts, show, people, signIn, sessions, tokens } = deps
  const routes = Router()
  routes.get('/settings/people', (request, response) => page(request, response, unfilled))
  routes.post('/settings/people', async (request, response) => {
    const typed = fromForm(request.body, {})
    try {
      await giveGrant(deps, senderOf(request), parse(grantInput, typed))
      response.redirect(303, '/settings/people')
    } catch (error) {
      await page(request, response, refilled(error, typed), 400)
    }
  })
  routes.get('/settings/grants/:id/revoke', async (request, response) => {
    const { id } = request.params
    const grant = found(
      (await people.grants()).find((each) => each.id === id),
      'role with the id',
      id,
    )
    show(request, response, { view: 'confirm', section, model: grantRevokePage(grant) })
  })
  routes.post('/settings/grants/:id/revoke', async (request, response) => {
    const { why } = parse(revokeInput, fromForm(request.body, {}))
    await takeGrant(deps, senderOf(request), request.params.id, why ?? '')
    response.redirect(303, '/settings/people')
  })
  return routes

  async function page(request: Request, response: Response, filled: Filled, status = 200): Promise<void> {
    const [given, known, applications, log, ...keys] = await Promise.all([
      people.grants(),
      people.everybody(),
      parts.history.applications(),
      parts.history.logLines({ stream: accessStream, limit: lastRows }),
      sessions.everybodys(most),
      tokens.everybodys(most),
    ])
    const grants = [...signIn.configured, ...given]
    const provider = signIn.provider?.label ?? null
    const { zone } = placeOf(parts)
    const [ofSessions, ofTokens] = keys
    const own = senderOf(request).session?.id ?? null
    const facts = { grants, people: known, applications, log, sessions: ofSessions, tokens: ofTokens, own }
    const model = peoplePage({ ...facts, local: signIn.local, provider, filled, now: new Date(), zone })
    show(request, response, { view: 'people', section, status, model })
  }
}

/** What opens the console in somebody else's name, for admins. */
function keysOfPeopleRoutes(deps: RouteDeps): Router {
  const { show, sessions, tokens } = deps
  const routes = Router()
  routes.get('/settings/people/sessions/:id/end', async (request, response) => {
    const { id } = request.params
    const session = found(
      (await sessions.everybodys(most)).find((each) => each.id === id),
      'session with the id',
      id,
    )
    show(request, response, { view: 'confirm', section, model: sessionOfSomebodyEndPage(session) })
  })
  routes.post('/settings/people/sessions/:id/end', async (request, response) => {
    const { why } = parse(endInput, fromForm(request.body, {}))
    await endSessionOfSomebody(deps, senderOf(request), request.params.id, why)
    response.redirect(303, '/settings/people')
  })
  routes.get('/settings/people/tokens/:id/revoke', async (request, response) => {
    const { id } = request.params
    const token = found(
      (await tokens.everybodys(most)).find((each) => each.id === id && !each.revokedAt),
      'token that still works with the id',
      id,
    )
    show(request, response, { view: 'confirm', section, model: tokenOfSomebodyRevokePage(token) })
  })
  routes.post('/settings/people/tokens/:id/revoke', async (request, response) => {
    const { why } = parse(endInput, fromForm(request.body, {}))
    await revokeTokenOfSomebody(deps, senderOf(request), request.params.id, why)
    response.redirect(303, '/settings/people')
  })
  return routes
}
