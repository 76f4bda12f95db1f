import { isWithin } from '../domain/access.js'
import { found } from './api/not-found.js'
import type { Deps } from './deps.js'
import type { Sender } from './guard/senders.js'
import type { SignedIn } from './sessions.js'
import { minute, who } from './token-requests.js'

/** Signs a browser of the sender's own out. A browser may do all that its person may, so that a narrower token can't end it. */
export async function endSession(
  { sessions, accessLog }: Pick<Deps, 'sessions' | 'accessLog'>,
  { person, actor, token: by }: Sender,
  id: string,
): Promise<SignedIn> {
  if (by && !isWithin({ role: 'admin', applications: null }, by.scope))
    await accessLog.refuse(actor, `${who(by.scope)} may not sign a browser out, which may do more.`)
  const session = found(await sessions.end(id, person.id), 'session of yours with the id', id)
  await accessLog.changed(
    actor,
    'SessionEnded',
    `${person.name} ended a session of ${session.personName} from ${minute(new Date(session.atMs))}.`,
  )
  return session
}

/** Signs anybody's browser out, for an admin. */
export async function endSessionOfSomebody(
  { sessions, accessLog }: Pick<Deps, 'sessions' | 'accessLog'>,
  { actor }: Sender,
  id: string,
  why: string,
): Promise<SignedIn> {
  const session = found(await sessions.end(id, null), 'session with the id', id)
  await accessLog.changed(
    actor,
    'SessionEnded',
    `${actor.name} ended a session of ${session.personName} from ${minute(new Date(session.atMs))}: ${why}`,
  )
  return session
}
