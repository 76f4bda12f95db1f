import type { RequestHandler } from 'express'
import type { Restraint } from '../../domain/restraint.js'
import { openRestraints } from '../../engine/restrained.js'
import type { Parts } from '../../engine/parts.js'

declare module 'express-serve-static-core' {
  interface Request {
    /** What keeps changes from starting now; every page shows what of it is about itself. */
    restraints?: readonly Restraint[]
  }
}

/** Reads it once for each page. A page that can't have it, because the database is away, says so itself. */
export function readHolds(parts: Parts): RequestHandler {
  return async (request, _response, next) => {
    request.restraints = await openRestraints(parts).catch(() => [])
    next()
  }
}
