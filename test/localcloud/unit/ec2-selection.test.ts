import { describe, expect, it } from 'vitest'
import { ClientTokens } from '../../../server/localcloud/ec2/client-tokens.js'
import { filtered } from '../../../server/localcloud/ec2/filters.js'
import { page } from '../../../server/localcloud/ec2/pages.js'
import { Tags } from '../../../server/localcloud/ec2/tags.js'

interface Thing {
  readonly id: string
  readonly zone: string
  readonly tags: Readonly<Record<string, string>>
}

const things: readonly Thing[] = [
  { id: 'a', zone: 'us-east-1a', tags: { app: 'shop', 'a.b': 'x' } },
  { id: 'b', zone: 'us-east-1b', tags: { app: 'shop*' } },
  { id: 'c', zone: 'us-east-1c', tags: {} },
]
const select = (...filters: [string, ...string[]][]) =>
  filtered(
    things,
    filters.map(([Name, ...Values]) => ({ Name, Values })),
    { zone: (each) => each.zone, id: (each) => each.id },
    (each) => each.tags,
  )
    .map((each) => each.id)
    .join('')

describe('a filter', () => {
  it.each<[string, [string, ...string[]][]]>([
    ['ab', [['zone', 'us-east-1a', 'us-east-1b']]],
    ['abc', [['zone', 'us-*']]],
    [
      'c',
      [
        ['zone', '*1?'],
        ['id', 'c'],
      ],
    ],
    ['', [['zone', 'us-east-1']]],
    ['ab', [['tag:app', 'shop*']]],
    ['a', [['tag:app', 'shop']]],
    ['a', [['tag-key', 'a.b']]],
    ['', [['tag-key', 'axb']]],
    ['', [['tag:constructor', '*']]],
  ])('selects %j', (expected, filters) => expect(select(...filters)).toBe(expected))

  it('of an unknown name is refused', () => {
    expect(() => select(['colour', 'red'])).toThrow("The filter 'colour' is invalid")
    expect(() => select(['toString', '*'])).toThrow(/invalid/)
  })
})

describe('pages', () => {
  const ids = Array.from({ length: 12 }, (_, i) => `id-${i}`)
  const all = (
    list: readonly string[],
    MaxResults: number,
    between: (list: string[]) => string[] = (same) => same,
  ) => {
    const seen: string[] = []
    let rest = [...list]
    let NextToken: string | undefined
    do {
      const next = page(rest, (id) => id, { MaxResults, ...(NextToken ? { NextToken } : {}) })
      seen.push(...next.items)
      NextToken = next.NextToken
      rest = between(rest)
    } while (NextToken)
    return seen
  }

  it.each([5, 6, 11, 12, 13])('of %i give everything once, in order', (size) =>
    expect(all(ids, size)).toEqual(ids),
  )

  it('give what stays exactly once while something else is removed', () => {
    const seen = all(ids, 5, (list) => list.filter((id) => id !== 'id-2'))
    expect(seen).toEqual(ids)
    expect(new Set(all(ids, 5, (list) => ['new', ...list])).size).toBe(12)
  })
})

describe('client tokens', () => {
  it('know the same parameters in any order, and refuse others', () => {
    const tokens = new ClientTokens({})
    expect(tokens.earlier('Run', 't', { a: 1, b: { c: 2, d: 3 } })).toBeUndefined()
    tokens.remember('Run', 't', { a: 1, b: { c: 2, d: 3 } }, ['i-1'])
    expect(tokens.earlier('Run', 't', { b: { d: 3, c: 2 }, a: 1, ClientToken: 't' })).toEqual(['i-1'])
    expect(() => tokens.earlier('Run', 't', { a: 2 })).toThrow(/inconsistent/)
    expect(tokens.earlier('Other', 't', { a: 2 })).toBeUndefined()
  })
})

describe('tags', () => {
  it('stop at fifty, and a refused set changes nothing', () => {
    const tags = new Tags({}, () => undefined)
    tags.set(
      'i-1',
      Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: 'v' })),
    )
    expect(() => tags.set('i-1', [{ Key: 'k0', Value: 'new' }, { Key: 'one more' }])).toThrow(/maximum/)
    expect(tags.of('i-1').k0).toBe('v')
    tags.setOwned('i-1', { 'aws:autoscaling:groupName': 'g' })
    tags.remove('i-1', undefined)
    expect(tags.of('i-1')).toEqual({ 'aws:autoscaling:groupName': 'g' })
  })
})
