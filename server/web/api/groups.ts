import { holdsWords } from '../../domain/find.js'
import { listedGroups, wordsOfGroup } from '../../domain/listed-group.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { compareInput, destroyInput, keepEnd, keepInput, resizeInput } from '../inputs/group.js'
import { traffic } from './answers/cluster.js'
import { consoleOutput, destroyed, group, instances, listedGroup } from './answers/group.js'
import { started } from './answers/operation.js'
import { comparison, resizePlan } from './answers/plan.js'
import { pageOf, pageQuery } from './cursor.js'
import { pageByKey } from './list-page.js'
import { found } from './not-found.js'
import { groupName, instanceId, wordsWanted } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'
import { shownGroup, shownListedGroup, startedWith } from './shown.js'

const params = { name: groupName }
/** So old may a look at AWS be for these: several who ask at once share it. */
const lookAgeMs = 2000
const trafficMs = 6 * 3_600_000

export function groupsApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Server groups')
  toList(api, deps)
  toRead(api, deps)
  toKeep(api, deps)
  toResize(api, deps)
  return api
}

function toList(api: ApiRoutes, { parts }: Deps): void {
  api.get(
    '/groups',
    {
      id: 'listAllGroups',
      summary: 'The server groups of all clusters by name, from their records; destroyed ones are left out',
      query: {
        ...pageQuery,
        q: wordsWanted(
          'Only those that hold every word of it: in name, cluster, application, version, image, state, or as “next”, “degraded”, “lost”, “kept by NAME”.',
        ),
      },
      answers: { 200: pageOf('groups', listedGroup) },
    },
    async (asked) => {
      const all = listedGroups(await parts.history.clusterStates())
      const { q = '' } = asked.query
      const meant = q === '' ? all : all.filter((each) => holdsWords(q, wordsOfGroup(each)))
      const page = pageByKey(asked, 'groups', meant, ({ group: { name } }) => name)
      return reply(200, { groups: page.rows.map(shownListedGroup), next: page.next })
    },
  )
}

function toRead(api: ApiRoutes, { parts, engine }: Deps): void {
  const groupOf = async (name: string) => found(await parts.history.serverGroup(name), 'server group', name)
  api.get(
    '/groups/:name',
    { id: 'readGroup', summary: 'A server group by its record', params, answers: { 200: group } },
    async ({ params: { name } }) => reply(200, shownGroup(await groupOf(name))),
  )
  api.get(
    '/groups/:name/changes',
    {
      id: 'compareGroups',
      summary: 'How a group is made otherwise than another, field by field, as AWS shows both now',
      params,
      query: compareInput.shape,
      answers: { 200: comparison },
    },
    async ({ params: { name }, query: { against } }) =>
      reply(200, await engine.compareGroups({ group: name, against })),
  )
  api.get(
    '/groups/:name/instances',
    {
      id: 'listInstances',
      summary: 'The instances of a group, from a look at AWS',
      params,
      answers: { 200: instances },
    },
    async ({ params: { name } }) => {
      const { cluster, role } = await groupOf(name)
      if (role === 'destroyed') return reply(200, { group: name, instances: [], seenAt: null, fault: null })
      const view = await engine.clusterView(cluster, lookAgeMs)
      const seen = view.groups.find((each) => each.group.name === name)
      return reply(200, {
        group: name,
        instances: seen?.instances ?? [],
        seenAt: view.seenAt,
        fault: view.fault,
      })
    },
  )
  api.get(
    '/groups/:name/instances/:id/console',
    {
      id: 'readConsoleOutput',
      summary: 'The last lines of an instance’s console',
      params: { name: groupName, id: instanceId },
      answers: { 200: consoleOutput },
    },
    async ({ params: { name, id } }) => {
      const view = await engine.clusterView((await groupOf(name)).cluster, lookAgeMs)
      const ofGroup = view.groups.find((each) => each.group.name === name)?.instances ?? []
      found(
        ofGroup.find((each) => each.instanceId === id),
        `instance of ${name}`,
        id,
      )
      const output = await parts.cloud.consoleOutput(id)
      return reply(200, { group: name, instanceId: id, output })
    },
  )
  api.get(
    '/groups/:name/traffic',
    {
      id: 'readTraffic',
      summary: 'Requests, errors and latency of a group over the last six hours',
      params,
      answers: { 200: traffic },
    },
    async ({ params: { name } }) => {
      const { cluster, targetGroupArn } = await groupOf(name)
      const state = await parts.history.clusterState(cluster)
      const balancer = state?.cluster.loadBalancerArn
      if (!balancer || !targetGroupArn) return reply(200, { group: name, periodSec: 60, points: [] })
      const series = await parts.account.traffic(balancer, targetGroupArn, trafficMs)
      return reply(200, { group: name, periodSec: series.periodSec, points: series.points })
    },
  )
}

function toKeep(api: ApiRoutes, { parts, engine }: Deps): void {
  api.post(
    '/groups/:name/keep',
    {
      id: 'keepGroup',
      summary: 'Keep a group until a moment, for some hours, or for ever (`until: null`)',
      params,
      body: keepInput,
      answers: { 200: group },
    },
    async ({ params: { name }, body, request }) => {
      const until = keepEnd(body, parts.clock.now())
      const kept = await engine.keepGroup(actorOf(request), { group: name, until, why: body.why })
      return reply(200, shownGroup(kept))
    },
  )
  api.post(
    '/groups/:name/release',
    {
      id: 'releaseGroup',
      summary: 'End the keeping of a group: its own expiry holds again',
      params,
      answers: { 200: group },
    },
    async ({ params: { name }, request }) =>
      reply(200, shownGroup(await engine.releaseGroup(actorOf(request), name))),
  )
  api.post(
    '/groups/:name/destroy',
    {
      id: 'destroyGroup',
      summary: 'Destroy a group that carries no traffic',
      params,
      body: destroyInput,
      answers: { 200: destroyed, 202: started },
    },
    async ({ params: { name }, body, request }) => {
      const asked = { group: name, reason: body.reason ?? '', override: body.override }
      const { operation } = await engine.destroyGroup(actorOf(request), asked)
      return operation ? reply(202, startedWith(operation)) : reply(200, { alreadyDestroyed: true as const })
    },
  )
}

function toResize(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/groups/:name/resize/plan',
    {
      id: 'planResize',
      summary: 'What a resize would do, in AWS calls; changes nothing',
      params,
      body: resizeInput,
      answers: { 200: resizePlan },
    },
    async ({ params: { name }, body }) => reply(200, await engine.planResize({ ...body, group: name })),
  )
  api.post(
    '/groups/:name/resize',
    {
      id: 'resizeGroup',
      summary: 'Set the bounds of a live group, or hold a warm one at more',
      params,
      body: resizeInput,
      answers: { 202: started },
    },
    async ({ params: { name }, body, request }) => {
      const { operation } = await engine.resizeGroup(actorOf(request), { ...body, group: name })
      return reply(202, startedWith(operation))
    },
  )
}
