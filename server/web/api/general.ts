import { Router } from 'express'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { streamEvents } from '../live-feed.js'
import { linkLifetimeMs, signInUrl } from '../sign-in-link.js'
import { queryNumber, queryText } from './query.js'

/** Who and where, the catalog for forms, the log and its stream, and new sign-in links. */
export function generalApi({ parts, credentials, publicUrl, localCloud }: Deps): Router {
  const api = Router()
  api.get('/me', (request, response) => {
    const { account, region, mode, paceDivisor, version } = parts.place
    response.json({
      name: actorOf(request).name,
      account,
      region,
      mode,
      pace: paceDivisor,
      version,
      localCloud,
    })
  })
  api.post('/sign-in-links', async (request, response) => {
    const { secret, expiresAt } = await credentials.issueLink({ name: actorOf(request).name }, linkLifetimeMs)
    response
      .status(201)
      .set('Cache-Control', 'no-store')
      .json({ url: signInUrl(publicUrl, secret), expiresAt })
  })
  api.get('/catalog', async (_request, response) => {
    response.json(await parts.account.catalog())
  })
  api.get('/log', async (request, response) => {
    const cluster = queryText(request, 'cluster')
    const before = queryNumber(request, 'before', 0, Number.MAX_SAFE_INTEGER)
    const limit = Math.max(1, queryNumber(request, 'limit', 50, 500))
    const log = await parts.history.log({
      ...(cluster && { cluster }),
      ...(before > 0 && { beforeSeq: before }),
      limit,
    })
    response.json({ log })
  })
  api.get('/events', (request, response) => {
    const last = request.get('last-event-id') ?? queryText(request, 'after')
    streamEvents(response, parts.history, parts.store, last && /^\d+$/.test(last) ? Number(last) : null)
  })
  return api
}
