import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { referencedImages, unbrokenSince, unmarked } from '../../server/domain/image-marks.js'
import {
  judgeImages,
  quietSince,
  reasonNoRun,
  type AccountImage,
  type RetentionFacts,
  type RunGuards,
} from '../../server/domain/image-retention.js'
import { firstPolicy, limitsFor } from '../../server/domain/image-retention-policy.js'
import { marksAreDue, nextMarks, retentionIsDue } from '../../server/domain/retention-times.js'
import { bake, image as anImage } from '../support/baked.js'
import { cluster, operation, serverGroup } from '../support/build.js'

const now = new Date('2026-11-20T06:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
const policy = { ...firstPolicy, on: true, keepNewest: 0 }

const old = anImage({ imageId: 'ami-old', name: 'shop-1.0.0-aa', bakedAt: daysAgo(200) })
const seenInAccount = (imageId: string, patch: Partial<AccountImage> = {}): AccountImage => ({
  imageId,
  state: 'available',
  owner: 'us',
  createdAt: daysAgo(200),
  isPublic: false,
  sizeGib: 8,
  snapshots: 1,
  ...patch,
})
function facts(patch: Partial<RetentionFacts> = {}): RetentionFacts {
  const images = patch.images ?? [old]
  return {
    now,
    owner: 'us',
    policy,
    images,
    marks: new Map(),
    inUse: new Map(),
    marksSince: daysAgo(300),
    account: new Map(images.map(({ imageId }) => [imageId, seenInAccount(imageId)])),
    sharedWith: new Map(images.map(({ imageId }) => [imageId, []])),
    heldBack: () => null,
    ...patch,
  }
}
const only = (patch: Partial<RetentionFacts>) => judgeImages(facts(patch)).verdicts[0]!

describe('what the retention does with one image', () => {
  it('takes what nothing has used for long', () => {
    expect(only({})).toMatchObject({ verdict: 'goes', sizeGib: 8 })
    expect(only({ marks: new Map([['ami-old', { ...unmarked, referencedAt: daysAgo(61) }]]) })).toMatchObject(
      {
        verdict: 'goes',
        why: 'Last referenced 2026-09-20, more than 60 days ago; nothing uses it.',
      },
    )
  })

  it.each<[string, Partial<RetentionFacts>, string]>([
    ['is in use', { inUse: new Map([['ami-old', 'shop-main-v012']]) }, 'It is in use: shop-main-v012.'],
    [
      'is kept by a person',
      { marks: new Map([['ami-old', { ...unmarked, keep: { by: 'Bo', at: now, why: 'audit' } }]]) },
      'Bo keeps it: audit.',
    ],
    [
      'was referenced within the limit',
      { marks: new Map([['ami-old', { ...unmarked, referencedAt: daysAgo(59) }]]) },
      'Last referenced 2026-09-22; it may go 60 days after that, from 2026-11-21 on.',
    ],
    [
      'was baked within the limit',
      { images: [{ ...old, bakedAt: daysAgo(13) }] },
      'Never referenced, baked 2026-11-07; it may go 14 days after that',
    ],
    ['is older than the marks', { marksSince: daysAgo(10) }, 'Marks are made without a break only since'],
    ['is not told of by any marks', { marksSince: null }, 'It is not known whether it was used'],
    ['is undated in the records', { images: [{ ...old, bakedAt: new Date(Number.NaN) }] }, 'It has no date'],
    [
      'is undated in the account',
      { account: new Map([['ami-old', seenInAccount('ami-old', { createdAt: null })]]) },
      'EC2 gives no date',
    ],
    [
      'belongs to another installation',
      { account: new Map([['ami-old', seenInAccount('ami-old', { owner: 'them' })]]) },
      'does not carry the mark of this installation',
    ],
    ['is not among those of the account', { account: new Map() }, 'does not show it'],
    [
      'is public',
      { account: new Map([['ami-old', seenInAccount('ami-old', { isPublic: true })]]) },
      'It is public',
    ],
    [
      'is shared with another account',
      { sharedWith: new Map([['ami-old', ['210987654321']]]) },
      'It is shared with 210987654321, whose use of it can’t be seen from here.',
    ],
    ['may be shared, as far as anybody knows', { sharedWith: new Map() }, 'It could not be read who else'],
    ['is on hold', { heldBack: () => 'On hold by Bo.' }, 'On hold by Bo.'],
    [
      'is among the newest of its application',
      { policy: { ...policy, keepNewest: 1 } },
      'It is among the newest 1 of shop.',
    ],
    [
      'is what another image was baked on',
      {
        images: [old, anImage({ imageId: 'ami-new', name: 'shop-2', baseImageId: 'ami-old', bakedAt: now })],
      },
      'shop-2 was baked on it.',
    ],
  ])('leaves one that %s', (_which, patch, why) => {
    const verdict = only(patch)
    expect(verdict.verdict).toBe('stays')
    expect(verdict.why).toContain(why)
  })

  it('reads who else may launch from an image only of those that nothing else keeps', () => {
    const images = [old, anImage({ imageId: 'ami-used', name: 'shop-used', bakedAt: daysAgo(200) })]
    const inUse = new Map([['ami-used', 'i-1']])
    expect(judgeImages(facts({ images, inUse, sharedWith: new Map() })).unread).toEqual(['ami-old'])
    expect(judgeImages(facts({ images, inUse })).unread).toEqual([])
  })

  it('takes what was longest without a use first, and no more than a run may', () => {
    const images = [100, 300, 200].map((days) =>
      anImage({ imageId: `ami-${days}`, name: `shop-${days}`, bakedAt: daysAgo(days) }),
    )
    const { verdicts } = judgeImages(
      facts({ images, marksSince: daysAgo(900), policy: { ...policy, limit: 2 } }),
    )
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['stays', 'goes', 'goes'])
    expect(verdicts[0]?.why).toBe('A run takes at most 2; a later one takes it.')
  })

  it('holds an application to limits of its own', () => {
    const own = { ...policy, applications: { shop: { neverReferencedDays: 365 } } }
    expect(only({ policy: own }).verdict).toBe('stays')
    expect(limitsFor(own, 'media')).toMatchObject({ neverReferencedDays: 14 })
    expect(limitsFor(own, 'toString')).toMatchObject({ neverReferencedDays: 14 })
  })
})

