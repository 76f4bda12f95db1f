import { describe, expect, it } from 'vitest'
import type { Parts } from '../../server/engine/parts.js'
import { unmarkBad } from '../../server/engine/unmark-bad.js'
import { MemoryStore } from '../simulation/memory-store.js'
import { image as anImage } from '../support/baked.js'

const person = { name: 'Ada', via: 'cli' } as const
const at = new Date('2026-03-01T00:00:00Z')
const bad = { reason: 'Healthy targets stand in 2 zones', group: 'shop-main-v002', at }

describe('an image that is not bad after all', () => {
  it('loses its mark by a reason, once, with what it was in its history', async () => {
    const store = new MemoryStore({ now: () => at })
    const parts = { store, history: store, clock: { now: () => at } } as unknown as Parts
    const image = anImage()
    await store.record({ image })
    await store.record({ imageBad: { imageId: image.imageId, bad } })
    await expect(unmarkBad(parts, person, { image: image.name, reason: ' ' })).rejects.toThrow(
      'Write down why',
    )
    await unmarkBad(parts, person, { image: image.name, reason: 'a zone was dark' })
    expect((await store.image(image.imageId))?.bad).toBeNull()
    const [event] = await store.log({ stream: `image:${image.imageId}`, limit: 5 })
    expect(event).toMatchObject({ type: 'ImageUnmarkedBad' })
    expect(event?.sentence).toContain('a zone was dark')
    expect(event?.sentence).toContain(bad.reason)
    await expect(unmarkBad(parts, person, { image: image.name, reason: 'again' })).rejects.toThrow(
      'not marked bad',
    )
  })
})
