import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import { BlockList, isIPv6 } from 'node:net'
import { valuesOf } from './conditions.js'

/** What a rule looks at in a request. */
export interface RequestFacts {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly sourceIp: string
  header(name: string): string | undefined
}

type Matcher = (request: RequestFacts) => boolean

/** All conditions must hold; within one, any value is enough. Compiled once for each change of the rule. */
export function compiledConditions(conditions: readonly RuleCondition[]): Matcher {
  const matchers = conditions.map(compiled)
  return (request) => matchers.every((matches) => matches(request))
}

function compiled(condition: RuleCondition): Matcher {
  const values = valuesOf(condition)
  switch (condition.Field) {
    case 'host-header': {
      const patterns = values.map((value) => wildcard(value, 'i'))
      return (request) => patterns.some((pattern) => pattern.test(request.host))
    }
    case 'path-pattern': {
      const patterns = values.map((value) => wildcard(value, ''))
      return (request) => patterns.some((pattern) => pattern.test(request.path))
    }
    case 'http-request-method':
      return (request) => values.includes(request.method)
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? ''
      const patterns = values.map((value) => wildcard(value, 'i'))
      return (request) => {
        const sent = request.header(name)
        return sent !== undefined && patterns.some((pattern) => pattern.test(sent))
      }
    }
    case 'query-string':
      return queryMatcher(condition)
    case 'source-ip':
      return sourceMatcher(values)
    case undefined:
    default:
      return () => false
  }
}

/** `*` is any number of characters, `?` exactly one. */
function wildcard(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, `s${flags}`)
}

function queryMatcher(condition: RuleCondition): Matcher {
  const pairs = (condition.QueryStringConfig?.Values ?? []).map((pair) => ({
    key: pair.Key === undefined ? undefined : wildcard(pair.Key, 'i'),
    value: wildcard(pair.Value ?? '*', 'i'),
  }))
  return (request) => {
    const sent = [...new URLSearchParams(request.query)]
    return pairs.some((pair) =>
      sent.some(([key, value]) => (pair.key?.test(key) ?? true) && pair.value.test(value)),
    )
  }
}

function sourceMatcher(values: readonly string[]): Matcher {
  const list = new BlockList()
  for (const value of values) {
    const [address = '', bits] = value.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return (request) => list.check(request.sourceIp, isIPv6(request.sourceIp) ? 'ipv6' : 'ipv4')
}