const days = fc.integer({ min: 0, max: 400 })
const seldom = fc.constantFrom(false, false, false, false, false, true)
const someImage = fc.record({
  application: fc.constantFrom('shop', 'media'),
  baked: days,
  referenced: fc.option(days),
  used: seldom,
  kept: seldom,
  base: fc.option(fc.integer({ min: 0, max: 11 }), { freq: 2 }),
  account: fc.option(
    fc.record({
      owner: fc.constantFrom('us', 'us', 'us', 'us', 'them', null),
      isPublic: seldom,
      state: fc.constantFrom('available', 'available', 'available', 'available', 'pending'),
      dated: seldom.map((not) => !not),
    }),
    { freq: 8 },
  ),
  shared: fc.constantFrom<readonly string[] | null>([], [], [], ['210987654321'], null),
})
const anyFacts = fc
  .record({
    images: fc.array(someImage, { maxLength: 12 }),
    limit: fc.integer({ min: 1, max: 4 }),
    keepNewest: fc.integer({ min: 0, max: 3 }),
    unreferencedDays: fc.integer({ min: 30, max: 90 }),
    neverReferencedDays: fc.integer({ min: 3, max: 30 }),
    marksSince: fc.option(days),
    held: fc.constantFrom(null, 'shop'),
  })
  .map(({ images, marksSince, held, ...limits }): RetentionFacts => {
    const id = (index: number) => `ami-${index}`
    const ids = images.map((each, index) => [each, id(index)] as const)
    return {
      now,
      owner: 'us',
      policy: { ...policy, ...limits },
      images: images.map((each, index) =>
        anImage({
          imageId: id(index),
          name: `${each.application}-${index}`,
          application: each.application,
          bakedAt: daysAgo(each.baked),
          baseImageId: each.base === null || each.base === index ? 'ami-base' : id(each.base),
        }),
      ),
      marks: new Map(
        ids.map(([each, imageId]) => [
          imageId,
          {
            referencedAt: each.referenced === null ? null : daysAgo(each.referenced),
            referencedBy: null,
            keep: each.kept ? { by: 'Bo', at: now, why: 'audit' } : null,
          },
        ]),
      ),
      inUse: new Map(ids.flatMap(([each, imageId]) => (each.used ? [[imageId, 'i-1'] as const] : []))),
      marksSince: marksSince === null ? null : daysAgo(marksSince),
      account: new Map(
        ids.flatMap(([{ account }, imageId]) =>
          account
            ? [
                [
                  imageId,
                  seenInAccount(imageId, { ...account, createdAt: account.dated ? now : null }),
                ] as const,
              ]
            : [],
        ),
      ),
      sharedWith: new Map(
        ids.flatMap(([{ shared }, imageId]) => (shared ? [[imageId, shared] as const] : [])),
      ),
      heldBack: (application) => (application === held ? 'On hold.' : null),
    }
  })

