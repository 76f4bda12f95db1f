import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { bakeInput } from '../inputs/bake.js'
import { sampleInput } from '../inputs/sample.js'
import { bake, listedBake, samples, startedBake } from './answers/bake.js'
import { pageOf, pageQuery } from './cursor.js'
import { pageAfterRow } from './list-page.js'
import { found } from './not-found.js'
import { bakeId, onlyOfApplication } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'
import { shownBake, shownListedBake } from './shown.js'

export function bakesApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Images and bakes')
  toBake(api, deps)
  toTrySamples(api, deps)
  return api
}

function toBake(api: ApiRoutes, { parts: { history }, engine }: Deps): void {
  api.get(
    '/bakes',
    {
      id: 'listBakes',
      summary: 'Bakes, newest first, without their logs',
      query: { application: onlyOfApplication, ...pageQuery },
      answers: { 200: pageOf('bakes', listedBake) },
    },
    async (asked) => {
      const { application } = asked.query
      const page = await pageAfterRow(asked, 'bakes', {
        rowOf: (id) => history.bake(id),
        read: (from) => history.bakes({ ...(application && { application }), ...from }),
        idOf: ({ id }) => id,
      })
      return reply(200, { bakes: page.rows.map(shownListedBake), next: page.next })
    },
  )
  api.post(
    '/bakes',
    {
      id: 'requestBake',
      summary: 'Bake an image from a base image and a package',
      description:
        'A bake is addressed by its content: where an image of the same base, package and recipe is there, or being made, that one is answered and `reused` is true.',
      body: bakeInput,
      answers: { 202: startedBake },
    },
    async ({ body, request }) => {
      const { bake: asked, reused } = await engine.requestBake(actorOf(request), body)
      return reply(202, { id: asked.id, href: `/bakes/${asked.id}`, reused })
    },
  )
  api.get(
    '/bakes/:id',
    {
      id: 'readBake',
      summary: 'A bake with its log',
      params: { id: bakeId },
      answers: { 200: bake },
    },
    async ({ params: { id } }) => reply(200, shownBake(found(await history.bake(id), 'bake', id))),
  )
  api.post(
    '/bakes/:id/cancel',
    {
      id: 'cancelBake',
      summary: 'End a bake and its builder',
      params: { id: bakeId },
      answers: { 202: bake },
    },
    async ({ params: { id }, request }) =>
      reply(202, shownBake(await engine.cancelBake(actorOf(request), id))),
  )
}

function toTrySamples(api: ApiRoutes, { engine }: Deps): void {
  api.get(
    '/samples',
    {
      id: 'listSamples',
      summary: 'The versions of the sample application, oldest first',
      answers: { 200: samples },
    },
    () => reply(200, { samples: engine.sampleVersions() }),
  )
  api.post(
    '/samples/bake',
    {
      id: 'bakeSample',
      summary: 'Bake a version of the sample application',
      description: 'Registers the sample application where it is missing.',
      body: sampleInput,
      answers: { 202: startedBake },
    },
    async ({ body, request }) => {
      const { bake: asked, reused } = await engine.bakeSample(actorOf(request), body.version)
      return reply(202, { id: asked.id, href: `/bakes/${asked.id}`, reused })
    },
  )
}
