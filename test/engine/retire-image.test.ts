import { beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Call } from '../../server/domain/call.js'
import type { ImageReference } from '../../server/domain/image-references.js'
import { awsTimings } from '../../server/domain/timings.js'
import { advanceImage } from '../../server/engine/advance-image.js'
import type { Parts } from '../../server/engine/parts.js'
import { CallUnclear, Fenced } from '../../server/engine/ports.js'
import { keepImage, releaseImage } from '../../server/engine/keep-image.js'
import { retireImage } from '../../server/engine/retire-image.js'
import { MemoryStore } from '../simulation/memory-store.js'
import { image as anImage } from '../support/baked.js'

const person = { name: 'Ada', via: 'cli' } as const
const image = anImage()
const asked = { image: image.name, name: image.name, reason: 'old' }

/** An account with one image and its snapshots, where a test says which requests are never answered. */
class Account {
  nowMs = Date.parse('2026-03-01T00:00:00Z')
  isThere = true
  readonly snapshots = new Set(['snap-1', 'snap-2'])
  references: ImageReference[] = []
  readonly sent: Call[] = []
  unanswered = 0
  readonly store = new MemoryStore({ now: () => new Date(this.nowMs) })
  readonly parts = {
    store: this.store,
    history: this.store,
    retention: this.store.retention,
    clock: { now: () => new Date(this.nowMs) },
    timings: awsTimings,
    place: { owner: 'us', region: 'us-east-1' },
    defaults: { baseImage: 'ami-base', debBaseImage: 'ami-base', timeZone: 'UTC' },
    newId: () => crypto.randomUUID(),
    imageCloud: {
      references: async () => ({
        readAt: new Date(this.nowMs),
        references: this.references,
        groups: [],
        unresolved: [],
      }),
      observeImage: async (_id: string, noted: readonly string[]) => ({
        at: new Date(this.nowMs),
        image: this.isThere ? { state: 'available', owner: 'us', snapshots: [...this.snapshots] } : null,
        snapshots: noted.filter((id) => this.snapshots.has(id)),
      }),
      perform: async (call: Call) => {
        this.sent.push(call)
        if (call.type === 'DeregisterImage') {
          this.isThere = false
          // EC2 may leave a snapshot behind that it was asked to take along.
          this.snapshots.delete('snap-1')
        }
        if (call.type === 'DeleteSnapshot') this.snapshots.delete(call.snapshotId)
        if (this.unanswered-- > 0) throw new CallUnclear('no answer', null)
        return { requestId: 'req-1', learnt: {} }
      },
    },
  } as unknown as Parts

  /** Turns of ever other holders, as after crashes. */
  async advance(): Promise<Image> {
    for (let turn = 0; turn < 40; turn += 1) {
      const lease = await this.store.claim(`image:${image.imageId}`, 'test', 60_000)
      const { lookAgainMs } = await advanceImage(this.parts, {
        current: lease!,
        signal: new AbortController().signal,
        check: () => undefined,
      })
      if (lookAgainMs === null) break
      this.nowMs += lookAgainMs
    }
    return (await this.store.image(image.imageId))!
  }
}

