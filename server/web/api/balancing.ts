import type { BalancerView } from '../../domain/balancing-view.js'
import type { Deps } from '../deps.js'
import { age, balancer, balancerSummary, targetGroup, targetGroupSettings } from './answers/balancing.js'
import { pageOf, pageQuery } from './cursor.js'
import { pageByKey } from './list-page.js'
import { balancerName, targetGroupName } from './parameters.js'
import { seenOne } from '../seen-one.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** What balances load in the account: as AWS showed it last, read once for everybody who asks. */
export function balancingApi({ engine }: Deps): ApiRoutes {
  const api = new ApiRoutes('Load balancers')
  api.get(
    '/load-balancers',
    {
      id: 'listLoadBalancers',
      summary: 'The application load balancers of the account, by name',
      query: pageQuery,
      answers: { 200: pageOf('loadBalancers', balancerSummary).extend(age) },
    },
    async (asked) => {
      const { balancers, seenAt, fault, partial } = await engine.readBalancing()
      const page = pageByKey(asked, 'load-balancers', balancers, ({ name }) => name)
      return reply(200, { loadBalancers: page.rows.map(summaryOf), next: page.next, seenAt, fault, partial })
    },
  )
  api.get(
    '/load-balancers/:name',
    {
      id: 'readLoadBalancer',
      summary: 'One load balancer: its listeners, its rules in order, where they lead and whose they are',
      params: { name: balancerName },
      answers: { 200: balancer },
      problems: ['awsAway'],
    },
    async ({ params: { name } }) => {
      const { balancer: seen, ...rest } = await engine.readBalancer(name)
      return reply(200, { ...seenOne(seen, 'load balancer', name, rest), ...rest })
    },
  )
  api.get(
    '/target-groups',
    {
      id: 'listTargetGroups',
      summary: 'The target groups of the account with the health of their targets, by name',
      query: pageQuery,
      answers: { 200: pageOf('targetGroups', targetGroup).extend(age) },
    },
    async (asked) => {
      const { targetGroups, seenAt, fault, partial } = await engine.readBalancing()
      const page = pageByKey(asked, 'target-groups', targetGroups, ({ name }) => name)
      return reply(200, { targetGroups: page.rows, next: page.next, seenAt, fault, partial })
    },
  )
  api.get(
    '/target-groups/:name',
    {
      id: 'readTargetGroup',
      summary: 'One target group: its targets, the server group that fills it and the rules that lead to it',
      params: { name: targetGroupName },
      answers: {
        200: targetGroup.extend({ ...age, settings: targetGroupSettings }).meta({ id: 'SeenTargetGroup' }),
      },
      problems: ['awsAway'],
    },
    async ({ params: { name } }) => {
      const { targetGroup: seen, ...rest } = await engine.readTargetGroup(name)
      return reply(200, { ...seenOne(seen, 'target group', name, rest), ...rest })
    },
  )
  return api
}

function summaryOf({ listeners, securityGroupIds: _ids, ...rest }: BalancerView) {
  return {
    ...rest,
    listeners: listeners.map(({ port, protocol, url, rules }) => ({
      port,
      protocol,
      url,
      rules: rules.length,
    })),
  }
}
