import type { Deps } from '../deps.js'
import { personOf } from '../guard/signed-in.js'
import { leftAloneFor } from '../left-alone-for.js'
import { catalog, installation, me } from './answers/general.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** Who and where, and the catalog for forms. */
export function generalApi(deps: Deps): ApiRoutes {
  const { parts, localCloud } = deps
  const api = new ApiRoutes('This console')
  api.get(
    '/me',
    { id: 'readMe', summary: 'Who you are and where this console works', answers: { 200: me } },
    ({ request }) => {
      const { account, region, mode, paceDivisor, version } = parts.place
      const { name, rights } = personOf(request)
      return reply(200, { name, rights, account, region, mode, pace: paceDivisor, version, localCloud })
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
    async () => {
      const { registry: _registry, ...defaults } = parts.defaults
      const { perMinute, throttled } = parts.account.callCounts()
      return reply(200, {
        ready: deps.ready(),
        databaseAwaySince: deps.databaseAwaySince(),
        awsCallsPerMinute: perMinute,
        awsCallsThrottled: throttled,
        leftAlone: [...(await leftAloneFor(deps.leftAlone(), parts.history))].map(([scope, why]) => ({
          scope,
          why,
        })),
        defaults,
        node: process.version,
      })
    },
  )
  return api
}
