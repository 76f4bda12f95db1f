import type { ErrorRequestHandler } from 'express'
import { DatabaseAway } from '../../domain/database-away.js'
import type { Deps } from '../deps.js'
import { noteDoubt } from '../guard/once.js'
import { requestIdOf } from '../guard/request-log.js'
import { HttpRefusal } from '../http-refusal.js'
import { problemOf } from '../problem.js'

/** Every error leaves the API as a problem; what is ours to mend is logged with its cause. */
export function apiProblems({ logger }: Pick<Deps, 'logger'>): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const requestId = requestIdOf(request)
    const problem = problemOf(error, requestId)
    if (error instanceof HttpRefusal) response.set(error.headers)
    if (error instanceof DatabaseAway && error.asked) noteDoubt(response)
    if (problem.status === 503) response.set('Retry-After', '5')
    else if (problem.status >= 500)
      logger.error({ err: error as unknown, requestId }, 'an API request failed')
    response.status(problem.status).type('application/problem+json').json(problem)
  }
}
