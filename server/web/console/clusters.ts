import { Router } from 'express'
import { actorOf } from '../guard/signed-in.js'
import { clusterPage } from '../pages/cluster.js'
import { clustersPage } from '../pages/clusters.js'
import { clusterList } from '../pages/live-row.js'
import { found } from '../api/not-found.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import type { RouteDeps } from './route-deps.js'

const section = '/clusters'
/** A page may show what was read this long ago; it says when that was. */
const pageAgeMs = 2_000

export function clusterRoutes({ parts, engine, show, traffic }: RouteDeps): Router {
  const routes = Router()
  const { history } = parts
  routes.get('/clusters', remembersList(clusterList), async (request, response) => {
    const wish = wishOf(request, clusterList)
    const states = await history.clusterStates()
    const model = clustersPage({ ...placeOf(parts), states, wish })
    show(request, response, { view: 'clusters', section, model })
  })
  routes.get('/clusters/:name', async (request, response) => {
    const { name } = request.params
    found(await history.clusterState(name), 'cluster', name)
    const view = await engine.clusterView(name, pageAgeMs)
    const { cluster, live } = view
    const [operations, log, series] = await Promise.all([
      history.operations({ cluster: name, limit: 15 }),
      history.logLines({ cluster: name, limit: 200 }),
      traffic.of(cluster.loadBalancerArn, live?.group.targetGroupArn ?? null),
    ])
    const { now, region, paceDivisor } = placeOf(parts)
    const model = clusterPage({ view, history: operations, log, traffic: series, now, region, paceDivisor })
    show(request, response, {
      view: 'cluster',
      section,
      model,
      seenAt: view.seenAt,
      zone: cluster.policy.timeZone,
    })
  })
  routes.post('/clusters/:name/restore', async (request, response) => {
    await engine.restoreRule(actorOf(request), request.params.name)
    response.redirect(303, `/clusters/${request.params.name}`)
  })
  routes.post('/clusters/:name/resume-queue', async (request, response) => {
    await engine.resumeQueue(actorOf(request), request.params.name)
    response.redirect(303, `/clusters/${request.params.name}`)
  })
  return routes
}
