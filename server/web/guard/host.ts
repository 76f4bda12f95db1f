import type { RequestHandler } from 'express'

/**
 * Refuses requests for a host that is not ours, so that no page elsewhere can reach the console through a name of its own
 * that resolves to this machine. An entry without a port allows every port of that name.
 */
export function onlyOurHosts(hosts: readonly string[]): RequestHandler {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()))
  return (request, response, next) => {
    const host = (request.headers.host ?? '').toLowerCase()
    if (allowed.has(host) || allowed.has(host.replace(/:\d+$/, ''))) return next()
    response
      .status(421)
      .type('text/plain')
      .send(
        'This console does not answer to that host name. Nothing was changed. Open the address it printed at start.\n',
      )
  }
}
