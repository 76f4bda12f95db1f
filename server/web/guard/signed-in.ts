import type { RequestHandler } from 'express'
import type { Actor } from '../../domain/operation.js'
import { Refusal } from '../../domain/refusal.js'
import type { Credentials } from '../credentials.js'
import { HttpRefusal } from '../http-refusal.js'

declare module 'express-session' {
  interface SessionData {
    person: string
  }
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Who sent it; set by `signedIn`, which lets nobody through without. */
    actor?: Actor
  }
}

/** Puts the sender of a request on it, from a bearer token or from the session. Does not refuse anybody. */
export function whoIsIt(credentials: Credentials): RequestHandler {
  return async (request, _response, next) => {
    const { authorization } = request.headers
    // A request that names a token never rides on the cookie: the check of its origin goes by that.
    if (authorization !== undefined) {
      const [scheme, token] = authorization.split(' ')
      const owner = scheme === 'Bearer' && token ? await credentials.tokenOwner(token) : null
      const via = request.headers['x-delling-via'] === 'cli' ? 'cli' : 'api'
      if (owner) request.actor = { name: owner.name, via }
    } else if (request.session?.person) {
      request.actor = { name: request.session.person, via: 'console' }
    }
    next()
  }
}

/** For the API: 401 as a problem. */
export const apiNeedsSignIn: RequestHandler = (request, _response, next) => {
  if (request.actor) return next()
  throw new HttpRefusal(
    'notSignedIn',
    'NotSignedIn',
    'This needs a token. Send it as “Authorization: Bearer …”; nothing was changed.',
    { 'WWW-Authenticate': 'Bearer realm="delling"' },
  )
}

/** The sender of a request that passed sign-in. */
export function actorOf(request: { actor?: Actor }): Actor {
  if (!request.actor) throw new Refusal('NotSignedIn', 'Sign in first. Nothing was changed.', 'forbidden')
  return request.actor
}
