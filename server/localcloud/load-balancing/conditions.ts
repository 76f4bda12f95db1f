import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import { isIP } from 'node:net'
import { AwsFault } from '../fault.js'

const MAX_VALUES = 5
const MAX_WILDCARDS = 6
const MAX_LENGTH = 128
const MAX_NAME_LENGTH = 40

const configs = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
  'http-header': 'HttpHeaderConfig',
  'query-string': 'QueryStringConfig',
} as const

type Field = keyof typeof configs

/** Those that take their values directly as well, as load balancers of 2016 had them. */
const takesValues: readonly Field[] = ['path-pattern', 'host-header']
/** Those that a rule may have more than once. */
const repeatable: readonly Field[] = ['http-header', 'query-string']

/** Conditions as they are kept and described, checked as AWS checks them. Throws AwsFault. */
export function checkedConditions(conditions: readonly RuleCondition[]): RuleCondition[] {
  if (conditions.length === 0) throw invalid('A condition must be specified')
  const checked = conditions.map(checkedCondition)
  const fields = checked.map((condition) => condition.Field as Field)
  const twice = fields.find((field, at) => !repeatable.includes(field) && fields.indexOf(field) !== at)
  if (twice) throw invalid(`Only one condition of type '${twice}' can be specified`)
  const values = checked.flatMap(valuesOf)
  if (values.length > MAX_VALUES) throw invalid(`A rule can only have '${MAX_VALUES}' condition values`)
  const wildcards = values.join('').match(/[*?]/g)?.length ?? 0
  if (wildcards > MAX_WILDCARDS) throw invalid(`A rule can only have '${MAX_WILDCARDS}' condition wildcards`)
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
  const field = condition.Field ?? ''
  if (!Object.hasOwn(configs, field))
    throw invalid(`Condition field '${field}' must be one of '[${Object.keys(configs).join(', ')}]'`)
  if (condition.RegexValues?.length) {
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'Regular expressions are not supported by the local cloud',
    )
  }
  checkConfig(condition, field as Field)
  switch (field as Field) {
    case 'http-header':
      return checkedHeader(condition)
    case 'query-string':
      return checkedQuery(condition)
    case 'http-request-method':
    case 'source-ip':
    case 'path-pattern':
    case 'host-header':
      return checkedValues(condition, field as Exclude<Field, 'http-header' | 'query-string'>)
  }
}

/** A condition has the configuration of its own field, or for two of them its values directly, and nothing else. */
function checkConfig(condition: RuleCondition, field: Field): void {
  const config = configs[field]
  const values = condition.Values !== undefined
  if (values && !takesValues.includes(field))
    throw invalid(`The 'Values' field is not compatible with '${field}'`)
  if (values && condition[config])
    throw invalid(`You cannot provide both Values and '${config}' for a condition of type '${field}'`)
  const foreign = Object.values(configs).find((other) => other !== config && condition[other])
  if (foreign) throw invalid(`The '${foreign}' field is not compatible with '${field}'`)
  if (!condition[config] && !takesValues.includes(field))
    throw invalid(`A '${config}' must be specified with '${field}'`)
}

function checkedHeader(condition: RuleCondition): RuleCondition {
  const { HttpHeaderName, Values = [] } = condition.HttpHeaderConfig ?? {}
  if (!HttpHeaderName) throw invalid("A 'HttpHeaderName' must be specified in 'HttpHeaderConfig'")
  checkLength('HttpHeaderName', HttpHeaderName, MAX_NAME_LENGTH)
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(HttpHeaderName))
    throw invalid(`The 'HttpHeaderName' value '${HttpHeaderName}' is not a valid header name`)
  if (Values.length === 0) throw invalid("A 'http-header' value must be specified")
  for (const value of Values) checkLength('http-header', value, MAX_LENGTH)
  return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values } }
}

function checkedQuery(condition: RuleCondition): RuleCondition {
  const pairs = condition.QueryStringConfig?.Values ?? []
  if (pairs.length === 0) throw invalid("A 'query-string' value must be specified")
  for (const { Key, Value } of pairs) {
    if (Value === undefined) throw invalid("A 'Value' must be specified in 'QueryStringKeyValuePair'")
    checkLength('Key', Key ?? '', MAX_LENGTH)
    checkLength('Value', Value, MAX_LENGTH)
  }
  return { Field: 'query-string', QueryStringConfig: { Values: pairs } }
}

function checkedValues(
  condition: RuleCondition,
  field: Exclude<Field, 'http-header' | 'query-string'>,
): RuleCondition {
  const config = configs[field]
  if ((condition.Values?.length ?? 0) > 1)
    throw invalid(`The '${field}' field contains too many values; the limit is '1'`)
  const values = condition.Values ?? condition[config]?.Values ?? []
  if (values.length === 0)
    throw invalid(
      takesValues.includes(field)
        ? 'A condition value must be specified'
        : `A '${field}' value must be specified`,
    )
  for (const value of values) checkValue(field, value)
  return { Field: field, Values: values, [config]: { Values: values } }
}

function checkValue(field: Field, value: string): void {
  if (field === 'source-ip') {
    if (!isNetwork(value)) throw invalid(`The value '${value}' is not a valid CIDR block`)
  } else if (field === 'http-request-method') {
    checkLength(field, value, MAX_NAME_LENGTH)
    if (!/^[A-Z_-]+$/.test(value))
      throw invalid(`The '${field}' value is invalid; the allowed characters are A-Z, hyphen and underscore`)
  } else checkLength(field, value, MAX_LENGTH)
}

/** `10.0.0.0/8` or `2001:db8::/32`. */
function isNetwork(value: string): boolean {
  const [address = '', bits = '', ...rest] = value.split('/')
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

function checkLength(what: string, value: string, limit: number): void {
  if (value.length > limit) throw invalid(`The '${what}' value is too long; the limit is '${limit}'`)
}

const invalid = (message: string) => new AwsFault('ValidationError', message)
