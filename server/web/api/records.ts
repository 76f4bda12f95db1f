import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Deps } from '../deps.js'
import { holdsWords } from '../../domain/find.js'
import { shownTestValue } from '../../domain/smoke-test.js'
import { personOf } from '../guard/signed-in.js'
import { streamEvents } from '../live-feed.js'
import { seesRow } from '../reader-history.js'
import { call } from './answers/operation.js'
import { finding, logRow, obligation } from './answers/record.js'
import { listOf } from './answers/values.js'
import { paged, pageOf, pageQuery, seqAfterOf } from './cursor.js'
import { pageAfterRow, pageByKey } from './list-page.js'
import { Media } from './media.js'
import { aMomentInTime, onlyOfApplication, onlyOfCluster, operationId, wordsWanted } from './parameters.js'
import { reply, sent } from './route.js'
import { ApiRoutes } from './routes.js'

const seq = z.coerce
  .number('Write the number of an event.')
  .int('Write the number of an event.')
  .min(0, 'Write the number of an event.')
  .max(Number.MAX_SAFE_INTEGER, 'Write the number of an event.')

const eventStream = new Media(
  'text/event-stream',
  'Each event as `event: change` with its number as `id` and `{seq, stream, cluster, type, sentence, at}` as data. `event: away` with `{since}` while the database does not answer, and `event: back` once it does. A comment every 15 seconds keeps the connection.',
)

/** What happened, over all applications: the deploy log, the audit trail, AWS calls, what is owed, and the live stream. */
export function recordsApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Records')
  toReadTheLog(api, deps)
  toReadWhatWasDone(api, deps)
  toFollow(api, deps)
  toFind(api, deps)
  return api
}

function toReadTheLog(api: ApiRoutes, { parts: { history } }: Deps): void {
  api.get(
    '/log',
    {
      id: 'readLog',
      summary: 'The deploy log over all applications, newest first',
      query: {
        cluster: onlyOfCluster,
        application: onlyOfApplication,
        before: seq.optional().describe('Only what is older than the event of this number.'),
        ...pageQuery,
      },
      answers: { 200: pageOf('log', logRow) },
    },
    async ({ query: { cluster, application, before, limit, cursor }, request }) => {
      const beforeSeq = seqAfterOf('log', cursor) ?? before
      const rows = await history.log({
        ...(cluster && { cluster }),
        ...(application && { application }),
        ...(beforeSeq && { beforeSeq }),
        limit: limit + 1,
      })
      const page = paged(request, { list: 'log', rows, limit, keyOf: (row) => String(row.seq) })
      return reply(200, { log: page.rows, next: page.next })
    },
  )
  api.get(
    '/audit',
    {
      id: 'readAudit',
      summary: 'The audit trail: who did what, when and why, newest first',
      description:
        'Every change by a person, a job or the engine, over all applications. The AWS requests that came of one are at `/calls` and in its operation.',
      query: {
        by: z.string().max(200).optional().describe('Only by this person or job, by name.'),
        type: z.string().max(100).optional().describe('Only events of this type, such as Requested.'),
        cluster: onlyOfCluster,
        application: onlyOfApplication,
        from: aMomentInTime.optional().describe('From this moment on.'),
        to: aMomentInTime.optional().describe('Before this moment.'),
        ...pageQuery,
      },
      answers: { 200: pageOf('audit', logRow) },
    },
    async ({ query: { limit, cursor, ...filter }, request }) => {
      const beforeSeq = seqAfterOf('audit', cursor)
      const rows = await history.log({ ...filter, ...(beforeSeq && { beforeSeq }), limit: limit + 1 })
      const page = paged(request, { list: 'audit', rows, limit, keyOf: (row) => String(row.seq) })
      return reply(200, { audit: page.rows, next: page.next })
    },
  )
}

function toReadWhatWasDone(api: ApiRoutes, { parts: { history } }: Deps): void {
  api.get(
    '/calls',
    {
      id: 'listCalls',
      summary: 'AWS requests that change something, with AWS’s request ids, newest first',
      query: { operation: operationId.optional(), cluster: onlyOfCluster, ...pageQuery },
      answers: { 200: pageOf('calls', call) },
    },
    async (asked) => {
      const { operation, cluster } = asked.query
      const only = { ...(operation && { operationId: operation }), ...(cluster && { cluster }) }
      const page = await pageAfterRow(asked, 'calls', {
        rowOf: (id) => history.intent(id),
        read: (from) => history.intents({ ...only, ...from }),
        idOf: ({ id }) => id,
      })
      return reply(200, { calls: page.rows, next: page.next })
    },
  )
  api.get(
    '/obligations',
    {
      id: 'listObligations',
      summary: 'What is changed in the account for a while and will be put back, oldest first',
      query: {
        q: wordsWanted('Only those that hold every word of it: in object, cluster or kind.').default(''),
        ...pageQuery,
      },
      answers: { 200: pageOf('obligations', obligation) },
    },
    async (asked) => {
      const open = (await history.obligations()).filter(
        ({ closedAt, object, cluster, kind }) =>
          closedAt === null && holdsWords(asked.query.q, [object, cluster, kind]),
      )
      const page = pageByKey(
        asked,
        'obligations',
        open,
        ({ openedAt, id }) => `${openedAt.toISOString()} ${id}`,
      )
      return reply(200, {
        next: page.next,
        obligations: page.rows.map(({ id, kind, object, cluster, operationId: of, original, openedAt }) => ({
          id,
          kind,
          object,
          cluster,
          operationId: of,
          original: 'testValue' in original ? { testValue: shownTestValue(original.testValue) } : original,
          openedAt,
        })),
      })
    },
  )
}

function toFollow(api: ApiRoutes, { parts, senders, allEvents, system }: Deps): void {
  api.get(
    '/events',
    {
      id: 'followEvents',
      summary: 'What happens, as it happens',
      description:
        'A stream of server-sent events that stays open. Without `Last-Event-ID` it begins now; with it, or with `after`, it first sends everything since that event, so that a client that was away misses nothing. Numbers have gaps and only grow.',
      query: {
        after: seq.optional().describe('The last event that was seen; `Last-Event-ID` goes before it.'),
      },
      headers: {
        'Last-Event-ID': 'The last event that was seen, as browsers send it when they connect again.',
      },
      answers: { 200: eventStream },
    },
    ({ query: { after }, request, response }) => {
      const last = request.get('last-event-id')
      const person = personOf(request)
      response.on('close', system.streams.join())
      streamEvents(
        response,
        allEvents,
        parts.store,
        last && /^\d{1,15}$/.test(last) ? Number(last) : (after ?? null),
        {
          sees: (row) => seesRow(person, row),
          stays: async () => isDeepStrictEqual((await senders.again(request))?.person, person),
        },
      )
      return sent(200)
    },
  )
}

function toFind(api: ApiRoutes, { engine }: Deps): void {
  api.get(
    '/find',
    {
      id: 'find',
      summary: 'Anything by parts of its name, best first',
      query: {
        q: z.string().max(200).optional().describe('Words that its name or what is said of it holds.'),
      },
      answers: { 200: z.object({ found: listOf(finding) }) },
    },
    async ({ query: { q } }) => reply(200, { found: await engine.find(q?.trim() ?? '', []) }),
  )
}
