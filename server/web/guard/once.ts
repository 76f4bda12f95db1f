import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import { Refusal } from '../../domain/refusal.js'
import type { Credentials } from '../credentials.js'
import { actorOf } from './signed-in.js'

/**
 * A POST that carries an `Idempotency-Key` is done once: the same key with the same body gets the first answer again.
 * Refusals and faults are not kept, because what refused may have been mended since.
 */
export function onceForEachKey(credentials: Credentials): RequestHandler {
  return async (request, response, next) => {
    const key = request.get('idempotency-key')
    if (request.method !== 'POST' || !key) return next()
    if (key.length > 200)
      throw new Refusal(
        'BadKey',
        'An Idempotency-Key has at most 200 characters. Nothing was changed.',
        'invalid',
      )
    const scoped = `${actorOf(request).name} ${key}`
    const begun = await credentials.beginOnce(scoped, fingerprint(request.originalUrl, request.body))
    if (begun === 'other')
      throw new Refusal(
        'KeyReused',
        'This Idempotency-Key was used for another request. Nothing was changed; use a new one.',
      )
    if (begun === 'running')
      throw new Refusal(
        'StillRunning',
        'The same request is still being worked on. Nothing more was done; ask again in a moment.',
      )
    if (begun !== 'new') {
      response.status(begun.status).set('Idempotent-Replay', 'true').json(begun.body)
      return
    }
    keepAnswer(response, credentials, scoped)
    next()
  }
}

/** The answer is stored before it is sent, so that whoever saw it gets it again. */
function keepAnswer(response: Parameters<RequestHandler>[1], credentials: Credentials, key: string): void {
  const send = response.json.bind(response)
  response.json = (body: unknown) => {
    const stored =
      response.statusCode < 300
        ? credentials.finishOnce(key, { status: response.statusCode, body })
        : credentials.forgetOnce(key)
    void stored.catch(() => undefined).then(() => send(body))
    return response
  }
}

function fingerprint(url: string, body: unknown): string {
  return createHash('sha256')
    .update(`${url}\n${JSON.stringify(body ?? null)}`)
    .digest('hex')
}
