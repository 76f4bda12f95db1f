import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../fault.js'

const MAX_VALUES = 5
const MAX_WILDCARDS = 6
const MAX_LENGTH = 128

const configured = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
} as const

/** Conditions as they are kept and described, checked as AWS checks them. Throws AwsFault. */
export function checkedConditions(conditions: readonly RuleCondition[]): RuleCondition[] {
  if (conditions.length === 0)
    throw new AwsFault('ValidationError', 'A rule must have at least one condition')
  const checked = conditions.map(checkedCondition)
  const values = checked.flatMap(valuesOf)
  if (values.length > MAX_VALUES) {
    throw new AwsFault(
      'InvalidConfigurationRequest',
      `A rule can have at most ${MAX_VALUES} condition values`,
    )
  }
  const wildcards = values.join('').match(/[*?]/g)?.length ?? 0
  if (wildcards > MAX_WILDCARDS) {
    throw new AwsFault('InvalidConfigurationRequest', `A rule can have at most ${MAX_WILDCARDS} wildcards`)
  }
  if (values.some((value) => value.length > MAX_LENGTH)) {
    throw new AwsFault('ValidationError', `Condition values can be at most ${MAX_LENGTH} characters`)
  }
  return checked
}

/** The values a condition compares with, `key=value` for query strings. */
export function valuesOf(condition: RuleCondition): string[] {
  if (condition.Field === 'query-string') {
    return (condition.QueryStringConfig?.Values ?? []).map((pair) => `${pair.Key ?? ''}=${pair.Value ?? ''}`)
  }
  if (condition.Field === 'http-header') return condition.HttpHeaderConfig?.Values ?? []
  return condition.Values ?? []
}

function checkedCondition(condition: RuleCondition): RuleCondition {
  const field = condition.Field
  if (condition.RegexValues?.length) {
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'Regular expressions are not supported by the local cloud',
    )
  }
  if (field === 'http-header') {
    const { HttpHeaderName, Values } = condition.HttpHeaderConfig ?? {}
    if (!HttpHeaderName) throw new AwsFault('ValidationError', 'A condition on a header must name the header')
    needsValues(field, Values)
    return { Field: field, HttpHeaderConfig: { HttpHeaderName, Values } }
  }
  if (field === 'query-string') {
    const pairs = condition.QueryStringConfig?.Values
    needsValues(field, pairs)
    return { Field: field, QueryStringConfig: { Values: pairs } }
  }
  if (field === undefined || !(field in configured)) {
    throw new AwsFault(
      'ValidationError',
      `Condition field '${field}' must be one of '[path-pattern, host-header, …]'`,
    )
  }
  const config = configured[field as keyof typeof configured]
  const values = condition.Values?.length ? condition.Values : condition[config]?.Values
  needsValues(field, values)
  return { Field: field, Values: values, [config]: { Values: values } }
}

function needsValues(field: string, values: readonly unknown[] | undefined): void {
  if (!values?.length)
    throw new AwsFault('ValidationError', `A condition on '${field}' must have at least one value`)
}
