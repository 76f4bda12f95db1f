import type { ErrorRequestHandler, Request } from 'express'
import type { Deps } from '../deps.js'
import { loggedPath, requestIdOf } from '../guard/request-log.js'
import { refusalPage } from '../pages/refusal.js'
import { problemOf } from '../problem.js'
import type { Show } from '../show.js'

/** How soon a browser asks again for a page that could not be made, with script or without. */
const askAgainSec = 3

/** Every error becomes a page that says what is wrong, what was changed, and what to do. */
export function refusals({ show, logger }: Pick<Deps, 'logger'> & { show: Show }): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const requestId = requestIdOf(request)
    const problem = problemOf(error, requestId)
    if (problem.status === 503) {
      response.set('Retry-After', String(askAgainSec))
      if (request.method === 'GET') response.set('Refresh', String(askAgainSec))
    } else if (problem.status >= 500) logger.error({ err: error as unknown, requestId }, 'a page failed')
    const asked = {
      what: `${request.method} ${loggedPath(request.originalUrl)}`,
      by: request.actor?.name ?? null,
      back: backTo(request),
      changes: request.method !== 'GET',
    }
    show(request, response, {
      view: 'refusal',
      section: '',
      status: problem.status,
      model: refusalPage(problem, asked),
    })
  }
}

/** We send no referrer, so that the way back is the page that a form belongs to: its own address, or one above. */
function backTo(request: Request): string {
  if (request.method === 'GET') return '/'
  if (request.path === '/bakes') return '/images'
  const parent = request.path.replace(/\/[^/]+$/, '')
  return /^\/(clusters|groups|operations|bakes)\/[^/]+$/.test(parent) ? parent : '/'
}
