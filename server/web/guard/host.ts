import type { RequestHandler } from 'express'
import { HttpRefusal } from '../http-refusal.js'

const sentence =
  'This console does not answer to that host name. Nothing was changed. Open the address it printed at start.'

/**
 * Refuses requests for a host that is not ours, so that no page elsewhere can reach the console through a name of its own
 * that resolves to this machine. An entry without a port allows every port of that name.
 */
export function onlyOurHosts(hosts: readonly string[]): RequestHandler {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()))
  return (request, response, next) => {
    const host = (request.headers.host ?? '').toLowerCase()
    if (allowed.has(host) || allowed.has(host.replace(/:\d+$/, ''))) return next()
    // The API's own handler makes a problem of it; a page here would be a page of ours under a name that is not.
    if (request.path.startsWith('/api/')) throw new HttpRefusal('misdirected', 'NotOurHost', sentence)
    response.status(421).type('text/plain').send(`${sentence}\n`)
  }
}
