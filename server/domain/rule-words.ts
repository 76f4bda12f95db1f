import type { SeenRule } from './balancing.js'
import type { RuleCondition } from './observation.js'
import { isParked } from './rule-lists.js'
import { isTestRule, shownTestValue } from './smoke-test.js'
import { shownValue } from './without-secrets.js'

/** A condition as AWS has it: our own three kinds, or another field of AWS's. */
interface AnyCondition {
  readonly field: string
  readonly values: readonly string[]
  readonly headerName?: string
}

const says: Readonly<Record<string, string>> = {
  'host-header': 'the host is',
  'path-pattern': 'the path is',
  'http-request-method': 'the method is',
  'query-string': 'the query has',
  'source-ip': 'it comes from',
}

/** When a rule takes a request, in words. */
export function ruleWhen(rule: SeenRule): string {
  if (rule.isDefault) return 'everything else'
  return isParked(rule) ? 'no request: it is parked' : conditionWords(rule.conditions)
}

/** `the host is shop.example.com and the path is /api/* or /v2/*`. */
export function conditionWords(conditions: readonly RuleCondition[]): string {
  return conditions.map(oneCondition).join(' and ')
}

function oneCondition(condition: AnyCondition): string {
  const { field, values, headerName } = condition
  if (field !== 'http-header') return `${says[field] ?? field} ${values.join(' or ')}`
  const isTest = isTestRule({ conditions: [condition as RuleCondition] })
  const shown = values.map((value) => (isTest ? shownTestValue(value) : shownValue(headerName ?? '', value)))
  return `the header ${headerName ?? ''} is ${shown.join(' or ')}`
}
