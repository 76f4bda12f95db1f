import { Router } from 'express'
import { found } from '../api/not-found.js'
import { queryText } from '../api/query.js'
import { consoleOutputPage } from '../pages/console-output.js'
import { groupChangesPage } from '../pages/group-changes.js'
import { groupPage } from '../pages/group.js'
import { groupList, groupsPage } from '../pages/groups.js'
import { destroyGroupRoutes } from './destroy-group.js'
import { keepGroupRoutes } from './keep-group.js'
import { remembersList, wishOf } from './list-wish.js'
import { placeOf } from './place-of.js'
import { resizeGroupRoutes } from './resize-group.js'
import type { RouteDeps } from './route-deps.js'

const section = '/clusters'

/** All server groups, one with its instances, and what may be done with the group. */
export function groupRoutes(deps: RouteDeps): Router {
  const { parts, engine, show } = deps
  const { history } = parts
  const routes = Router()
  routes.get('/groups', remembersList(groupList), async (request, response) => {
    const wish = wishOf(request, groupList)
    const states = await history.clusterStates()
    const model = groupsPage({ ...placeOf(parts), states, wish })
    show(request, response, { view: 'groups', section, model })
  })
  routes.get('/groups/:name', async (request, response) => {
    const group = await groupOf(request.params.name)
    const view =
      group.role === 'destroyed' ? null : await engine.clusterView(group.cluster, 2000).catch(() => null)
    const log = await history.logLines({ stream: `operation:${group.operationId}`, limit: 30 })
    const zone = view?.cluster.policy.timeZone ?? parts.defaults.timeZone
    const model = groupPage({
      group,
      view: view?.groups.find((each) => each.group.name === group.name) ?? null,
      log,
      mayReturn: view?.active === null && !view.cluster.needsPerson,
      now: parts.clock.now(),
      zone,
    })
    show(request, response, { view: 'group', section, model, seenAt: view?.seenAt ?? null, zone })
  })
  routes.get('/groups/:name/changes', async (request, response) => {
    const group = await groupOf(request.params.name)
    const { groups, cluster } = found(await history.clusterState(group.cluster), 'cluster', group.cluster)
    const against = queryText(request, 'against') || null
    const compared = against ? await engine.compareGroups({ group: group.name, against }) : null
    const others = groups.filter(({ name }) => name !== group.name)
    const model = groupChangesPage(group, others, against, compared?.changes ?? null)
    show(request, response, { view: 'group-changes', section, model, zone: cluster.policy.timeZone })
  })
  routes.get('/groups/:name/instances/:id', async (request, response) => {
    const { name, id } = request.params
    const group = await groupOf(name)
    const { groups, seenAt } = await engine.clusterView(group.cluster, 2000)
    const instances = groups.find((each) => each.group.name === name)?.instances ?? []
    const instance = instances.find((each) => each.instanceId === id)
    found(instance, `instance of ${name}`, id)
    const model = consoleOutputPage(group, id, await parts.cloud.consoleOutput(id))
    show(request, response, { view: 'console-output', section, model, seenAt })
  })
  routes.use(keepGroupRoutes(deps), resizeGroupRoutes(deps), destroyGroupRoutes(deps))
  return routes

  async function groupOf(name: string) {
    return found(await history.serverGroup(name), 'server group', name)
  }
}
