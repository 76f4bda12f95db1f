import { beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Call } from '../../server/domain/call.js'
import type { AccountImage } from '../../server/domain/image-retention.js'
import type { ImageReference } from '../../server/domain/image-references.js'
import { awsTimings } from '../../server/domain/timings.js'
import { advanceImage } from '../../server/engine/advance-image.js'
import { imageOutlooks } from '../../server/engine/image-retention.js'
import { keepImage } from '../../server/engine/keep-image.js'
import { markImages } from '../../server/engine/mark-images.js'
import type { Parts } from '../../server/engine/parts.js'
import { setRetentionPolicy, switchRetention } from '../../server/engine/retention-policy.js'
import {
  advanceRetention,
  dryRunRetention,
  startPolicyRun,
  startRetention,
} from '../../server/engine/retention-run.js'
import { retireImage } from '../../server/engine/retire-image.js'
import { imageMarksWork } from '../../server/jobs/image-marks.js'
import { imageRetentionWork } from '../../server/jobs/image-retention.js'
import { PeriodicJob } from '../../server/jobs/periodic-job.js'
import { MemoryStore } from '../simulation/memory-store.js'
import { image as anImage } from '../support/baked.js'
import { cluster, serverGroup } from '../support/build.js'
import { MemorySystem } from '../support/memory-system.js'

const person = { name: 'Ada', via: 'cli' } as const
const why = { reason: 'the account fills up' }
const dayMs = 86_400_000
const ids = ['ami-1', 'ami-2', 'ami-3', 'ami-4']

/** An account with images of which nothing is in use but what a test says. */
class Account {
  nowMs = Date.parse('2026-03-01T00:00:00Z')
  readonly there = new Set(ids)
  references: ImageReference[] = []
  unresolved: string[] = []
  shared = new Map<string, string[]>()
  /** Throws where AWS can't be read. */
  reach: () => void = () => undefined
  readonly sent: Call[] = []
  readonly store = new MemoryStore({ now: () => new Date(this.nowMs) })
  readonly parts = {
    store: this.store,
    history: this.store,
    retention: this.store.retention,
    clock: { now: () => new Date(this.nowMs) },
    timings: { ...awsTimings, pollMs: 1 },
    place: { owner: 'us', region: 'us-east-1' },
    defaults: { baseImage: 'ami-base', debBaseImage: 'ami-base', timeZone: 'UTC', morning: '07:30' },
    newId: () => crypto.randomUUID(),
    bakeCloud: { resolveBase: async (base: string) => ({ imageId: base }) },
    observer: {
      images: async () => ({
        seen: await this.ownImages(),
        at: new Date(this.nowMs),
        fault: null,
      }),
    },
    imageCloud: {
      references: async () => {
        this.reach()
        return {
          readAt: new Date(this.nowMs),
          references: this.references,
          groups: [],
          unresolved: this.unresolved,
        }
      },
      ownImages: () => this.ownImages(),
      sharedWith: async (imageId: string) => this.shared.get(imageId) ?? [],
      observeImage: async (imageId: string) => ({
        at: new Date(this.nowMs),
        image: this.there.has(imageId) ? { state: 'available', owner: 'us', snapshots: [] } : null,
        snapshots: [],
      }),
      perform: async (call: Call) => {
        this.sent.push(call)
        if (call.type === 'DeregisterImage') this.there.delete(call.imageId)
        return { requestId: 'req-1', learnt: {} }
      },
    },
  } as unknown as Parts

  async ownImages(): Promise<readonly AccountImage[]> {
    return [...this.there].map((imageId) => ({
      imageId,
      state: 'available',
      owner: 'us',
      createdAt: new Date('2025-01-01T00:00:00Z'),
      isPublic: false,
      sizeGib: 8,
      snapshots: 1,
    }))
  }

  /** A month in which marks are made every day. */
  async month(): Promise<void> {
    for (let day = 0; day < 31; day += 1) {
      this.nowMs += dayMs
      await markImages(this.parts)
    }
  }

  async image(imageId: string): Promise<Image> {
    return (await this.store.image(imageId))!
  }

  async retirements(): Promise<void> {
    for (const imageId of await this.store.retiringImageIds())
      for (let turn = 0; turn < 20; turn += 1) {
        const lease = await this.store.claim(`image:${imageId}`, 'test', 60_000)
        const { lookAgainMs } = await advanceImage(this.parts, {
          current: lease!,
          signal: new AbortController().signal,
          check: () => undefined,
        })
        if (lookAgainMs === null) break
        this.nowMs += lookAgainMs
      }
  }

