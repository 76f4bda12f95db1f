import { z } from 'zod'
import { instanceFields, instanceSorts, sortKey } from '../../domain/instance-query.js'
import type { Deps } from '../deps.js'
import { age } from './answers/balancing.js'
import { foundInstance, instanceSheet } from './answers/instance.js'
import { afterOf, paged, pageOf, pageQuery } from './cursor.js'
import { instanceId } from './parameters.js'
import { seenOne } from '../seen-one.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

/** Instances of the account: of server groups, builders and, for who may see everything, all others. */
export function instancesApi({ engine }: Deps): ApiRoutes {
  const api = new ApiRoutes('Instances')
  api.get(
    '/instances',
    {
      id: 'findInstances',
      summary: 'Instances by any field, as AWS showed them last',
      description: `Words in \`q\` must all be in some field; \`field:value\` asks one field alone: ${instanceFields.join(', ')}. For example \`zone:us-east-1b health:unhealthy older:2h\`.`,
      query: {
        q: z.string().max(200, 'Search with at most 200 characters.').default(''),
        sort: z.enum(instanceSorts, `Sort by one of ${instanceSorts.join(', ')}.`).default('launched'),
        order: z.enum(['asc', 'desc'], 'Write asc or desc.').default('desc'),
        ...pageQuery,
      },
      answers: { 200: pageOf('instances', foundInstance).extend(age) },
    },
    async ({ query: { q, sort, order, limit, cursor }, request }) => {
      // A place in one order says nothing in another.
      const list = `instances by ${sort} ${order}`
      const after = afterOf(list, cursor)
      const { instances, seenAt, fault, partial } = await engine.findInstances({
        q,
        sort,
        order,
        after,
        limit,
      })
      const page = paged(request, { list, rows: instances, limit, keyOf: (each) => sortKey(each, sort) })
      return reply(200, { instances: page.rows, next: page.next, seenAt, fault, partial })
    },
  )
  api.get(
    '/instances/:id',
    {
      id: 'readInstance',
      summary: 'Everything that is known of one instance',
      params: { id: instanceId },
      answers: { 200: instanceSheet },
      problems: ['awsAway'],
    },
    async ({ params: { id } }) => {
      const { instance, details, ...rest } = await engine.readInstance(id)
      return reply(200, {
        ...seenOne(instance, 'instance', id, rest),
        details: seenOne(details, 'instance', id, rest),
        ...rest,
      })
    },
  )
  return api
}
