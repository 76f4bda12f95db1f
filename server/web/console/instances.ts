import { Router, type Request } from 'express'
import { instanceSorts, sortKey, type InstancePage } from '../../domain/instance-query.js'
import { afterOf, paged } from '../api/cursor.js'
import { queryText } from '../api/query.js'
import { instancePage } from '../pages/instance.js'
import { instancesPage } from '../pages/instances.js'
import { seenOne } from '../seen-one.js'
import { placeOf } from './place-of.js'
import type { RouteDeps } from './route-deps.js'

const section = '/instances'
const pageLength = 100

/** Instances of the account, found by any field, and each by itself. */
export function instanceRoutes({ parts, engine, show }: RouteDeps): Router {
  const routes = Router()
  routes.get('/instances', async (request, response) => {
    const page = pageAsked(request)
    const seen = await engine.findInstances(page)
    const { now, zone } = placeOf(parts)
    const { rows, next } = paged(request, {
      list: listName(page),
      rows: seen.instances,
      limit: page.limit,
      keyOf: (each) => sortKey(each, page.sort),
    })
    const model = instancesPage({ seen, page, rows, next, zone, now })
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

/** What an address asks for; a sort that is none is the usual one. */
function pageAsked(request: Request): InstancePage {
  const wanted = queryText(request, 'sort')
  const sort = instanceSorts.find((each) => each === wanted) ?? 'launched'
  const order = queryText(request, 'order') === 'asc' ? 'asc' : 'desc'
  const q = (queryText(request, 'q') ?? '').slice(0, 200)
  const page = { q, sort, order, limit: pageLength } as const
  return { ...page, after: afterOf(listName(page), queryText(request, 'cursor')) }
}

/** A place in one order says nothing in another. */
const listName = ({ sort, order }: Pick<InstancePage, 'sort' | 'order'>) => `instances by ${sort} ${order}`
