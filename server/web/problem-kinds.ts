/** One kind of problem that the API answers with: its status and title are the same wherever it is met. */
export interface ProblemKind {
  /** RFC 9457's `type`: a name that stays, whatever the address of the console. */
  readonly type: string
  readonly status: number
  readonly title: string
  /** When it is answered and what mends it, for the reference. */
  readonly meaning: string
}

/** Every kind of problem there is. `code` in a problem says which one of a kind it is; these are told apart by `type`. */
export const problemKinds = {
  invalid: kind(
    'invalid',
    400,
    'Not as asked',
    'A field, a parameter or a header is wrong; `faults` names each field with a sentence. Mend it and ask again.',
  ),
  unreadable: kind('unreadable', 400, 'Not readable', 'The body is not well-formed. Mend it and ask again.'),
  notSignedIn: kind(
    'not-signed-in',
    401,
    'Not signed in',
    'The request carries no token, or one that is unknown or has ended.',
  ),
  forbidden: kind(
    'forbidden',
    403,
    'Not allowed',
    'You may not do this, or the request came from a page of another site.',
  ),
  notFound: kind('not-found', 404, 'Not found', 'There is no such address, or nothing of that name or id.'),
  methodNotAllowed: kind(
    'method-not-allowed',
    405,
    'Not that method',
    'The address exists, and does not take this method. The header `Allow` names those that it takes.',
  ),
  conflict: kind(
    'conflict',
    409,
    'Refused',
    'What is there now speaks against it; the sentence says what, and `ways` what a person may do. Also while a request with the same `Idempotency-Key` is still being worked on, or its end is not known.',
  ),
  tooLarge: kind('too-large', 413, 'Too large', 'The body is larger than is taken.'),
  unsupportedMediaType: kind(
    'unsupported-media-type',
    415,
    'Not that kind of body',
    'The body’s `Content-Type` is none that the address takes.',
  ),
  misdirected: kind(
    'misdirected',
    421,
    'Not this console',
    'The console does not answer to that host name. Ask it under the address that it printed at start.',
  ),
  keyReused: kind(
    'key-reused',
    422,
    'Key of another request',
    'The `Idempotency-Key` was used for another request. Take a new key.',
  ),
  tooMany: kind(
    'too-many-requests',
    429,
    'Too many tries',
    'Too many requests with tokens that are not known. The header `Retry-After` says how many seconds to wait.',
  ),
  fault: kind(
    'fault',
    500,
    'Something failed here',
    'A fault of ours. The cause is in the console’s log under the request’s id; whether something was changed is not known: look before you ask again.',
  ),
  awsRefused: kind('aws-refused', 502, 'AWS refused', 'AWS refused a call; the sentence has its own words.'),
  awsAway: kind(
    'aws-away',
    503,
    'AWS could not be looked at',
    'Only AWS knows what was asked for, and no look at it has come through yet. Ask again in a moment.',
  ),
  databaseAway: kind(
    'database-away',
    503,
    'The database does not answer',
    'Nothing is read or begun meanwhile. The header `Retry-After` says how many seconds to wait.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>

export type ProblemName = keyof typeof problemKinds

function kind(name: string, status: number, title: string, meaning: string): ProblemKind {
  return { type: `urn:delling:problem:${name}`, status, title, meaning }
}
