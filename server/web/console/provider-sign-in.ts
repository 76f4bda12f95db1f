import { promisify } from 'node:util'
import { Router, type Request, type RequestHandler, type Response } from 'express'
import { NotVouchedFor } from '../../domain/not-vouched-for.js'
import { found } from '../api/not-found.js'
import type { IdentityProvider, PendingSignIn } from '../identity-provider.js'
import { notSignedIn } from '../pages/sign-in.js'
import { beginSession } from './begin-session.js'
import type { RouteDeps } from './route-deps.js'

declare module 'express-session' {
  interface SessionData {
    /** What a browser that is at the provider must bring back. */
    pending: PendingSignIn
  }
}

/** How long somebody may take at the provider. */
const pendingMs = 10 * 60_000

/** There and back: to the identity provider, and from it with its word for who somebody is. */
export function providerSignInRoutes(deps: RouteDeps, limited: RequestHandler): Router {
  const { show, signIn, people, accessLog, logger } = deps
  const routes = Router()
  routes.get('/sign-in/provider/begin', limited, async (request, response) => {
    const provider = providerOf()
    if (request.actor) return response.redirect(303, '/')
    try {
      const { address, pending } = await provider.begin()
      request.session.pending = pending
      request.session.cookie.maxAge = pendingMs
      await promisify((done: (error?: unknown) => void) => void request.session.save(done))()
      response.redirect(303, address)
    } catch (error) {
      notReached(request, response, provider, error)
    }
  })
  routes.get('/sign-in/provider/callback', limited, async (request, response) => {
    const provider = providerOf()
    const { pending } = request.session
    // One try each: what was kept for this one is worth nothing after it.
    delete request.session.pending
    if (!pending)
      return refuse(
        request,
        response,
        'This browser has not begun to sign in here, or took longer than ten minutes.',
      )
    try {
      const identity = await provider.finish(queryOf(request), pending)
      await people.remember(identity)
      await beginSession(request, { person: identity.id, personName: identity.name })
      const actor = { name: identity.name, via: 'console' as const }
      await accessLog.changed(
        actor,
        'SignedIn',
        `${identity.name} signed in with ${provider.label}, from ${request.ip ?? '?'}.`,
        { subject: identity.subject, groups: identity.groups },
      )
      response.redirect(303, '/')
    } catch (error) {
      if (!(error instanceof NotVouchedFor)) return notReached(request, response, provider, error)
      logger.warn({ err: error.cause }, 'the identity provider did not vouch for somebody')
      await refuse(request, response, error.sentence)
    }
  })
  return routes

  function providerOf(): IdentityProvider {
    return found(signIn.provider, 'page', '/sign-in/provider')
  }

  async function refuse(request: Request, response: Response, sentence: string): Promise<void> {
    const nobody = { name: 'somebody', via: 'console' as const }
    await accessLog.refused(nobody, `A sign-in from ${request.ip ?? '?'} failed: ${sentence}`, 'SignInFailed')
    page(request, response, 403, `${sentence} Sign in again.`)
  }

  function notReached(
    request: Request,
    response: Response,
    provider: IdentityProvider,
    error: unknown,
  ): void {
    logger.error({ err: error }, 'the identity provider could not be asked')
    page(
      request,
      response,
      503,
      `${provider.label} does not answer as it should. Try again in a moment; the cause is in the console's log.`,
    )
  }

  function page(request: Request, response: Response, status: number, sentence: string): void {
    const ways = { local: signIn.local, provider: signIn.provider?.label ?? null }
    show(request, response, { view: 'sign-in', section: '', status, model: notSignedIn(ways, sentence) })
  }
}

/** As it came, so that what the library checks is what the provider sent. */
function queryOf(request: Request): string {
  const at = request.originalUrl.indexOf('?')
  return at < 0 ? '' : request.originalUrl.slice(at)
}
