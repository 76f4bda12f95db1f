import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { firstPolicy } from '../../server/domain/image-retention-policy.js'
import type { ImageRetentionRun } from '../../server/domain/image-retention-run.js'
import type { ImageRetentionRecords } from '../../server/engine/ports-image-retention.js'
import type { Store } from '../../server/engine/ports.js'

/** Records to hold to the contract; empty at the begin of each test. */
export interface RetentionUnderTest {
  readonly store: Pick<Store, 'record'>
  readonly retention: ImageRetentionRecords
}

const at = new Date('2026-11-20T06:30:00Z')
const later = new Date('2026-11-21T06:30:00Z')

function aRun(patch: Partial<ImageRetentionRun> = {}): ImageRetentionRun {
  return {
    id: randomUUID(),
    kind: 'run',
    at,
    actor: { name: 'Ada', via: 'cli' },
    nightly: false,
    reason: 'old',
    policy: firstPolicy,
    dryRunId: null,
    refused: null,
    stopping: null,
    state: 'running',
    endedAt: null,
    endSentence: null,
    images: [],
    stayCount: 1,
    ...patch,
  }
}

/** What is kept for the retention of images, whatever it stands on. */
export function imageRetentionContract(given: () => Promise<RetentionUnderTest>): void {
  let store: RetentionUnderTest['store']
  let retention: ImageRetentionRecords
  beforeEach(async () => {
    ;({ store, retention } = await given())
  })

  describe('marks', () => {
    it('tell when an image was last referenced and by what, and never go back', async () => {
      await retention.mark(
        new Map([
          ['ami-1', 'i-1'],
          ['ami-2', 'i-2'],
        ]),
        later,
      )
      await retention.mark(new Map([['ami-1', 'i-0']]), at)
      const marks = await retention.marks(['ami-1', 'ami-3'])
      expect([...marks.keys()]).toEqual(['ami-1'])
      expect(marks.get('ami-1')).toEqual({ referencedAt: later, referencedBy: 'i-1', keep: null })
      expect((await retention.marks(null)).size).toBe(2)
      expect(await retention.markedSince(later)).toBe(2)
      expect(await retention.markedSince(new Date(later.getTime() + 1))).toBe(0)
      expect(await retention.marksMade()).toEqual([later, at])
    })

    it('say that they were made though nothing was in use', async () => {
      await retention.mark(new Map(), at)
      expect(await retention.marksMade()).toEqual([at])
    })

    it('leave alone who keeps an image, and a keep leaves them alone', async () => {
      const keep = { by: 'Bo', at, why: 'for the audit' }
      await store.record({ retention: { keep: { imageId: 'ami-1', keep } } })
      expect((await retention.marks(null)).get('ami-1')).toEqual({
        referencedAt: null,
        referencedBy: null,
        keep,
      })
      await retention.mark(new Map([['ami-1', 'i-1']]), at)
      expect((await retention.marks(null)).get('ami-1')).toMatchObject({ referencedAt: at, keep })
      await store.record({ retention: { keep: { imageId: 'ami-1', keep: null } } })
      expect((await retention.marks(null)).get('ami-1')).toMatchObject({ referencedAt: at, keep: null })
    })
  })

  describe('the policy', () => {
    it('is the proposed one until somebody sets one', async () => {
      expect(await retention.policy()).toEqual(firstPolicy)
      const policy = { ...firstPolicy, version: 1, limit: 7, changedBy: 'Ada', changedAt: at }
      await store.record({ retention: { policy } })
      expect(await retention.policy()).toEqual(policy)
      await store.record({ retention: { policy: { ...policy, on: true } } })
      expect(await retention.policy()).toMatchObject({ on: true, version: 1 })
    })

    it('is not overwritten by what was made from an older one', async () => {
      const policy = (version: number, limit: number) => ({ ...firstPolicy, version, limit })
      await store.record({ retention: { policy: policy(1, 1) } })
      await store.record({ retention: { policy: policy(2, 2) } })
      await expect(store.record({ retention: { policy: { ...policy(1, 1), on: true } } })).rejects.toThrow(
        'changed meanwhile',
      )
      expect(await retention.policy()).toMatchObject({ limit: 2, on: false })
    })
  })

  describe('runs', () => {
    it('are kept with what they leave, newest first', async () => {
      const shown = aRun({ kind: 'dry run', state: 'shown', endedAt: at })
      const run = aRun({ at: later })
      const staying = [{ imageId: 'ami-1', name: 'shop-1', application: 'shop', why: 'It is in use: i-1.' }]
      await store.record({ retention: { run: shown, staying } })
      await store.record({ retention: { run, staying: [] } })
      expect(await retention.run(shown.id)).toEqual(shown)
      expect(await retention.run('nothing')).toBeNull()
      expect(await retention.run(randomUUID())).toBeNull()
      expect((await retention.runs(5)).map(({ id }) => id)).toEqual([run.id, shown.id])
      expect(await retention.runs(1)).toHaveLength(1)
      expect(await retention.staying(shown.id)).toEqual(staying)
      expect(await retention.staying('nothing')).toEqual([])
      await store.record({ retention: { run: { ...shown, reason: 'again' } } })
      expect(await retention.staying(shown.id)).toEqual(staying)
    })

    it('tell the last that a night began from what people asked for since', async () => {
      const ended = { state: 'done' as const, endedAt: later }
      expect(await retention.lastNightlyRun()).toBeNull()
      const night = aRun({ nightly: true, ...ended })
      await store.record({ retention: { run: night } })
      await store.record({ retention: { run: aRun({ at: later, ...ended }) } })
      expect(await retention.lastNightlyRun()).toEqual(night)
    })

    it('retire one after the other', async () => {
      const run = aRun()
      await store.record({ retention: { run } })
      expect((await retention.openRun())?.id).toBe(run.id)
      await expect(store.record({ retention: { run: aRun() } })).rejects.toThrow('by another run')
      await store.record({ retention: { run: { ...run, stopping: 'it is used' } } })
      await store.record({ retention: { run: { ...run, state: 'done', endedAt: later } } })
      expect(await retention.openRun()).toBeNull()
      await store.record({ retention: { run: aRun() } })
      expect(await retention.openRun()).not.toBeNull()
    })
  })
}
