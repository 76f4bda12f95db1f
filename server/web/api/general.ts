import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { linkLifetimeMs, signInUrl } from '../sign-in-link.js'
import { catalog, installation, me, signInLink } from './answers/general.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** Who and where, the catalog for forms, and new sign-in links. */
export function generalApi(deps: Deps): ApiRoutes {
  const { parts, credentials, publicUrl, localCloud } = deps
  const api = new ApiRoutes('This console')
  api.get(
    '/me',
    { id: 'readMe', summary: 'Who you are and where this console works', answers: { 200: me } },
    ({ request }) => {
      const { account, region, mode, paceDivisor, version } = parts.place
      const { name } = actorOf(request)
      return reply(200, { name, account, region, mode, pace: paceDivisor, version, localCloud })
    },
  )
  api.post(
    '/sign-in-links',
    {
      id: 'makeSignInLink',
      summary: 'A link that signs a browser in once',
      answers: { 201: signInLink },
    },
    async ({ request }) => {
      const { secret, expiresAt } = await credentials.issueLink(
        { name: actorOf(request).name },
        linkLifetimeMs,
      )
      return reply(201, { url: signInUrl(publicUrl, secret), expiresAt })
    },
  )
  api.get(
    '/catalog',
    {
      id: 'readCatalog',
      summary: 'What there is in the account to make a cluster from',
      answers: { 200: catalog },
    },
    async () => reply(200, await parts.account.catalog()),
  )
  api.get(
    '/installation',
    {
      id: 'readInstallation',
      summary: 'How this console is: its database, its calls of AWS, its defaults',
      answers: { 200: installation },
    },
    () => {
      const { registry: _registry, ...defaults } = parts.defaults
      const { perMinute, throttled } = parts.account.callCounts()
      return reply(200, {
        ready: deps.ready(),
        databaseAwaySince: deps.databaseAwaySince(),
        awsCallsPerMinute: perMinute,
        awsCallsThrottled: throttled,
        leftAlone: [...deps.leftAlone()].map(([scope, why]) => ({ scope, why })),
        defaults,
        node: process.version,
      })
    },
  )
  return api
}