describe('retiring an image', () => {
  let account: Account
  beforeEach(async () => {
    account = new Account()
    await account.store.record({ image })
  })

  it('deregisters it, deletes what is left of its snapshots, and keeps its record', async () => {
    await retireImage(account.parts, person, asked)
    expect(await account.store.retiringImageIds()).toEqual([image.imageId])
    const done = await account.advance()
    expect(done.retirement).toMatchObject({ phase: 'retired', by: 'Ada', reason: 'old', left: [] })
    expect(account.sent.map(({ type }) => type)).toEqual(['DeregisterImage', 'DeleteSnapshot'])
    expect(account.snapshots.size).toBe(0)
    expect(await account.store.images({ limit: 5 })).toEqual([])
    expect(await account.store.retiringImageIds()).toEqual([])
    const log = await account.store.log({ stream: `image:${image.imageId}`, limit: 20 })
    expect(log.map(({ type }) => type).reverse()).toEqual([
      'RetirementRequested',
      'SnapshotsNoted',
      'Unseen',
      'Deregistered',
      'Unseen',
      'Retired',
    ])
    expect(log.at(-1)?.actor).toEqual(person)
  })

  it('goes on where an answer was lost or its holder died', async () => {
    account.unanswered = 2
    await retireImage(account.parts, person, asked)
    expect((await account.advance()).retirement?.phase).toBe('retired')
    expect(account.snapshots.size).toBe(0)
  })

  it('never says of a request that it was not sent because its answer came after the lease', async () => {
    await retireImage(account.parts, person, asked)
    const answerIntent = account.store.answerIntent.bind(account.store)
    const said: string[] = []
    account.store.answerIntent = async (...args: Parameters<typeof answerIntent>) => {
      said.push(args[2].answered)
      if (said.length === 1) throw new Fenced('lease')
      return answerIntent(...args)
    }
    await expect(account.advance()).rejects.toThrow(Fenced)
    expect(said).toEqual(['ok'])
    expect((await account.advance()).retirement?.phase).toBe('retired')
    expect(said).not.toContain('not sent')
  })

  it('is called off when something uses it by then', async () => {
    await retireImage(account.parts, person, asked)
    account.references = [{ imageId: image.imageId, kind: 'instance', name: 'i-1' }]
    expect((await account.advance()).retirement).toBeNull()
    expect(account.sent).toEqual([])
    expect(await account.store.images({ limit: 5 })).toHaveLength(1)
  })

  it('is refused while a person keeps it, and called off when one does so meanwhile', async () => {
    await keepImage(account.parts, person, { image: image.name, why: 'for the audit' })
    await expect(retireImage(account.parts, person, asked)).rejects.toThrow('Ada keeps it: for the audit.')
    await releaseImage(account.parts, person, image.imageId)
    await retireImage(account.parts, person, asked)
    await expect(keepImage(account.parts, person, { image: image.name, why: 'late' })).rejects.toThrow(
      'is being retired, as Ada asked',
    )
    // Somebody else’s console had not read the request yet.
    const keep = { by: 'Bo', at: new Date(account.nowMs), why: 'mine' }
    await account.store.record({ retention: { keep: { imageId: image.imageId, keep } } })
    expect((await account.advance()).retirement).toBeNull()
    expect(account.sent).toEqual([])
    const log = await account.store.log({ stream: `image:${image.imageId}`, limit: 20 })
    expect(log.map(({ type }) => type).reverse()).toEqual([
      'ImageKept',
      'ImageReleased',
      'RetirementRequested',
      'RetirementStopped',
    ])
  })

  it('is refused while something uses it, without its name, and does nothing twice', async () => {
    account.references = [{ imageId: image.imageId, kind: 'launch template', name: 'theirs' }]
    await expect(retireImage(account.parts, person, asked)).rejects.toThrow('launches from it')
    account.references = []
    await expect(retireImage(account.parts, person, { ...asked, name: 'shop' })).rejects.toThrow(
      'Type the image’s name',
    )
    await expect(retireImage(account.parts, person, { ...asked, image: 'ami-none' })).rejects.toThrow(
      'no image',
    )
    expect((await account.store.image(image.imageId))?.retirement).toBeNull()
    await retireImage(account.parts, person, asked)
    await retireImage(account.parts, person, asked)
    expect(await account.store.log({ stream: `image:${image.imageId}`, limit: 20 })).toHaveLength(1)
  })

  it('sends nothing while everything is stopped', async () => {
    await retireImage(account.parts, person, asked)
    const at = new Date(account.nowMs)
    await account.store.record({
      restraint: {
        id: crypto.randomUUID(),
        kind: 'stop',
        scope: { level: 'all' },
        owner: 'Bo',
        reason: 'fire',
        since: at,
        until: null,
        ended: null,
      } as never,
    })
    expect((await account.advance()).retirement?.phase).toBe('deregistering')
    expect(account.sent).toEqual([])
  })
})
