import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { HttpRefusal } from '../http-refusal.js'

const guesses = { limit: 60, windowMs: 60_000 }

/** Stops an address that tries one unknown token after another. Known tokens, and requests without one, are not counted. */
export function fewTokenGuesses(): RequestHandler {
  return rateLimit({
    ...guesses,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: (request) => request.headers.authorization === undefined || request.actor !== undefined,
    handler: (_request, _response, next) =>
      next(
        new HttpRefusal(
          'tooMany',
          'TooManyTries',
          'Too many tokens that are not known came from this address. Nothing was changed; wait a minute, and send a token that is valid.',
        ),
      ),
  })
}
