import { Router } from 'express'
import { eventSentence } from '../../domain/sentences.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { cancelInput, decisionInput, resumeInput } from '../inputs/deployment.js'
import { parse } from '../inputs/parse.js'
import { found } from './not-found.js'
import { queryText } from './query.js'
import { shownOperation } from './shown.js'

const longest = 100

export function operationsApi({ parts, engine }: Deps): Router {
  const api = Router()
  api.get('/operations', async (request, response) => {
    const cluster = queryText(request, 'cluster')
    const active = queryText(request, 'active')
    const operations = await parts.history.operations({
      ...(cluster && { cluster }),
      ...(active && { active: active !== 'false' }),
      limit: longest,
    })
    response.json({ operations: operations.map(shownOperation) })
  })
  api.get('/operations/:id', async (request, response) => {
    const { id } = request.params
    const operation = found(await parts.history.operation(id), 'operation', id)
    const [events, calls] = await Promise.all([
      parts.history.operationEvents(id),
      parts.history.intents({ operationId: id, limit: 500 }),
    ])
    response.json({
      ...shownOperation(operation),
      events: events.map(({ seq, at, event, sentence }) => ({
        seq,
        at,
        type: event.type,
        sentence: sentence ?? eventSentence(event),
      })),
      calls,
    })
  })
  api.post('/operations/:id/cancel', async (request, response) => {
    const { reason } = parse(cancelInput, request.body)
    const { operation, ends } = await engine.cancelOperation(
      actorOf(request),
      request.params.id,
      reason ?? '',
    )
    response.status(202).json({ operation: shownOperation(operation), ends })
  })
  api.post('/operations/:id/approve', async (request, response) => {
    const { reason } = parse(decisionInput, request.body)
    const operation = await engine.approveOperation(actorOf(request), request.params.id, reason)
    response.status(202).json({ operation: shownOperation(operation) })
  })
  api.post('/operations/:id/decline', async (request, response) => {
    const { reason } = parse(decisionInput, request.body)
    const operation = await engine.declineOperation(actorOf(request), request.params.id, reason)
    response.status(202).json({ operation: shownOperation(operation) })
  })
  api.post('/operations/:id/resume', async (request, response) => {
    const { choice } = parse(resumeInput, request.body)
    await engine.resumeOperation(actorOf(request), request.params.id, choice)
    response.status(202).json({ id: request.params.id })
  })
  return api
}
