import { Router } from 'express'
import { loadBalancerPage } from '../pages/load-balancer.js'
import { balancerList, loadBalancersPage } from '../pages/load-balancers.js'
import { targetGroupPage } from '../pages/target-group.js'
import { targetGroupList, targetGroupsPage } from '../pages/target-groups.js'
import { seenOne } from '../seen-one.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import type { RouteDeps } from './route-deps.js'

const section = '/load-balancers'

/** Load balancers and target groups of the account, as one shared look shows them. */
export function loadBalancerRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/load-balancers', remembersList(balancerList), async (request, response) => {
    const wish = wishOf(request, balancerList)
    const seen = await engine.readBalancing()
    const { now, zone } = placeOf(parts)
    const model = loadBalancersPage({ seen, wish, zone, now })
    show(request, response, { view: 'load-balancers', section, model, seenAt: seen.seenAt })
  })
  routes.get('/load-balancers/:name', async (request, response) => {
    const { name } = request.params
    const seen = await engine.readBalancer(name)
    const { now, zone } = placeOf(parts)
    const model = loadBalancerPage(seenOne(seen.balancer, 'load balancer', name, seen), seen, zone, now)
    show(request, response, { view: 'load-balancer', section, model, seenAt: seen.seenAt })
  })
  routes.get('/target-groups', remembersList(targetGroupList), async (request, response) => {
    const wish = wishOf(request, targetGroupList)
    const seen = await engine.readBalancing()
    const { now, zone } = placeOf(parts)
    const model = targetGroupsPage({ seen, wish, zone, now })
    show(request, response, { view: 'target-groups', section, model, seenAt: seen.seenAt })
  })
  routes.get('/target-groups/:name', async (request, response) => {
    const { name } = request.params
    const seen = await engine.readTargetGroup(name)
    const { now, zone } = placeOf(parts)
    const model = targetGroupPage(seenOne(seen.targetGroup, 'target group', name, seen), seen, zone, now)
    show(request, response, { view: 'target-group', section, model, seenAt: seen.seenAt })
  })
  return routes
}
