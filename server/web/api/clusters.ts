import { z } from 'zod'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { clusterInput, decommissionInput } from '../inputs/cluster.js'
import { clusterEditInput } from '../inputs/cluster-edit.js'
import { changesInput, deployInput, switchBackInput } from '../inputs/deployment.js'
import { clusterNamed, clusterStatus, clusterSummary } from './answers/cluster.js'
import { group } from './answers/group.js'
import { started, startedCluster, startedWarned } from './answers/operation.js'
import {
  changesOfDeploy,
  clusterPlan,
  decommissionPlan,
  deployPlan,
  edited,
  editPlan,
  switchBackPlan,
} from './answers/plan.js'
import { listOf } from './answers/values.js'
import { afterOf, paged, pageOf, pageQuery } from './cursor.js'
import { clusterName, wordsWanted } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'
import { shownClusterSummary, shownGroup, startedWith } from './shown.js'
import { found } from './not-found.js'

const params = { name: clusterName }

export function clustersApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Clusters')
  toRead(api, deps)
  toCreate(api, deps)
  toEdit(api, deps)
  toDeploy(api, deps)
  toSwitchBack(api, deps)
  toDecommission(api, deps)
  return api
}

function toRead(api: ApiRoutes, { engine, parts }: Deps): void {
  api.get(
    '/clusters',
    {
      id: 'listClusters',
      summary: 'Clusters, by name, from their records',
      query: {
        ...pageQuery,
        q: wordsWanted(
          'Only those that hold every word of it: in name, application, version, or as “needs a person”.',
        ),
      },
      answers: { 200: pageOf('clusters', clusterSummary) },
    },
    async ({ query: { limit, cursor, q }, request }) => {
      const after = afterOf('clusters', cursor)
      const rows = await engine.clusterSummaries({ after, limit: limit + 1, words: q })
      const page = paged(request, { list: 'clusters', rows, limit, keyOf: ({ name }) => name })
      return reply(200, { clusters: page.rows.map(shownClusterSummary), next: page.next })
    },
  )
  api.get(
    '/clusters/:name',
    {
      id: 'readCluster',
      summary: 'A cluster: who carries the traffic, and what could take it back',
      params,
      answers: { 200: clusterStatus },
    },
    async ({ params: { name } }) => reply(200, engine.statusDocument(await engine.clusterView(name))),
  )
  api.get(
    '/clusters/:name/groups',
    {
      id: 'listGroups',
      summary:
        'The groups of a cluster by their records, newest first: those that are there, and the last fifty destroyed',
      params,
      answers: { 200: z.object({ groups: listOf(group) }) },
    },
    async ({ params: { name } }) => {
      const state = found(await parts.history.clusterState(name), 'cluster', name)
      const destroyed = await parts.history.destroyedGroups(name, 50)
      return reply(200, { groups: [...[...state.groups].reverse(), ...destroyed].map(shownGroup) })
    },
  )
}

function toCreate(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/clusters/plan',
    {
      id: 'planCluster',
      summary: 'What creating a cluster would do, in AWS calls; changes nothing',
      body: clusterInput,
      answers: { 200: clusterPlan },
    },
    async ({ body }) => {
      const { settings: _settings, policy: _policy, ...shown } = await engine.planCluster(body)
      return reply(200, shown)
    },
  )
  api.post(
    '/clusters',
    {
      id: 'createCluster',
      summary: 'Create a cluster and launch its first server group',
      body: clusterInput,
      answers: { 202: startedCluster },
    },
    async ({ body, request }) => {
      const { operation, cluster } = await engine.createCluster(actorOf(request), body)
      return reply(202, { ...startedWith(operation), cluster })
    },
  )
}

