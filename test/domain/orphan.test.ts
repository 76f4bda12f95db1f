import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  orphansOf,
  removalOf,
  type Accounted,
  type MarkedKind,
  type MarkedThing,
} from '../../server/domain/orphan.js'

const now = new Date('2026-11-30T12:00:00Z')
const hourMs = 3_600_000
const kinds: readonly MarkedKind[] = [
  'builder',
  'instance',
  'volume',
  'image',
  'snapshot',
  'launch template',
  'target group',
  'server group',
  'alarm',
]
const thing = (kind: MarkedKind, patch: Partial<MarkedThing> = {}): MarkedThing => ({
  kind,
  id: `${kind}-1`,
  name: `${kind} one`,
  since: new Date('2026-11-29T12:00:00Z'),
  state: '',
  tags: { 'delling:owner': 'us' },
  partOf: null,
  usedBy: null,
  ...patch,
})
const accounted = (patch: Partial<Accounted> = {}): Accounted => ({
  known: new Set(),
  underWay: new Set(),
  clusters: new Set(),
  ...patch,
})
const judge = (marked: MarkedThing, of = accounted()) => orphansOf([marked], of, now, hourMs)[0]

describe('an orphan', () => {
  it('is what no record knows by its id or its name, and what no running bake has made', () => {
    const group = thing('launch template', { id: 'lt-1', name: 'shop-main-v001' })
    expect(judge(group)?.fate).toBe('asked')
    expect(judge(group, accounted({ known: new Set(['lt-1']) }))).toBeUndefined()
    expect(judge(group, accounted({ known: new Set(['shop-main-v001']) }))).toBeUndefined()
    const ofBake = thing('snapshot', { tags: { 'delling:bake': 'b1' } })
    expect(judge(ofBake)?.fate).toBe('asked')
    expect(judge(ofBake, accounted({ underWay: new Set(['b1']) }))).toBeUndefined()
  })

  it('is not the snapshot of a known image, nor what an operation under way has made', () => {
    const snapshot = thing('snapshot', { partOf: 'ami-1', usedBy: 'shop-1 is made of it' })
    expect(judge(snapshot)?.fate).toBe('told')
    expect(judge(snapshot, accounted({ known: new Set(['ami-1']) }))).toBeUndefined()
    const target = thing('target group', { since: null, tags: { 'delling:op': 'op-1' } })
    expect(judge(target)?.fate).toBe('asked')
    expect(judge(target, accounted({ underWay: new Set(['op-1']) }))).toBeUndefined()
  })

  it('is not what is so young that a record may still be on its way', () => {
    expect(judge(thing('snapshot', { since: new Date(now.getTime() - hourMs + 1) }))).toBeUndefined()
    expect(judge(thing('snapshot', { since: new Date(now.getTime() - hourMs) }))).toBeDefined()
  })

  it('goes by itself only past the date that it carries, and only if it is a builder', () => {
    const until = (expires: string) => ({ tags: { 'delling:expires': expires } })
    expect(judge(thing('builder', until('2026-11-30T11:59:59Z')))?.fate).toBe('goes')
    expect(judge(thing('builder', until('2026-11-30T12:00:01Z')))?.fate).toBe('waits')
    expect(judge(thing('builder', until('some day')))?.fate).toBe('asked')
    expect(judge(thing('image', { state: 'available', ...until('2026-11-30T11:00:00Z') }))?.fate).toBe(
      'asked',
    )
  })

  it('stays while something uses it, and says what', () => {
    for (const kind of ['image', 'snapshot', 'launch template', 'target group'] as const) {
      const used = judge(thing(kind, { usedBy: 'theirs-v001 launches from it' }))
      expect(used?.fate).toBe('told')
      expect(used?.why).toContain('theirs-v001 launches from it')
    }
  })

  it('leads to where a person goes on with a group', () => {
    const group = thing('server group', { name: 'shop-main-v009', tags: { 'delling:cluster': 'shop-main' } })
    expect(judge(group, accounted({ clusters: new Set(['shop-main']) }))?.href).toBe('/clusters/shop-main')
    expect(judge(group)?.href).toBe('/adopt/shop-main')
  })

  const things = fc.record({
    kind: fc.constantFrom(...kinds),
    id: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('a', 'x', 'y'),
    since: fc.option(fc.date({ min: new Date('2026-11-29'), max: now, noInvalidDate: true })),
    state: fc.constantFrom('', 'available', 'failed', 'pending'),
    tags: fc.dictionary(
      fc.constantFrom('delling:bake', 'delling:expires', 'delling:cluster'),
      fc.constantFrom('b1', '2026-11-30T00:00:00Z', '2027-01-01T00:00:00Z', 'a'),
    ),
    partOf: fc.constantFrom(null, 'a', 'x'),
    usedBy: fc.option(fc.constant('something uses it')),
  })
  test.prop([fc.array(things)])('is never removed where it is known, used, young or holds data', (marked) => {
    const known = new Set(['a'])
    const underWay = new Set(['b1'])
    for (const orphan of orphansOf(marked, accounted({ known, underWay }), now, hourMs)) {
      const { kind, id, name, since, tags, partOf, usedBy } = orphan.thing
      if (removalOf(orphan) === null) continue
      expect([id, name, partOf].filter((each) => each !== null && known.has(each))).toEqual([])
      expect(underWay).not.toContain(tags['delling:bake'])
      expect(['instance', 'volume', 'server group']).not.toContain(kind)
      if (since) expect(now.getTime() - since.getTime()).toBeGreaterThanOrEqual(hourMs)
      if (kind !== 'builder' && kind !== 'alarm') expect(usedBy).toBeNull()
    }
  })
})
