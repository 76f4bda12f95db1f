import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { adoptInput, adoptionInput, giveBackInput } from '../inputs/cluster.js'
import { adoptable, adoptionPlan, giveBackPlan } from './answers/adoption.js'
import { started, startedCluster } from './answers/operation.js'
import { clusterName } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'
import { startedWith } from './shown.js'

const params = { name: clusterName }

/** Clusters that somebody else made: found, planned, adopted; and clusters of ours, given back. */
export function adoptionApi({ engine }: Deps): ApiRoutes {
  const api = new ApiRoutes('Adoption')
  api.get(
    '/adoptable',
    {
      id: 'listAdoptable',
      summary:
        'Auto Scaling groups that are not Delling’s: which could be adopted, and what stands in the way of the others',
      answers: { 200: adoptable },
    },
    async () => reply(200, await engine.adoptable()),
  )
  api.post(
    '/adoptable/:name/plan',
    {
      id: 'planAdoption',
      summary: 'What adopting a cluster would write, expect and derive; changes nothing',
      params,
      body: adoptionInput,
      answers: { 200: adoptionPlan },
    },
    async ({ params: { name: cluster }, body }) =>
      reply(200, await engine.planAdoption({ ...body, cluster })),
  )
  api.post(
    '/adoptable/:name/adopt',
    {
      id: 'adoptCluster',
      summary: 'Make groups that somebody else made a cluster of Delling’s; nothing but marks is written',
      params,
      body: adoptInput,
      answers: { 202: startedCluster },
    },
    async ({ params: { name }, body, request }) => {
      const { operation, cluster } = await engine.adoptWholeCluster(actorOf(request), {
        ...body,
        cluster: name,
      })
      return reply(202, { ...startedWith(operation), cluster })
    },
  )
  api.post(
    '/clusters/:name/give-back/plan',
    {
      id: 'planGiveBack',
      summary: 'What giving a cluster back would put back and unmark; changes nothing',
      params,
      answers: { 200: giveBackPlan },
    },
    async ({ params: { name } }) => reply(200, await engine.planGiveBack(name)),
  )
  api.post(
    '/clusters/:name/give-back',
    {
      id: 'giveBack',
      summary: 'Let a cluster go without destroying anything of it',
      params,
      body: giveBackInput,
      answers: { 202: started },
    },
    async ({ params: { name: cluster }, body, request }) => {
      const { operation } = await engine.giveClusterBack(actorOf(request), { ...body, cluster })
      return reply(202, startedWith(operation))
    },
  )
  return api
}