function toEdit(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/clusters/:name/edit/plan',
    {
      id: 'planClusterEdit',
      summary: 'What editing a cluster would change; changes nothing',
      params,
      body: clusterEditInput,
      answers: { 200: editPlan },
    },
    async ({ params: { name }, body }) => reply(200, await engine.planEdit(name, body)),
  )
  api.post(
    '/clusters/:name/edit',
    {
      id: 'editCluster',
      summary: 'Edit what the next launch of a cluster gets, and its policy; null empties a field',
      params,
      body: clusterEditInput,
      answers: { 200: edited },
    },
    async ({ params: { name }, body, request }) =>
      reply(200, await engine.editCluster(actorOf(request), name, body)),
  )
}

function toDeploy(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/clusters/:name/deployments/plan',
    {
      id: 'planDeployment',
      summary: 'What a deployment would do, in AWS calls; changes nothing',
      params,
      body: deployInput,
      answers: { 200: deployPlan },
    },
    async ({ params: { name }, body }) => reply(200, await engine.planDeploy({ ...body, cluster: name })),
  )
  api.get(
    '/clusters/:name/changes',
    {
      id: 'readChanges',
      summary: 'What deploying an image would change against the live group; changes nothing',
      params,
      query: changesInput.shape,
      answers: { 200: changesOfDeploy },
    },
    async ({ params: { name }, query: { image } }) => {
      const plan = await engine.planDeploy({ image, cluster: name })
      const { cluster, from, to, differences, changes } = plan
      return reply(200, { cluster, from, to, image: plan.image, differences, changes })
    },
  )
  api.post(
    '/clusters/:name/deployments',
    {
      id: 'deploy',
      summary: 'Deploy an image to a cluster',
      params,
      body: deployInput,
      answers: { 202: startedWarned },
    },
    async ({ params: { name }, body, request }) => {
      const { operation, warnings } = await engine.deploy(actorOf(request), { ...body, cluster: name })
      return reply(202, { ...startedWith(operation), warnings })
    },
  )
  api.post(
    '/clusters/:name/queue/resume',
    {
      id: 'resumeQueue',
      summary: 'Let a queue go on that stands still after a failed or rolled-back deployment',
      params,
      answers: { 200: clusterNamed },
    },
    async ({ params: { name }, request }) => {
      await engine.resumeQueue(actorOf(request), name)
      return reply(200, { cluster: name })
    },
  )
}

function toSwitchBack(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/clusters/:name/rollback/plan',
    {
      id: 'planRollback',
      summary: 'Whether a switch back would work now, and what it would do; changes nothing',
      params,
      body: switchBackInput,
      answers: { 200: switchBackPlan },
    },
    async ({ params: { name }, body }) => reply(200, await engine.planSwitchBack({ ...body, cluster: name })),
  )
  api.post(
    '/clusters/:name/rollback',
    {
      id: 'rollBack',
      summary: 'Switch the traffic back to a warm group',
      params,
      body: switchBackInput,
      answers: { 202: startedWarned },
    },
    async ({ params: { name }, body, request }) => {
      const { operation, warnings } = await engine.switchBack(actorOf(request), { ...body, cluster: name })
      return reply(202, { ...startedWith(operation), warnings })
    },
  )
  api.post(
    '/clusters/:name/restore',
    {
      id: 'restoreRule',
      summary: 'Put the listener rule back that somebody else changed',
      params,
      answers: { 202: clusterNamed },
    },
    async ({ params: { name }, request }) => {
      await engine.restoreRule(actorOf(request), name)
      return reply(202, { cluster: name })
    },
  )
}

function toDecommission(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/clusters/:name/decommission/plan',
    {
      id: 'planDecommission',
      summary: 'Everything that retiring a cluster would destroy; changes nothing',
      params,
      answers: { 200: decommissionPlan },
    },
    async ({ params: { name } }) => reply(200, await engine.planDecommission(name)),
  )
  api.post(
    '/clusters/:name/decommission',
    {
      id: 'decommission',
      summary: 'Retire a whole cluster, its live group included',
      params,
      body: decommissionInput,
      answers: { 202: started },
    },
    async ({ params: { name: cluster }, body, request }) => {
      const { operation } = await engine.decommission(actorOf(request), { ...body, cluster })
      return reply(202, startedWith(operation))
    },
  )
}
