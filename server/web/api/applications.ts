import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { applicationEditInput, applicationInput } from '../inputs/application.js'
import { application } from './answers/general.js'
import { pageOf, pageQuery } from './cursor.js'
import { pageByKey } from './list-page.js'
import { found } from './not-found.js'
import { applicationName } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

export function applicationsApi({ parts, engine }: Deps): ApiRoutes {
  const api = new ApiRoutes('Applications')
  api.get(
    '/applications',
    {
      id: 'listApplications',
      summary: 'Applications, by name',
      query: pageQuery,
      answers: { 200: pageOf('applications', application) },
    },
    async (asked) => {
      const page = pageByKey(asked, 'applications', await parts.history.applications(), ({ name }) => name)
      return reply(200, { applications: page.rows, next: page.next })
    },
  )
  api.post(
    '/applications',
    {
      id: 'registerApplication',
      summary: 'Register an application',
      body: applicationInput,
      answers: { 201: application },
    },
    async ({ body, request }) => reply(201, await engine.registerApplication(actorOf(request), body)),
  )
  api.get(
    '/applications/:name',
    {
      id: 'readApplication',
      summary: 'An application',
      params: { name: applicationName },
      answers: { 200: application },
    },
    async ({ params: { name } }) =>
      reply(200, found(await parts.history.application(name), 'application', name)),
  )
  api.post(
    '/applications/:name/edit',
    {
      id: 'editApplication',
      summary: 'Edit an application: what is left out stays; bakes and clusters made from now on take it',
      params: { name: applicationName },
      body: applicationEditInput,
      answers: { 200: application },
    },
    async ({ params: { name }, body, request }) =>
      reply(200, await engine.editApplication(actorOf(request), name, body)),
  )
  return api
}
