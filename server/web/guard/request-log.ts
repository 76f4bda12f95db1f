import type { RequestHandler } from 'express'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'

/** Paths that are asked for all the time and say nothing about what people did. */
const quiet = /^\/(healthz|assets\/|api\/v1\/events)/

/** One line for each request: method, path, status, time. No header, no query, and never the secret of a sign-in link. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp<IncomingMessage & { originalUrl?: string }, ServerResponse>({
    logger,
    autoLogging: { ignore: (request) => quiet.test(request.url ?? '') },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    serializers: {
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        path: loggedPath(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
  })
}

/** The id under which a request stands in the log. */
export function requestIdOf(request: { readonly id?: unknown }): string {
  const { id } = request
  return typeof id === 'string' || typeof id === 'number' ? String(id) : ''
}

/** The path as it may be logged: without its query, and without the secret of a sign-in link, also where a proxy asks by a whole address. */
export function loggedPath(url: string): string {
  const path = (url.split('?')[0] ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
  return path.replace(/^(\/+sign-in\/+).+$/i, '$1…')
}
