import { DatabaseAway } from '../domain/database-away.js'
import { CallRefused } from '../engine/ports.js'
import { Refusal, type FieldFault, type RefusalKind, type WayOn } from '../domain/refusal.js'

/** An error as HTTP tells it (RFC 9457), with the fields and ways on that our pages show too. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly faults?: readonly FieldFault[]
  readonly ways?: readonly WayOn[]
}

const statusOf: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
}
const titleOf: Readonly<Record<RefusalKind, string>> = {
  invalid: 'Not as asked',
  forbidden: 'Not allowed',
  notFound: 'Not found',
  conflict: 'Refused',
}

/** What may be told of an error. A fault of ours says where it is logged and never what it said. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Refusal) {
    const { faults, ways } = error.details
    return {
      type: 'about:blank',
      title: titleOf[error.kind],
      status: statusOf[error.kind],
      code: error.code,
      detail: error.message,
      ...(faults && { faults }),
      ...(ways && { ways }),
    }
  }
  if (error instanceof CallRefused)
    return {
      type: 'about:blank',
      title: 'AWS refused',
      status: 502,
      code: error.code,
      detail: `AWS refused a call: ${error.message} (${error.code}, request ${error.requestId ?? 'without an id'}).`,
    }
  if (error instanceof DatabaseAway) return problemOfTheDatabase(error)
  return problemOfTheRequest(error) ?? problemOfOurs(requestId)
}

/** While the records can't be read nothing is known and nothing is begun; the traffic needs neither. */
function problemOfTheDatabase({ since, asked }: DatabaseAway): Problem {
  const changed = asked
    ? 'Whether what you asked was recorded is not known: look before you ask again.'
    : 'Nothing was changed.'
  return {
    type: 'about:blank',
    title: 'The database does not answer',
    status: 503,
    code: 'DatabaseAway',
    detail: `The database has not answered since ${since.toISOString().slice(0, 19).replace('T', ' ')} UTC. ${changed} Traffic flows as it did; deployments go on by themselves once it answers.`,
  }
}

/** Errors of the body parser and the router carry a 4xx status of their own. */
function problemOfTheRequest(error: unknown): Problem | null {
  const status = (error as { status?: unknown } | null)?.status
  if (typeof status !== 'number' || status < 400 || status > 499) return null
  const detail =
    status === 413
      ? 'The request is larger than allowed. Nothing was changed; send less.'
      : 'The request could not be read. Nothing was changed; check that its body is well-formed.'
  return { type: 'about:blank', title: 'Not readable', status, code: 'Unreadable', detail }
}

function problemOfOurs(requestId: string): Problem {
  return {
    type: 'about:blank',
    title: 'Something failed here',
    status: 500,
    code: 'fault',
    detail: `The console could not finish this. The cause is in its log under request ${requestId}. Look at what is there before you ask again.`,
  }
}
