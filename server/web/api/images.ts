import { reasonPackagesUnknown } from '../../domain/image-comparison.js'
import { withUsers } from '../../domain/image-users.js'
import { imageVerdict } from '../../domain/image-verdict.js'
import { withRecords } from '../../engine/compare-images.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { compareImagesInput, retireInput, unmarkBadInput } from '../inputs/image.js'
import { image } from './answers/bake.js'
import { imageComparison, imageUses, installed, retirementPlan } from './answers/image.js'
import { text } from './answers/values.js'
import { pageOf, pageQuery } from './cursor.js'
import { pageAfterRow } from './list-page.js'
import { found } from './not-found.js'
import { imageName, onlyOfApplication } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const params = { name: imageName }

export function imagesApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Images and bakes')
  toListImages(api, deps)
  toReadOne(api, deps)
  toRetire(api, deps)
  return api
}

const listedImage = image.extend({
  verdict: text.describe('What is held of it, by the groups that run it and by what people marked.'),
})

function toListImages(api: ApiRoutes, { parts: { history } }: Deps): void {
  api.get(
    '/images',
    {
      id: 'listImages',
      summary: 'Images, newest first',
      query: { application: onlyOfApplication, ...pageQuery },
      answers: { 200: pageOf('images', listedImage) },
    },
    async (asked) => {
      const { application } = asked.query
      const page = await pageAfterRow(asked, 'images', {
        rowOf: (id) => history.image(id),
        read: (from) => history.images({ ...(application && { application }), ...from }),
        idOf: ({ imageId }) => imageId,
      })
      const states = await history.clusterStates()
      const images = page.rows.map((each) => ({
        ...each,
        verdict: imageVerdict(each, withUsers(each, states).users).words,
      }))
      return reply(200, { images, next: page.next })
    },
  )
}

function toReadOne(api: ApiRoutes, { parts, engine }: Deps): void {
  const imageNamed = async (name: string) => found(await parts.history.image(name), 'image', name)
  api.get(
    '/images/:name',
    { id: 'readImage', summary: 'An image', params, answers: { 200: image } },
    async ({ params: { name } }) => reply(200, await imageNamed(name)),
  )
  api.get(
    '/images/:name/packages',
    {
      id: 'listPackages',
      summary: 'What is installed in an image, as its builder reported it',
      params,
      answers: { 200: installed },
    },
    async ({ params: { name } }) => {
      const known = await withRecords(parts, await imageNamed(name))
      const { packages } = known
      return reply(200, { image: known.image.name, packages, unknown: reasonPackagesUnknown(known) })
    },
  )
  api.get(
    '/images/:name/changes',
    {
      id: 'compareImages',
      summary: 'How an image is made otherwise than another: base, recipe, version, commits, packages',
      params,
      query: compareImagesInput.shape,
      answers: { 200: imageComparison },
    },
    async ({ params: { name }, query: { against } }) =>
      reply(200, await engine.compareImages({ image: name, against })),
  )
  api.get(
    '/images/:name/uses',
    {
      id: 'listImageUses',
      summary: 'What runs an image, could switch back to it, or is made from it, by the records',
      params,
      answers: { 200: imageUses },
    },
    async ({ params: { name } }) => {
      const known = await imageNamed(name)
      return reply(200, { image: known.name, uses: await engine.imageUses(known) })
    },
  )
}

function toRetire(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/images/:name/retire/plan',
    {
      id: 'planImageRetirement',
      summary: 'What retiring an image would delete, and what keeps it, also in the account; changes nothing',
      params,
      answers: { 200: retirementPlan },
    },
    async ({ params: { name } }) => {
      const { image: planned, kept: _kept, ...plan } = await engine.planRetirement(name)
      return reply(200, { image: planned.name, ...plan })
    },
  )
  api.post(
    '/images/:name/retire',
    {
      id: 'retireImage',
      summary: 'Deregister an image and delete its snapshots, unless something uses it',
      params,
      body: retireInput,
      answers: { 202: image },
    },
    async ({ params: { name }, body, request }) => {
      const { reason, ...input } = body
      const asked = { ...input, ...(reason && { reason }), image: name }
      return reply(202, await engine.retireImage(actorOf(request), asked))
    },
  )
  api.post(
    '/images/:name/unmark-bad',
    {
      id: 'unmarkBadImage',
      summary: 'Take back that an image is bad: what it was marked for was not its fault',
      params,
      body: unmarkBadInput,
      answers: { 200: image },
    },
    async ({ params: { name }, body: { reason }, request }) =>
      reply(200, await engine.unmarkBad(actorOf(request), { image: name, reason })),
  )
}
