import { AwsFault } from '../fault.js'
import type { AlarmState } from './alarm-record.js'

type Node = (stateOf: (name: string) => AlarmState | undefined) => boolean

/** A composite alarm's rule: `ALARM("a") AND NOT (OK(b) OR TRUE)`. Throws AwsFault for one that cannot be read. */
export function compositeRule(rule: string): { readonly holds: Node; readonly children: readonly string[] } {
  const tokens = rule.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? []
  const children: string[] = []
  let at = 0

  const either = (): Node => {
    let left = both()
    while (tokens[at] === 'OR') {
      at++
      const [a, b] = [left, both()]
      left = (stateOf) => a(stateOf) || b(stateOf)
    }
    return left
  }
  const both = (): Node => {
    let left = one()
    while (tokens[at] === 'AND') {
      at++
      const [a, b] = [left, one()]
      left = (stateOf) => a(stateOf) && b(stateOf)
    }
    return left
  }
  const one = (): Node => {
    const token = tokens[at++]
    if (token === 'NOT') {
      const inner = one()
      return (stateOf) => !inner(stateOf)
    }
    if (token === '(') {
      const inner = either()
      expect(')')
      return inner
    }
    if (token === 'TRUE') return () => true
    if (token === 'FALSE') return () => false
    if (token === 'ALARM' || token === 'OK' || token === 'INSUFFICIENT_DATA') return state(token)
    throw unreadable(rule)
  }
  const state = (wanted: AlarmState): Node => {
    expect('(')
    const given = tokens[at++]?.replace(/^"|"$/g, '')
    if (!given) throw unreadable(rule)
    const name = given.startsWith('arn:') ? given.slice(given.indexOf(':alarm:') + ':alarm:'.length) : given
    children.push(name)
    expect(')')
    return (stateOf) => stateOf(name) === wanted
  }
  const expect = (token: string) => {
    if (tokens[at++] !== token) throw unreadable(rule)
  }

  const holds = either()
  if (at < tokens.length) throw unreadable(rule)
  return { holds, children }
}

function unreadable(rule: string): AwsFault {
  return new AwsFault('ValidationError', `AlarmRule '${rule}' is not a valid rule expression.`)
}
