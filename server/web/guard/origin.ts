import type { RequestHandler } from 'express'
import { Refusal } from '../../domain/refusal.js'

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Every change that rides on a cookie must come from a page of ours. Browsers say so in `Sec-Fetch-Site`, or, over plain
 * HTTP to another machine, in `Origin`. A request with a bearer token carries no cookie's authority and is let through.
 */
export const onlyFromOurPages: RequestHandler = (request, _response, next) => {
  if (reading.has(request.method) || request.headers.authorization?.startsWith('Bearer ')) return next()
  if (comesFromOurPage(request.headers['sec-fetch-site'], request.headers.origin, request.headers.host))
    return next()
  next(
    new Refusal(
      'ForeignOrigin',
      'This request did not come from a page of this console. Nothing was changed. Open the console and do it there.',
      'forbidden',
    ),
  )
}

function comesFromOurPage(site: unknown, origin: string | undefined, host: string | undefined): boolean {
  if (typeof site === 'string') return site === 'same-origin' || site === 'none'
  if (!origin || !host || !URL.canParse(origin)) return false
  return new URL(origin).host === host
}
