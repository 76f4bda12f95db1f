import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'

const opened = { limit: 30, windowMs: 60_000 }

/** Stops somebody who tries one way in after another. */
export function signInRate(): RequestHandler {
  return rateLimit({
    ...opened,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    message: 'Too many tries. Wait a minute, then sign in again.\n',
  })
}
