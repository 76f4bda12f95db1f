import type { RequestHandler } from 'express'
import { Refusal } from '../../domain/refusal.js'

/** No body that is described here goes half as deep. */
const deepest = 32

/** Refuses a body whose values lie in one another deeper than whatever walks through it could follow. */
export const onlyShallowBodies: RequestHandler = (request, _response, next) => {
  if (!isDeeperThan(request.body, deepest)) return next()
  throw new Refusal(
    'TooDeep',
    `The body has more than ${deepest} levels of lists and objects in one another. Nothing was changed; send what the document describes.`,
    'invalid',
    { faults: [{ field: 'body', sentence: `Write at most ${deepest} levels.` }] },
  )
}

/** Level by level, as a body can be deeper than calls can be. */
function isDeeperThan(body: unknown, levels: number): boolean {
  let level: readonly unknown[] = [body]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    )
  }
  return false
}
