import { Router } from 'express'
import { isActive } from '../../domain/operation.js'
import { Refusal } from '../../domain/refusal.js'
import { whereIs } from '../../domain/scope.js'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { deployForm, deployInput } from '../inputs/deployment.js'
import { fromForm, without } from '../inputs/form.js'
import { refuseRetired } from '../../engine/retired-cluster.js'
import { parse } from '../inputs/parse.js'
import { deployPage } from '../pages/deploy.js'
import { deployWherePage } from '../pages/deploy-where.js'
import type { RouteDeps } from './route-deps.js'

const section = '/clusters'

export function deployRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  const { history } = parts
  routes.get('/deploy', async (request, response) => {
    const name = queryText(request, 'image')
    const image = name ? found(await history.image(name), 'image', name) : null
    const clusters = (await history.clusters()).filter(
      (each) => !each.retired && (!image || each.application === image.application),
    )
    const only = clusters.length === 1 ? clusters[0] : undefined
    if (only)
      return response.redirect(
        303,
        `/clusters/${only.name}/deploy${image ? `?image=${encodeURIComponent(image.name)}` : ''}`,
      )
    show(request, response, { view: 'deploy-where', section, model: deployWherePage(clusters, image) })
  })
  routes.get('/clusters/:name/deploy', async (request, response) => {
    const { name } = request.params
    const { cluster, operations } = found(await history.clusterState(name), 'cluster', name)
    refuseRetired(cluster)
    const images = await history.images({ application: cluster.application, limit: 100 })
    const values = fromForm(without(request.query, ['queue']), { numbers: deployForm.numbers })
    const chosen = typeof values.image === 'string' ? values.image : null
    const active = operations.find(isActive) ?? null
    const plan = chosen
      ? await engine.planDeploy({
          ...parse(deployInput, { ...values, ...(active && { queue: true }) }),
          cluster: name,
        })
      : null
    const image = plan ? (images.find((each) => each.imageId === plan.image.imageId) ?? null) : null
    const may = plan ?? (await engine.mayStart('deploy', whereIs(cluster)))
    const model = deployPage({
      cluster: name,
      application: cluster.application,
      images,
      plan,
      image,
      active,
      may,
      filled: { values, faults: [] },
    })
    show(request, response, { view: 'deploy', section, model, zone: cluster.policy.timeZone })
  })
  routes.post('/clusters/:name/deploy', async (request, response) => {
    const { name } = request.params
    const input = parse(deployInput, fromForm(request.body, deployForm))
    try {
      const { operation } = await engine.deploy(actorOf(request), { ...input, cluster: name })
      response.redirect(303, `/operations/${operation.id}`)
    } catch (error) {
      throw withQueue(error, name, input.image)
    }
  })
  return routes
}

/** A refusal because something else runs offers the page that queues. */
function withQueue(error: unknown, cluster: string, image: string): unknown {
  if (!(error instanceof Refusal) || error.kind !== 'conflict' || error.details.ways?.some((way) => way.href))
    return error
  const way = {
    label: `Look at the deployment of ${image} again`,
    href: `/clusters/${cluster}/deploy?image=${encodeURIComponent(image)}`,
  }
  return new Refusal(error.code, error.message, error.kind, {
    ...error.details,
    ways: [...(error.details.ways ?? []), way],
  })
}
