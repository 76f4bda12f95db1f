import type { RequestHandler } from 'express'
import { may, maySomewhere, reasonMayNot, reasonNowhere, type Person } from '../../domain/access.js'
import type { History } from '../../engine/ports.js'
import { found } from '../api/not-found.js'
import type { AccessLog } from './access-log.js'
import { applicationOf } from './application-of.js'
import { readAs } from './reader.js'
import { actorOf, personOf } from './signed-in.js'
import type { Need } from './route-needs.js'

declare module 'express-serve-static-core' {
  interface Request {
    /** The application that the route is about, where it is about one. */
    application?: string
  }
}

/** Lets a request through to its route when its sender may do what the route does; the route reads as that person. */
export function admit(need: Need, history: History, log: AccessLog): RequestHandler {
  if (need === 'public') return (_request, _response, next) => next()
  return async (request, _response, next) => {
    const person = personOf(request)
    if (need !== 'self') {
      const { reason, application } = await judge(
        person,
        need,
        String(Object.values(request.params)[0]),
        history,
      )
      if (application !== null) request.application = application
      if (reason !== null) await log.refuse(actorOf(request), reason)
    }
    readAs(person, next)
  }
}

interface Judgement {
  /** Why not; null when the person may. */
  readonly reason: string | null
  readonly application: string | null
}

/** Whether a person may do it with the thing of that name. Throws a refusal where they may not even see it. */
export async function judge(
  person: Person,
  { action, about }: Exclude<Need, string>,
  name: string,
  history: History,
): Promise<Judgement> {
  if (about === 'anything')
    return { reason: maySomewhere(person, action) ? null : reasonNowhere(person, action), application: null }
  const application = about === 'installation' ? null : await applicationOf(about, name, history)
  // What may not be seen is not there: the same words as for what does not exist.
  if (about !== 'installation' && !may(person, 'see', application)) found(null, about, name)
  // Of what does not exist, whoever may see everything is told by the route itself.
  if (about !== 'installation' && application === null) return { reason: null, application }
  const allowed = may(person, action, application)
  return { reason: allowed ? null : reasonMayNot(person, action, application), application }
}
