import { describe, expect, it } from 'vitest'
import type { RuleCondition } from '../../server/domain/observation.js'
import {
  priorityBefore,
  probeRequest,
  reasonBadAnswer,
  reasonBadPath,
  reasonNotTestable,
  shownTestValue,
  testConditions,
} from '../../server/domain/smoke-test.js'

const path: RuleCondition = { field: 'path-pattern', values: ['/shop/*', '/api/*'] }
const host: RuleCondition = { field: 'host-header', values: ['*.example.com', 'shop.example.com'] }
const test = { path: '/shop/healthz?deep=1', status: 200, successes: 3, withinMs: 60_000, text: null }
const answered = (status: number, body = '') => ({ kind: 'answered', status, body }) as const

describe('a test rule', () => {
  it('has the live rule’s own conditions and the secret', () => {
    expect(testConditions([path, host], test, 's3cret')).toEqual([
      path,
      host,
      { field: 'http-header', headerName: 'X-Delling-Test', values: ['s3cret'] },
    ])
  })

  it('has only the values that its request meets where AWS would take no sixth', () => {
    const five: RuleCondition = { field: 'path-pattern', values: ['/a', '/b', '/c', '/d', '/shop/*'] }
    expect(testConditions([five], test, 's3cret').map(({ values }) => values)).toEqual([
      ['/shop/*'],
      ['s3cret'],
    ])
  })

  it('stands right before the live rule, or nowhere', () => {
    expect(priorityBefore(100, [100])).toBe(99)
    expect(priorityBefore(100, [100, 99, 98, 50])).toBe(97)
    expect(priorityBefore(3, [1, 2, 3])).toBeNull()
    expect(priorityBefore(1, [1])).toBeNull()
  })

  it('shows of its secret too little to send it', () => {
    expect(shownTestValue('3f2a9c11-aaaa')).toBe('3f2a…')
  })
})

describe('a test request', () => {
  const origin = 'http://lb.example:80'

  it('meets every condition: its path, a host without a wildcard, the headers', () => {
    const tenant: RuleCondition = { field: 'http-header', headerName: 'X-Tenant', values: ['a?c*'] }
    expect(probeRequest(test, testConditions([path, host, tenant], test, 's3cret'), origin)).toEqual({
      origin,
      path: '/shop/healthz?deep=1',
      host: 'shop.example.com',
      headers: { 'X-Tenant': 'axcdelling', 'X-Delling-Test': 's3cret' },
    })
    expect(probeRequest(test, [{ field: 'host-header', values: ['*.example.com'] }], origin).host).toBe(
      'delling.example.com',
    )
    expect(probeRequest(test, [path], origin).host).toBeNull()
  })

  it('is not made where it would reach somebody else', () => {
    expect(reasonNotTestable([path, host], '/shop/healthz')).toBeNull()
    expect(reasonNotTestable([{ field: 'path-pattern', values: ['/*'] }], '/healthz?x')).toBeNull()
    expect(reasonNotTestable([path], '/healthz')).toMatch(
      /^\/healthz is none of the paths .*\/shop\/\*, \/api\/\*/,
    )
    expect(
      reasonNotTestable([{ field: 'source-ip' as 'host-header', values: ['10.0.0.0\/8'] }], '/shop/x'),
    ).toContain('source-ip')
  })

  it.each(['healthz', '', '/a b', '/a#b', '/ä', `/${'x'.repeat(1024)}`])('has no path %j', (bad) => {
    expect(reasonBadPath(bad)).toContain('begins with “/”')
  })
})

describe('an answer', () => {
  it('is good by its status, and by its text where one is wanted', () => {
    expect(reasonBadAnswer(test, answered(200))).toBeNull()
    expect(reasonBadAnswer({ ...test, text: 'open' }, answered(200, 'The shop is open.'))).toBeNull()
    expect(reasonBadAnswer({ ...test, status: 301 }, answered(301))).toBeNull()
  })

  it('is bad with its evidence: status and first bytes, on one line and not too long', () => {
    expect(reasonBadAnswer(test, answered(500, 'no\u001b[31m such\r\ntable'))).toBe(
      'answered 500 instead of 200: “no [31m such table”',
    )
    expect(reasonBadAnswer(test, answered(302))).toBe('answered 302 instead of 200, with an empty body')
    expect(reasonBadAnswer({ ...test, text: 'open' }, answered(200, 'closed'))).toBe(
      'answered 200 without “open”: “closed”',
    )
    expect(reasonBadAnswer(test, answered(500, 'x'.repeat(9000)))?.length).toBeLessThan(300)
    expect(reasonBadAnswer(test, { kind: 'silent', why: 'gave no whole answer within 4 s' })).toContain('4 s')
  })
})