test.prop([anyFacts], { numRuns: 600 })(
  'never takes an image in use, kept, needed, foreign, shared, held, young or among the newest, nor more than a run may',
  (given) => {
    const { verdicts, unread } = judgeImages(given)
    const goes = verdicts.filter(({ verdict }) => verdict === 'goes').map(({ image }) => image)
    expect(verdicts).toHaveLength(given.images.length)
    expect(goes.length).toBeLessThanOrEqual(given.policy.limit)
    for (const image of goes) {
      const { imageId, application, bakedAt } = image
      const mark = given.marks.get(imageId)
      const seen = given.account?.get(imageId)
      const limits = limitsFor(given.policy, application)
      const needed = mark?.referencedAt ? limits.unreferencedDays : limits.neverReferencedDays
      expect(given.inUse.has(imageId)).toBe(false)
      expect(mark?.keep ?? null).toBeNull()
      expect(given.images.some(({ baseImageId }) => baseImageId === imageId)).toBe(false)
      expect(seen).toMatchObject({ owner: 'us', isPublic: false, state: 'available' })
      expect(seen?.createdAt).not.toBeNull()
      expect(given.sharedWith.get(imageId)).toEqual([])
      expect(given.heldBack(application)).toBeNull()
      expect(given.marksSince).not.toBeNull()
      for (const since of [bakedAt, mark?.referencedAt ?? bakedAt, given.marksSince!])
        expect(now.getTime() - since.getTime()).toBeGreaterThanOrEqual(needed * 86_400_000)
      const newer = given.images.filter(
        (each) => each.application === application && each.bakedAt > bakedAt,
      ).length
      expect(newer + given.images.filter((each) => sameAge(each, image)).length).toBeGreaterThanOrEqual(
        limits.keepNewest + 1,
      )
      expect(unread).not.toContain(imageId)
    }
    for (const imageId of unread) expect(given.sharedWith.has(imageId)).toBe(false)
  },
)

const sameAge = (one: Image, other: Image) =>
  one.application === other.application && one.bakedAt.getTime() === other.bakedAt.getTime()

describe('a run', () => {
  const guards = (patch: Partial<RunGuards> = {}): RunGuards => ({
    now,
    markedAt: now,
    markedInLastDay: 2,
    inUse: new Map([
      ['ami-1', 'i-1'],
      ['ami-2', 'i-2'],
    ]),
    groupsSeen: ['shop-main-v012', 'theirs'],
    groupsRecorded: ['shop-main-v012'],
    unresolved: [],
    marks: new Map(),
    ...patch,
  })
  const going = judgeImages(facts()).verdicts

  it('is believed where everything agrees', () => {
    expect(reasonNoRun(guards(), going)).toBeNull()
  })

  it.each<[string, Partial<RunGuards>, string]>([
    ['marks were never made', { markedAt: null }, 'never marked. Is marking broken?'],
    ['marks are too old', { markedAt: daysAgo(2) }, 'last marked 2026-11-18. Is marking broken?'],
    ['fewer were marked than are in use', { markedInLastDay: 1 }, '1 images were marked'],
    ['a group of ours was not read', { groupsSeen: ['theirs'] }, 'does not show shop-main-v012'],
    [
      'something launches nobody knows what',
      { unresolved: ['The launch template x names ssm:y.'] },
      'can’t be told',
    ],
    [
      'one that goes is in use',
      { inUse: new Map([['ami-old', 'i-1']]) },
      'shop-1.0.0-aa is in use and was to go',
    ],
    [
      'one that goes was marked today',
      { marks: new Map([['ami-old', { ...unmarked, referencedAt: now }]]) },
      'is in use and was to go',
    ],
  ])('takes nothing at all where %s', (_what, patch, why) => {
    expect(reasonNoRun(guards(patch), going)).toContain(why)
  })
})

