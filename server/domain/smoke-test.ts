import type { ObservedRule, RuleCondition } from './observation.js'

/** Requests to the next group alone, before any traffic goes to it. */
export interface SmokeTest {
  /** With its query, if it has one. */
  readonly path: string
  readonly status: number
  /** So many in a row must go well. */
  readonly successes: number
  /** So long they may take, in time that was really observed. */
  readonly withinMs: number
  /** What the body must contain; null: its status is enough. */
  readonly text: string | null
}

/** One request through a load balancer's own address. */
export interface ProbeRequest {
  /** `http://shop-1.elb.amazonaws.com:80`. */
  readonly origin: string
  readonly path: string
  /** What it says in `Host`; null: the address itself. */
  readonly host: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** What became of it. `silent`: the load balancer took the connection and gave no whole answer; `unreachable`: it did not. */
export type ProbeAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }

/** The header that leads a request to the next group, if its value is the one that is recorded. */
export const testHeader = 'X-Delling-Test'

/** AWS takes so many values in all conditions of a rule. */
const maxConditionValues = 5
const shownBytes = 200

export function isTestRule({ conditions }: Pick<ObservedRule, 'conditions'>): boolean {
  return conditions.some(isTestCondition)
}

function isTestCondition({ field, headerName }: RuleCondition): boolean {
  return field === 'http-header' && headerName?.toLowerCase() === testHeader.toLowerCase()
}

/** True for the test rule that was made with this secret value. */
export function hasTestValue({ conditions }: ObservedRule, value: string): boolean {
  return conditions.some((condition) => isTestCondition(condition) && condition.values.includes(value))
}

/** The secret as people see it: enough to tell one from another, too little to send it. */
export function shownTestValue(value: string): string {
  return `${value.slice(0, 4)}…`
}

/** Why this can’t be the path of a test, in a sentence; null when it can. */
export function reasonBadPath(path: string): string | null {
  return /^\/[\x21-\x7e]{0,1023}$/.test(path) && !path.includes('#')
    ? null
    : 'Write the path of a test as it is sent: it begins with “/” and has at most 1,024 characters, without spaces.'
}

/** The rule's own conditions and the secret header. Where AWS would take no further value, those that the request meets. */
export function testConditions(
  conditions: readonly RuleCondition[],
  { path }: Pick<SmokeTest, 'path'>,
  value: string,
): readonly RuleCondition[] {
  const count = conditions.reduce((sum, { values }) => sum + values.length, 0)
  const met = (condition: RuleCondition): RuleCondition => {
    const sent = sentFor(condition, path)
    const own =
      condition.values.find((each) => each === sent) ?? condition.values.find((each) => matches(each, sent))
    return own === undefined ? condition : { ...condition, values: [own] }
  }
  return [
    ...(count < maxConditionValues ? conditions : conditions.map(met)),
    { field: 'http-header', headerName: testHeader, values: [value] },
  ]
}

/** Why no request of ours could meet these conditions with this path, in a sentence; null when one can. */
export function reasonNotTestable(conditions: readonly RuleCondition[], path: string): string | null {
  const unknown = conditions.find(
    ({ field }) => !['host-header', 'path-pattern', 'http-header'].includes(field),
  )
  if (unknown)
    return `The listener rule has a condition of the kind ${unknown.field}, which no test request is made for.`
  const missed = conditions.find(
    (condition) => !condition.values.some((value) => matches(value, sentFor(condition, path))),
  )
  return missed
    ? `${path} is none of the paths that the listener rule answers (${missed.values.join(', ')}), so the test would reach somebody else.`
    : null
}

/** The request that meets the conditions of a test rule. */
export function probeRequest(
  { path }: Pick<SmokeTest, 'path'>,
  conditions: readonly RuleCondition[],
  origin: string,
): ProbeRequest {
  const host = conditions.find(({ field }) => field === 'host-header')
  const headers = conditions.flatMap((condition): [string, string][] =>
    condition.field === 'http-header' && condition.headerName
      ? [[condition.headerName, sentFor(condition, path)]]
      : [],
  )
  return { origin, path, host: host ? sentFor(host, path) : null, headers: Object.fromEntries(headers) }
}

/** What a request of ours has where a condition looks. A pattern is met by itself with letters in place of its wildcards. */
function sentFor({ field, values }: RuleCondition, path: string): string {
  if (field === 'path-pattern') return path.split('?')[0] ?? path
  const plain = values.find((value) => !/[*?]/.test(value)) ?? values[0] ?? ''
  return plain.replaceAll('*', 'delling').replaceAll('?', 'x')
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(text)
}

/** The highest free priority before that of the live rule, so that nothing else comes between them; null where there is none. */
export function priorityBefore(live: number, taken: readonly number[]): number | null {
  const used = new Set(taken)
  for (let priority = live - 1; priority >= 1; priority--) if (!used.has(priority)) return priority
  return null
}

/** What is wrong with an answer, in words; null when it is as the test wants it. */
export function reasonBadAnswer({ status, text }: SmokeTest, answer: ProbeAnswer): string | null {
  if (answer.kind !== 'answered') return answer.why
  if (answer.status !== status) return `answered ${answer.status} instead of ${status}${saying(answer.body)}`
  if (text !== null && !answer.body.includes(text))
    return `answered ${status} without “${text}”${saying(answer.body)}`
  return null
}

/** The first bytes of a body, on one line. */
function saying(body: string): string {
  // What a terminal would obey must not reach a log.
  const line = body.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim()
  const first = line.length > shownBytes ? `${line.slice(0, shownBytes)}…` : line
  return first === '' ? ', with an empty body' : `: “${first}”`
}
