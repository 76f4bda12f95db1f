import { Router } from 'express'
import { instancePage } from '../pages/instance.js'
import { instanceList, instancesPage } from '../pages/instances.js'
import { seenOne } from '../seen-one.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import type { RouteDeps } from './route-deps.js'

const section = '/instances'

/** Instances of the account, found by any field, and each by itself. */
export function instanceRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  const list = instanceList(() => parts.clock.now())
  routes.get('/instances', remembersList(list), async (request, response) => {
    const wish = wishOf(request, list)
    const seen = await engine.listInstances()
    const { now, zone } = placeOf(parts)
    const model = instancesPage({ seen, wish, list, zone, now })
    show(request, response, { view: 'instances', section, model, seenAt: seen.seenAt })
  })
  routes.get('/instances/:id', async (request, response) => {
    const { id } = request.params
    const sheet = await engine.readInstance(id)
    const { now, zone } = placeOf(parts)
    const instance = seenOne(sheet.instance, 'instance', id, sheet)
    const details = seenOne(sheet.details, 'instance', id, sheet)
    const model = instancePage({ sheet, instance, details, now, zone })
    show(request, response, { view: 'instance', section, model, seenAt: sheet.seenAt })
  })
  return routes
}