describe('images in use', () => {
  const account = { readAt: now, references: [], groups: [], unresolved: [] }
  const referrers = { states: [], bakes: [], images: [], defaultBases: [] }

  it('are those of groups, unfinished operations and bakes, of the configuration and the account', () => {
    const state = {
      cluster: cluster(),
      groups: [serverGroup(1, { role: 'warm', image: { imageId: 'ami-warm', name: 'w', version: '1' } })],
      operations: [
        operation({
          phase: 'queued',
          request: { ...operation().request, image: { imageId: 'ami-queued', name: 'q', version: '1' } },
        }),
      ],
      obligations: [],
      tickets: [],
    }
    const found = referencedImages(
      { ...referrers, states: [state], bakes: [bake()], defaultBases: ['ami-default'] },
      { ...account, references: [{ imageId: 'ami-theirs', kind: 'instance', name: 'i-1' }] },
    )
    expect([...found.keys()].sort()).toEqual([
      'ami-base',
      'ami-default',
      'ami-queued',
      'ami-theirs',
      'ami-warm',
    ])
    expect(found.get('ami-theirs')).toBe('the instance i-1')
  })

  it('need what they were baked on, and what that was baked on', () => {
    const images = [
      anImage({ imageId: 'ami-top', name: 'top', baseImageId: 'ami-mid' }),
      anImage({ imageId: 'ami-mid', name: 'mid', baseImageId: 'ami-low' }),
      anImage({ imageId: 'ami-low', name: 'low', baseImageId: 'ami-amazon' }),
      anImage({ imageId: 'ami-other', name: 'other', baseImageId: 'ami-nobody' }),
    ]
    const found = referencedImages({ ...referrers, images, defaultBases: ['top'] }, account)
    expect(found.get('ami-low')).toBe('mid')
    expect([...found.keys()].sort()).toEqual(['ami-amazon', 'ami-low', 'ami-mid', 'ami-top'])
  })
})

describe('marks', () => {
  it('count as unbroken as far as no two of them are more than two days apart', () => {
    expect(unbrokenSince([], now)).toBeNull()
    expect(unbrokenSince([daysAgo(3)], now)).toBeNull()
    expect(unbrokenSince([daysAgo(1), daysAgo(2), daysAgo(6)], now)).toEqual(daysAgo(2))
  })

  test.prop([fc.array(days)])('begin to count no earlier than the last break', (list) => {
    const made = [...list].sort((a, b) => a - b).map(daysAgo)
    const since = unbrokenSince(made, now)
    if (since === null) return
    for (let at = since.getTime(); at < now.getTime(); at += 3_600_000)
      expect(made.some((each) => Math.abs(each.getTime() - at) <= 50 * 3_600_000)).toBe(true)
  })

  const clock = { morning: '07:30', timeZone: 'UTC' }
  it('are due an hour before the morning, once', () => {
    expect(marksAreDue(clock, null, now)).toBe(true)
    expect(marksAreDue(clock, new Date('2026-11-19T06:31:00Z'), now)).toBe(false)
    expect(marksAreDue(clock, new Date('2026-11-19T06:31:00Z'), new Date('2026-11-20T06:31:00Z'))).toBe(true)
    expect(nextMarks(clock, now)).toEqual(new Date('2026-11-20T06:30:00Z'))
    expect(nextMarks(clock, new Date('2026-11-20T06:31:00Z'))).toEqual(new Date('2026-11-21T06:30:00Z'))
  })

  it('are followed by a run in the first morning after the policy was switched on', () => {
    const at = new Date('2026-11-20T07:31:00Z')
    const on = (changedAt: Date, last: Date | null = null) =>
      retentionIsDue(clock, { on: true, changedAt }, last, at)
    expect(on(new Date('2026-11-19T12:00:00Z'))).toBe(true)
    expect(on(new Date('2026-11-20T07:30:30Z'))).toBe(false)
    expect(on(daysAgo(9), new Date('2026-11-20T07:30:10Z'))).toBe(false)
    expect(on(daysAgo(9), new Date('2026-11-19T07:30:10Z'))).toBe(true)
    expect(retentionIsDue(clock, { on: false, changedAt: daysAgo(9) }, null, at)).toBe(false)
  })
})

describe('the days of an image', () => {
  it('count from its last reference, and not before marks are made', () => {
    const given = facts({ marks: new Map([['ami-old', { ...unmarked, referencedAt: daysAgo(20) }]]) })
    expect(quietSince(old, given)).toEqual(daysAgo(20))
    expect(quietSince(old, { ...given, marksSince: daysAgo(4) })).toEqual(daysAgo(4))
  })
})
