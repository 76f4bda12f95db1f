import { createHash } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import { Refusal } from '../../domain/refusal.js'
import type { Credentials } from '../credentials.js'
import { HttpRefusal } from '../http-refusal.js'
import { senderOf } from './signed-in.js'

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A change that carries an `Idempotency-Key` is done once: the same key with the same request, of the same person by the same
 * token, gets the first answer again. It stands behind the guard of its route, so that an answer is told to nobody who may not
 * ask for it any more. What was refused is not kept, because it changed nothing and may have been mended since. A fault is:
 * nobody knows what it changed.
 */
export function onceForEachKey(credentials: Credentials): RequestHandler {
  return async (request, response, next) => {
    const key = request.get('idempotency-key')
    if (reading.has(request.method) || key === undefined) return next()
    if (!/^[\x20-\x7e]{1,200}$/.test(key))
      throw new Refusal(
        'BadKey',
        'An Idempotency-Key has 1 to 200 plain characters. Nothing was changed.',
        'invalid',
        { faults: [{ field: 'Idempotency-Key', sentence: 'Write 1 to 200 plain characters.' }] },
      )
    const { person, token } = senderOf(request)
    // A token of the same person may do less, and must not be told what another one did.
    const scoped = digest([person.id, token?.id ?? null, key])
    const asked = digest([request.method, request.originalUrl, request.body ?? null])
    const begun = await credentials.beginOnce(scoped, asked)
    if (begun === 'other')
      throw new HttpRefusal(
        'keyReused',
        'KeyReused',
        'This Idempotency-Key was used for another request. Nothing was changed; use a new one.',
      )
    if (begun === 'running')
      throw new Refusal(
        'StillRunning',
        'The same request is still being worked on. Nothing more was done; ask again in a moment.',
      )
    if (begun === 'unfinished')
      throw new Refusal(
        'KeyUnfinished',
        'The same request was begun before and never answered, so that nobody knows what it did. Nothing more was done; look at what is there, and use a new Idempotency-Key if it is to be done again.',
      )
    if (begun !== 'new') {
      if (begun.status >= 400) response.type('application/problem+json')
      response.status(begun.status).set('Idempotent-Replay', 'true').json(begun.body)
      return
    }
    keepAnswer(response, credentials, scoped)
    next()
  }
}

/** The answer is stored before it is sent, so that whoever saw it gets it again. */
function keepAnswer(response: Response, credentials: Credentials, key: string): void {
  const send = response.json.bind(response)
  response.json = (body: unknown) => {
    const { statusCode: status } = response
    const stored = isKept(status)
      ? credentials.finishOnce(key, { status, body })
      : mayBeDone(response)
        ? Promise.resolve()
        : credentials.forgetOnce(key)
    void stored.catch(() => undefined).then(() => send(body))
    return response
  }
}

function isKept(status: number): boolean {
  return status < 300 || (status >= 500 && status !== 503)
}

const doubt = 'mayBeDone'

/** Notes that the database went away with the request on its way: its key is then neither answered nor free. */
export function noteDoubt(response: Response): void {
  response.locals[doubt] = true
}

function mayBeDone(response: Response): boolean {
  return response.locals[doubt] === true
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
