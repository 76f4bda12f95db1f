import { rm } from 'node:fs/promises'
import { Router, type Request, type Response } from 'express'
import { withUsers } from '../../domain/image-users.js'
import { Refusal } from '../../domain/refusal.js'
import { withRecords } from '../../engine/compare-images.js'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { bakeInput } from '../inputs/bake.js'
import { fromForm, without } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { keepPackage } from '../keep-package.js'
import { unfilled, type Filled } from '../pages/field.js'
import { firstWish } from '../pages/long-list.js'
import { imageChangesPage } from '../pages/image-changes.js'
import { imagePage } from '../pages/image.js'
import { imageList, imagesPage } from '../pages/images.js'
import { receivePackage, type Received } from '../receive-package.js'
import { readOutlook, readOutlooks } from '../retention-state.js'
import { bakeRoutes } from './bakes.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import { retentionRoutes } from './retention.js'
import { retireImageRoutes } from './retire-image.js'
import type { RouteDeps } from './route-deps.js'
import { unmarkBadRoutes } from './unmark-bad.js'

const section = '/images'

/** Images, and the form that asks for a bake of another one. */
export function imageRoutes(deps: RouteDeps): Router {
  const { parts, show } = deps
  const { history } = parts
  const routes = Router()
  routes.get('/images', remembersList(imageList(null)), async (request, response) =>
    page(request, response, unfilled),
  )
  routes.use(retentionRoutes(deps))
  oneImageRoutes(deps, routes)
  routes.post('/bakes', async (request, response) => {
    let received: Received | null = null
    try {
      received = await receivePackage(request, { dir: deps.uploadDir, maxBytes: deps.maxUploadBytes })
      const { bake } = await requestBake(deps, request, received)
      response.redirect(303, `/bakes/${bake.id}`)
    } catch (error) {
      await page(request, response, atFields(refilled(error, received?.fields ?? {}), received), 400)
    } finally {
      if (received?.file) await rm(received.file.path, { force: true })
    }
  })
  routes.use(bakeRoutes(deps), retireImageRoutes(deps), unmarkBadRoutes(deps))
  return routes

  async function page(request: Request, response: Response, filled: Filled, status = 200): Promise<void> {
    const application = queryText(request, 'application') ?? null
    const only = application ? { application } : {}
    const [every, bakes, states, applications, outlooks] = await Promise.all([
      history.everyImage(),
      history.bakes({ ...only, limit: 30 }),
      history.clusterStates(),
      history.applications(),
      readOutlooks(deps),
    ])
    const images = every.filter((image) => application === null || image.application === application)
    const goingOn = bakes.filter(({ endedAt }) => endedAt === null)
    const running = await Promise.all(goingOn.map(({ id }) => history.bake(id)))
    const { baseImage } = parts.defaults
    const model = imagesPage({
      ...placeOf(parts),
      images: images.map((image) => withUsers(image, states)),
      outlooks,
      bakes,
      running: running.filter((bake) => bake !== null),
      applications,
      chosen: application,
      wish:
        request.method === 'GET'
          ? wishOf(request, imageList(application))
          : firstWish(imageList(application)),
      filled,
      baseImage,
    })
    show(request, response, { view: 'images', section, status, model })
  }
}

/** What is in one image and where it runs, and how it is made otherwise than another. */
function oneImageRoutes(deps: RouteDeps, routes: Router): void {
  const { parts, show } = deps
  const { history } = parts
  routes.get('/images/:name', async (request, response) => {
    const { name } = request.params
    const known = await withRecords(parts, found(await history.image(name), 'image', name))
    const query = queryText(request, 'q') ?? ''
    const [states, uses, base, outlook] = await Promise.all([
      history.clusterStates(),
      deps.engine.imageUses(known.image),
      history.image(known.image.baseImageId),
      readOutlook(deps, known.image),
    ])
    const model = imagePage({
      known,
      users: withUsers(known.image, states).users,
      uses,
      base,
      outlook,
      query,
      ...placeOf(parts),
    })
    show(request, response, { view: 'image', section, model })
  })
  routes.get('/images/:name/changes', async (request, response) => {
    const { name } = request.params
    const image = found(await history.image(name), 'image', name)
    const against = queryText(request, 'against') || null
    const compared = against ? await deps.engine.compareImages({ image: image.name, against }) : null
    const images = await history.images({ application: image.application, limit: 200 })
    const others = images.filter(({ imageId }) => imageId !== image.imageId)
    show(request, response, {
      view: 'image-changes',
      section,
      model: imageChangesPage(image, others, compared),
    })
  })
}

/** A file is kept first; an address needs its digest, because nobody has seen what is there. */
async function requestBake(deps: RouteDeps, request: Request, { fields, file }: Received) {
  const { address, sha256, ...rest } = fromForm(without(fields, ['file']), {})
  if (!file && !(address && sha256)) throw noPackage(address ? 'sha256' : sha256 ? 'address' : 'file')
  const kept = file ? await keepPackage(deps, file, undefined) : null
  const source = kept
    ? { address: kept.address, sha256: kept.sha256, fileName: kept.fileName }
    : { address, sha256 }
  const input = parse(bakeInput, { ...rest, package: source })
  return await deps.engine.requestBake(actorOf(request), input)
}

function noPackage(field: string): Refusal {
  const sentence = 'Choose a package file, or give an address and its SHA-256.'
  return new Refusal('NoPackage', `${sentence} Nothing was changed.`, 'invalid', {
    faults: [{ field, sentence }],
  })
}

/** The API's fields by the names that they have on the form; what is wrong with a file is said at the file. */
function atFields(filled: Filled, received: Received | null): Filled {
  const ofFile = !received || received.file !== null
  const names = new Map([
    ['package', 'file'],
    ['package.address', 'address'],
    ['package.sha256', 'sha256'],
  ])
  return {
    values: filled.values,
    faults: filled.faults.map(({ field, sentence }) => ({
      field: (field === 'form' && ofFile ? 'file' : names.get(field)) ?? field,
      sentence,
    })),
  }
}
