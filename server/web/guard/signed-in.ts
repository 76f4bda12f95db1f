import type { RequestHandler } from 'express'
import type { Person } from '../../domain/access.js'
import type { Actor } from '../../domain/operation.js'
import { Refusal } from '../../domain/refusal.js'
import { HttpRefusal } from '../http-refusal.js'
import type { Sender, Senders } from './senders.js'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who sent it, as the log names them; set by `whoIsIt`. */
    actor?: Actor
    sender?: Sender
  }
}

/** Puts the sender of a request on it. Does not refuse anybody. */
export function whoIsIt(senders: Senders): RequestHandler {
  return async (request, _response, next) => {
    const sender = await senders.of(request)
    if (sender) {
      request.sender = sender
      request.actor = sender.actor
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
export function senderOf(request: { sender?: Sender }): Sender {
  if (!request.sender) throw new Refusal('NotSignedIn', 'Sign in first. Nothing was changed.', 'forbidden')
  return request.sender
}

export function actorOf(request: { sender?: Sender }): Actor {
  return senderOf(request).actor
}

export function personOf(request: { sender?: Sender }): Person {
  return senderOf(request).person
}
