import { DatabaseAway } from '../domain/database-away.js'
import { CallRefused, Fenced } from '../engine/ports.js'
import { Refusal, type FieldFault, type RefusalKind, type WayOn } from '../domain/refusal.js'
import { HttpRefusal } from './http-refusal.js'
import { problemKinds, type ProblemName } from './problem-kinds.js'

/** An error as HTTP tells it (RFC 9457), with the fields and ways on that our pages show too. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly faults?: readonly FieldFault[]
  readonly ways?: readonly WayOn[]
}

const nameOf: Readonly<Record<RefusalKind, ProblemName>> = {
  invalid: 'invalid',
  forbidden: 'forbidden',
  notFound: 'notFound',
  conflict: 'conflict',
}

/** What may be told of an error. A fault of ours says where it is logged and never what it said. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Refusal) {
    const { faults, ways } = error.details
    const name = error instanceof HttpRefusal ? error.problem : nameOf[error.kind]
    return { ...problem(name, error.code, error.message), ...(faults && { faults }), ...(ways && { ways }) }
  }
  if (error instanceof CallRefused)
    return problem(
      'awsRefused',
      error.code,
      `AWS refused a call: ${error.message} (${error.code}, request ${error.requestId ?? 'without an id'}).`,
    )
  if (error instanceof DatabaseAway) return problemOfTheDatabase(error)
  if (error instanceof Fenced)
    return problem(
      'conflict',
      'TakenOver',
      'Another replica took this over meanwhile. Whether something was changed is not known: look before you ask again.',
    )
  if (isReadOfAws(error)) return problemOfTheLook(error)
  return problemOfTheRequest(error) ?? problemOfOurs(requestId)
}

function problem(name: ProblemName, code: string, detail: string): Problem {
  const { type, title, status } = problemKinds[name]
  return { type, title, status, code, detail }
}

/** While the records can't be read nothing is known and nothing is begun; the traffic needs neither. */
function problemOfTheDatabase({ since, asked }: DatabaseAway): Problem {
  const changed = asked
    ? 'Whether what you asked was recorded is not known: look before you ask again.'
    : 'Nothing was changed.'
  return problem(
    'databaseAway',
    'DatabaseAway',
    `The database has not answered since ${since.toISOString().slice(0, 19).replace('T', ' ')} UTC. ${changed} Traffic flows as it did; deployments go on by themselves once it answers.`,
  )
}

/** What the SDK throws where a look failed: refused, throttled or never answered. Changes end as CallRefused or CallUnclear. */
function isReadOfAws(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error
}

function problemOfTheLook({ name, message }: Error): Problem {
  return problem(
    'awsAway',
    'AwsAway',
    `AWS could not be looked at: ${name}: ${message} Nothing was changed; ask again in a moment.`,
  )
}

/** Errors of the body parser and the router carry a 4xx status of their own. */
function problemOfTheRequest(error: unknown): Problem | null {
  const status = (error as { status?: unknown } | null)?.status
  if (typeof status !== 'number' || status < 400 || status > 499) return null
  if (status === 413)
    return problem(
      'tooLarge',
      'TooLarge',
      'The request is larger than allowed. Nothing was changed; send less.',
    )
  if (status === 415)
    return problem(
      'unsupportedMediaType',
      'UnsupportedMediaType',
      'The body is in a coding or a character set that is not read here. Nothing was changed; send it as UTF-8.',
    )
  return problem(
    'unreadable',
    'Unreadable',
    'The request could not be read. Nothing was changed; check that its body is well-formed.',
  )
}

function problemOfOurs(requestId: string): Problem {
  return problem(
    'fault',
    'fault',
    `The console could not finish this. The cause is in its log under request ${requestId}. Look at what is there before you ask again.`,
  )
}