  /** Steps of the run by ever other holders, as after crashes, until it has ended. */
  async advance(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) {
      const lease = await this.store.claim('job:image-retention', 'test', 60_000)
      const lookAgainMs = await advanceRetention(this.parts, { current: lease!, check: () => undefined })
      if (lookAgainMs === null) return
      if (lookAgainMs > 0) await this.retirements()
    }
    throw new Error('the run does not end')
  }
}

describe('the image retention', () => {
  let account: Account
  beforeEach(async () => {
    account = new Account()
    for (const imageId of ids)
      await account.store.record({
        image: anImage({ imageId, name: `shop-${imageId}`, bakedAt: new Date('2025-01-01T00:00:00Z') }),
      })
    await setRetentionPolicy(account.parts, person, { keepNewest: 0, neverReferencedDays: 20, ...why })
    await account.month()
  })
  const run = async (id: string) => (await account.store.retention.run(id))!

  it('lists in a dry run what would go and why the rest stays, and changes nothing', async () => {
    account.references = [{ imageId: 'ami-1', kind: 'instance', name: 'i-1' }]
    account.shared.set('ami-2', ['210987654321'])
    await keepImage(account.parts, person, { image: 'ami-3', why: 'for the audit' })
    const shown = await dryRunRetention(account.parts, person)
    expect(shown).toMatchObject({ kind: 'dry run', refused: null, state: 'shown', stayCount: 3 })
    expect(shown.images.map(({ imageId, sizeGib }) => [imageId, sizeGib])).toEqual([['ami-4', 8]])
    expect(await account.store.retention.staying(shown.id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ imageId: 'ami-1', why: 'It is in use: the instance i-1.' }),
        expect.objectContaining({ imageId: 'ami-2', why: expect.stringContaining('210987654321') as string }),
        expect.objectContaining({ imageId: 'ami-3', why: 'Ada keeps it: for the audit.' }),
      ]),
    )
    expect(await account.store.retiringImageIds()).toEqual([])
    expect(account.sent).toEqual([])
  })

  it('is switched on only after a dry run of the very policy, and a change switches it off', async () => {
    const on = () => switchRetention(account.parts, person, { on: true, ...why })
    await expect(on()).rejects.toThrow('no dry run of this policy')
    await dryRunRetention(account.parts, person)
    await setRetentionPolicy(account.parts, person, { limit: 2, ...why })
    await expect(on()).rejects.toThrow('no dry run of this policy')
    await dryRunRetention(account.parts, person)
    expect(await on()).toMatchObject({ on: true, limit: 2 })
    await expect(on()).rejects.toThrow('on already')
    expect(await setRetentionPolicy(account.parts, person, { limit: 3, ...why })).toMatchObject({ on: false })
    await expect(setRetentionPolicy(account.parts, person, { limit: 3, ...why })).rejects.toThrow(
      'says so already',
    )
    account.nowMs += dayMs + 1
    await expect(on()).rejects.toThrow('no dry run of this policy')
    const log = await account.store.log({
      stream: 'job:image-retention',
      type: 'RetentionSwitchedOn',
      limit: 5,
    })
    expect(log[0]).toMatchObject({ actor: person })
    expect(log[0]?.sentence).toContain(why.reason)
  })

  it('retires what a dry run listed, after its number was typed, and nothing that it did not list', async () => {
    account.references = [{ imageId: 'ami-1', kind: 'instance', name: 'i-1' }]
    const shown = await dryRunRetention(account.parts, person)
    account.references = []
    const asked = { dryRun: shown.id, count: 3, ...why }
    await expect(startRetention(account.parts, person, { ...asked, count: 2 })).rejects.toThrow(
      'Type how many',
    )
    await expect(startRetention(account.parts, person, { ...asked, dryRun: 'x' })).rejects.toThrow(
      'no dry run x',
    )
    await keepImage(account.parts, person, { image: 'ami-2', why: 'late' })
    const { id } = await startRetention(account.parts, person, asked)
    await expect(startRetention(account.parts, person, asked)).rejects.toThrow('by another run')
    await account.advance()
    expect(await run(id)).toMatchObject({
      state: 'done',
      endSentence: '2 images retired.',
      dryRunId: shown.id,
    })
    expect([...account.there]).toEqual(['ami-1', 'ami-2'])
    expect((await account.image('ami-3')).retirement).toMatchObject({ by: 'Ada', reason: why.reason })
  })

  it('takes an image for used that came into use between the dry run and its end, and stops there', async () => {
    const shown = await dryRunRetention(account.parts, person)
    const { id } = await startRetention(account.parts, person, { dryRun: shown.id, count: 4, ...why })
    account.references = [{ imageId: 'ami-2', kind: 'instance', name: 'i-9' }]
    await account.advance()
    expect(await run(id)).toMatchObject({ state: 'stopped' })
    expect((await run(id)).endSentence).toContain('shop-ami-2 must stay: The instance i-9 runs from it.')
    expect(account.there.has('ami-2')).toBe(true)
    const asked = (await run(id)).images.map(({ imageId, state }) => `${imageId} ${state}`)
    expect(asked).toContain('ami-2 waiting')
  })

  it('stops at the first retirement that is called off, and asks for no more', async () => {
    const shown = await dryRunRetention(account.parts, person)
    const { id } = await startRetention(account.parts, person, { dryRun: shown.id, count: 4, ...why })
    const lease = await account.store.claim('job:image-retention', 'test', 60_000)
    await advanceRetention(account.parts, { current: lease!, check: () => undefined })
    account.references = [{ imageId: 'ami-1', kind: 'instance', name: 'i-9' }]
    await account.advance()
    expect(await run(id)).toMatchObject({
      state: 'stopped',
      endSentence: 'shop-ami-1 was not retired after all. 3 images retired.',
    })
    expect([...account.there]).toEqual(['ami-1'])
  })

  it('takes nothing where something launches nobody knows what, or the account can’t be read', async () => {
    const shown = await dryRunRetention(account.parts, person)
    const asked = () => startRetention(account.parts, person, { dryRun: shown.id, count: 4, ...why })
    account.unresolved = ['The launch template x names ssm:y.']
    await expect(asked()).rejects.toThrow(
      'It can’t be told what is in use: The launch template x names ssm:y.',
    )
    account.unresolved = []
    account.reach = () => {
      throw new Error('Throttling')
    }
    await expect(asked()).rejects.toThrow('Throttling')
    expect(await account.store.retiringImageIds()).toEqual([])
    expect(await account.store.retention.openRun()).toBeNull()
  })

  it('is refused where a mark was lost: is marking broken?', async () => {
    const { retention } = account.parts
    const mark = retention.mark.bind(retention)
    retention.mark = (inUse, at) => mark(new Map([...inUse].slice(1)), at)
    account.references = [{ imageId: 'ami-1', kind: 'instance', name: 'i-1' }]
    account.nowMs += 2 * dayMs
    const shown = await dryRunRetention(account.parts, person)
    expect(shown.refused).toContain('Is marking broken?')
    await expect(
      startRetention(account.parts, person, { dryRun: shown.id, count: shown.images.length, ...why }),
    ).rejects.toThrow('Is marking broken?')
  })

  it('waits under a stop, and asks for nothing on hold', async () => {
    const shown = await dryRunRetention(account.parts, person)
    const { id } = await startRetention(account.parts, person, { dryRun: shown.id, count: 4, ...why })
    await account.store.record({
      restraint: {
        id: crypto.randomUUID(),
        kind: 'stop',
        scope: { level: 'all' },
        createdBy: person,
        owner: 'Bo',
        reason: 'fire',
        since: new Date(account.nowMs),
        until: null,
        ended: null,
      } as never,
    })
    await account.advance()
    expect(await run(id)).toMatchObject({ state: 'stopped' })
    expect(account.sent).toEqual([])
    expect((await dryRunRetention(account.parts, person)).images).toEqual([])
  })

  it('counts one that somebody else retires meanwhile, and goes on', async () => {
    const shown = await dryRunRetention(account.parts, person)
    const { id } = await startRetention(account.parts, person, { dryRun: shown.id, count: 4, ...why })
    const name = 'shop-ami-1'
    await retireImage(account.parts, { name: 'Bo', via: 'cli' }, { image: name, name })
    await account.advance()
    expect(await run(id)).toMatchObject({ state: 'done', endSentence: '4 images retired.' })
  })

  it('says of every image what it would do, by the records, and how much it holds', async () => {
    const images = await account.store.everyImage()
    const unused = await imageOutlooks(account.parts, images, { states: [], bakes: [] })
    expect(unused).toMatchObject({ isOn: false, sizesAt: new Date(account.nowMs), sizesFault: null })
    expect(unused.byId.get('ami-1')).toMatchObject({ verdict: { verdict: 'goes' }, sizeGib: 8 })
    const state = {
      cluster: cluster(),
      groups: [serverGroup(1, { image: { imageId: 'ami-1', name: 'shop-1', version: '1' } })],
      operations: [],
      obligations: [],
      tickets: [],
    }
    const used = await imageOutlooks(account.parts, images, { states: [state], bakes: [] })
    expect(used.byId.get('ami-1')?.verdict).toEqual({
      verdict: 'stays',
      why: 'It is in use: shop-main-v001.',
    })
  })

  describe('at night', () => {
    const faults: unknown[] = []
    const log = { fault: (_job: string, error: unknown) => void faults.push(error), looked: () => undefined }
    const system = () => new MemorySystem()
    const keeper = (memory: MemorySystem) => ({
      runs: memory.runs,
      replica: 'one',
      newId: account.parts.newId,
    })
    const retentionJob = (memory: MemorySystem) =>
      new PeriodicJob(
        imageRetentionWork(account.parts),
        { store: account.store, keeper: keeper(memory) },
        log,
      )
    const marksJob = (memory: MemorySystem) =>
      new PeriodicJob(imageMarksWork(account.parts), { store: account.store, keeper: keeper(memory) }, log)
    const morning = () => {
      account.nowMs = Math.ceil(account.nowMs / dayMs) * dayMs + 8 * 3_600_000
    }
    const on = async () => {
      await dryRunRetention(account.parts, person)
      await switchRetention(account.parts, person, { on: true, ...why })
    }
    beforeEach(() => void (faults.length = 0))

    it('runs once a morning where the policy is on, to its end', async () => {
      const memory = system()
      const job = retentionJob(memory)
      morning()
      await job.tick()
      expect(memory.jobRuns).toEqual([])
      await on()
      await job.tick()
      expect(memory.jobRuns).toEqual([])
      morning()
      await marksJob(memory).tick()
      const working = job.tick()
      while ((await account.store.retention.openRun()) !== null || account.there.size > 0) {
        await new Promise((resolve) => setImmediate(resolve))
        await account.retirements()
      }
      await working
      expect(memory.jobRuns[0]).toMatchObject({
        job: 'image-retention',
        by: null,
        outcome: 'done',
        did: '4 images retired. 4 images listed, 0 stay.',
      })
      await job.tick()
      expect(memory.jobRuns.filter(({ job: name }) => name === 'image-retention')).toHaveLength(1)
      expect(faults).toEqual([])
    })

    it('asks for no more once it is switched off', async () => {
      await on()
      const { id } = await startPolicyRun(account.parts, person, true)
      await switchRetention(account.parts, person, { on: false, ...why })
      await account.advance()
      expect(await run(id)).toMatchObject({
        state: 'stopped',
        endSentence: 'The policy was switched off. 0 images retired, 4 images not asked for any more.',
      })
      await expect(startPolicyRun(account.parts, person, true)).rejects.toThrow('The image retention is off')
    })

    it('tries a night whose run could not be made again, but not at once', async () => {
      const memory = system()
      const job = retentionJob(memory)
      await on()
      morning()
      account.reach = () => {
        throw new Error('Throttling')
      }
      await expect(job.tick()).rejects.toThrow('Throttling')
      await job.tick()
      expect(memory.jobRuns).toMatchObject([{ outcome: 'failed', error: 'Throttling' }])
    })

    it('marks what is in use an hour before, once', async () => {
      const memory = system()
      const job = marksJob(memory)
      account.references = [{ imageId: 'ami-2', kind: 'instance', name: 'i-1' }]
      morning()
      await job.tick()
      await job.tick()
      expect(memory.jobRuns).toMatchObject([{ job: 'image-marks', did: '2 images are in use, and marked.' }])
      const marks = await account.store.retention.marks(['ami-2'])
      expect(marks.get('ami-2')).toMatchObject({
        referencedAt: new Date(account.nowMs),
        referencedBy: 'the instance i-1',
      })
      expect(await job.runNow(person)).toBe('2 images are in use, and marked.')
      expect(memory.jobRuns[0]).toMatchObject({ by: 'Ada' })
    })
  })
})
