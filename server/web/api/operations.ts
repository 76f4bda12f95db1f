import { z } from 'zod'
import { knownWords } from '../../domain/newer-records.js'
import { eventSentence } from '../../domain/sentences.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { cancelInput, decisionInput, resumeInput } from '../inputs/deployment.js'
import { pauseInput } from '../inputs/hold.js'
import { operation, wholeOperation } from './answers/operation.js'
import { text } from './answers/values.js'
import { pageOf, pageQuery } from './cursor.js'
import { pageAfterRow } from './list-page.js'
import { found } from './not-found.js'
import { onlyOfCluster, operationId } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'
import { shownOperation } from './shown.js'

const params = { id: operationId }
const decided = z.object({ operation })
const kinds = knownWords.operationKinds

export function operationsApi(deps: Deps): ApiRoutes {
  const api = new ApiRoutes('Operations')
  toRead(api, deps)
  toDecide(api, deps)
  return api
}

function toRead(api: ApiRoutes, { parts: { history } }: Deps): void {
  api.get(
    '/operations',
    {
      id: 'listOperations',
      summary: 'Deployments and other operations, newest first',
      query: {
        cluster: onlyOfCluster,
        kind: z
          .enum(kinds, `Choose ${kinds.join(', ')}.`)
          .optional()
          .describe('Only of this kind.'),
        active: z
          .enum(['true', 'false'], 'Write “true” (not ended) or “false” (ended).')
          .optional()
          .describe('Only those that have not ended, or have.'),
        ...pageQuery,
      },
      answers: { 200: pageOf('operations', operation) },
    },
    async (asked) => {
      const { cluster, kind, active } = asked.query
      const only = {
        ...(cluster && { cluster }),
        ...(kind && { kinds: [kind] }),
        ...(active && { active: active === 'true' }),
      }
      const page = await pageAfterRow(asked, 'operations', {
        rowOf: (id) => history.operation(id),
        read: (from) => history.operations({ ...only, ...from }),
        idOf: ({ id }) => id,
      })
      return reply(200, { operations: page.rows.map(shownOperation), next: page.next })
    },
  )
  api.get(
    '/operations/:id',
    {
      id: 'readOperation',
      summary: 'An operation with its events and the last 500 of its AWS calls',
      params,
      answers: { 200: wholeOperation },
    },
    async ({ params: { id } }) => {
      const whole = found(await history.operation(id), 'operation', id)
      const [events, calls] = await Promise.all([
        history.operationEvents(id),
        history.intents({ operationId: id, limit: 500 }),
      ])
      return reply(200, {
        ...shownOperation(whole),
        events: events.map(({ seq, at, event, sentence }) => ({
          seq,
          at,
          type: event.type,
          sentence: sentence ?? eventSentence(event),
        })),
        calls,
      })
    },
  )
}

function toDecide(api: ApiRoutes, { engine }: Deps): void {
  api.post(
    '/operations/:id/cancel',
    {
      id: 'cancelOperation',
      summary: 'Cancel an operation; the answer says how it will end',
      params,
      body: cancelInput,
      answers: { 202: z.object({ operation, ends: text }) },
    },
    async ({ params: { id }, body, request }) => {
      const cancelled = await engine.cancelOperation(actorOf(request), id, body.reason ?? '')
      return reply(202, { operation: shownOperation(cancelled.operation), ends: cancelled.ends })
    },
  )
  api.post(
    '/operations/:id/approve',
    {
      id: 'approveOperation',
      summary: 'Say yes to the switch that a deployment waits with',
      params,
      body: decisionInput,
      answers: { 202: decided },
    },
    async ({ params: { id }, body, request }) => {
      const approved = await engine.approveOperation(actorOf(request), id, body.reason)
      return reply(202, { operation: shownOperation(approved) })
    },
  )
  api.post(
    '/operations/:id/decline',
    {
      id: 'declineOperation',
      summary: 'Say no to the switch that a deployment waits with',
      params,
      body: decisionInput,
      answers: { 202: decided },
    },
    async ({ params: { id }, body, request }) => {
      const declined = await engine.declineOperation(actorOf(request), id, body.reason)
      return reply(202, { operation: shownOperation(declined) })
    },
  )
  api.post(
    '/operations/:id/pause',
    {
      id: 'pauseOperation',
      summary: 'Let an operation that has not switched stand still between two steps',
      params,
      body: pauseInput,
      answers: { 202: decided },
    },
    async ({ params: { id }, body, request }) => {
      const paused = await engine.pauseOperation(actorOf(request), id, body.reason)
      return reply(202, { operation: shownOperation(paused) })
    },
  )
  api.post(
    '/operations/:id/resume',
    {
      id: 'resumeOperation',
      summary: 'Let an operation go on that halted (by a choice), is paused, or waits for a hold',
      params,
      body: resumeInput,
      answers: { 202: z.object({ id: text }) },
    },
    async ({ params: { id }, body, request }) => {
      await engine.goOn(actorOf(request), id, body)
      return reply(202, { id })
    },
  )
}
