import { describe, expect, it } from 'vitest'
import {
  applyBakeEvent,
  bakeTransitions,
  requestedBake,
  type BakeEvent,
} from '../../server/domain/bake-transitions.js'
import { cancelBake, requestBake, type RequestBakeInput } from '../../server/engine/request-bake.js'
import { bakeSample, sampleVersions } from '../../server/engine/sample.js'
import { BakeWorld, person, sha256, shopBake } from '../support/bake-world.js'

describe('asking for a bake', () => {
  it('pins the base image and takes what the application says', async () => {
    const world = new BakeWorld()
    const shop = world.memory.applications.get('shop')
    if (shop) world.memory.applications.set('shop', { ...shop, startCommand: 'node shop.js' })
    const { bake, reused } = await requestBake(world.parts, person, shopBake)
    expect(reused).toBe(false)
    expect(bake).toMatchObject({
      phase: 'launching',
      baseImage: { imageId: 'ami-base' },
      imageName: expect.stringMatching(/^shop-1\.0\.0-[0-9a-f]{8}$/) as string,
      request: { startCommand: 'node shop.js', port: 8080, package: { kind: 'tgz' } },
    })
    expect(world.memory.timeline(bake.id)).toEqual(['Requested', 'Resolved'])
  })

  it('of the same inputs gives the image that is there, and starts no builder', async () => {
    const world = new BakeWorld()
    const first = await requestBake(world.parts, person, shopBake)
    const baked = await world.run(first.bake.id)
    const sentBefore = world.sent.length
    const again = await requestBake(world.parts, person, { ...shopBake, reason: 'once more' })
    expect(again).toMatchObject({
      reused: true,
      bake: { phase: 'baked', imageId: baked.imageId, reused: true },
    })
    expect(again.bake.imageName).toBe(baked.imageName)
    expect(world.sent).toHaveLength(sentBefore)
  })

  it('bakes again when AWS no longer has the image', async () => {
    const world = new BakeWorld()
    const first = await requestBake(world.parts, person, shopBake)
    await world.run(first.bake.id)
    world.images.clear()
    const again = await requestBake(world.parts, person, shopBake)
    expect(again.reused).toBe(false)
    expect((await world.run(again.bake.id)).phase).toBe('baked')
  })

  it('twice at once shares one bake', async () => {
    const world = new BakeWorld()
    const both = await Promise.all([1, 2].map(() => requestBake(world.parts, person, shopBake)))
    expect(both[0]?.bake.id).toBe(both[1]?.bake.id)
    expect(world.memory.bakes.size).toBe(1)
  })

  it('finds an image of its own key that the records have lost', async () => {
    const world = new BakeWorld()
    const first = await requestBake(world.parts, person, shopBake)
    await world.run(first.bake.id)
    world.memory.images.clear()
    const sentBefore = world.sent.length
    const again = await requestBake(world.parts, person, shopBake)
    expect(await world.run(again.bake.id)).toMatchObject({ phase: 'baked', reused: true })
    expect(world.sent).toHaveLength(sentBefore)
    expect(world.memory.images.size).toBe(1)
  })

  it.each<[string, Partial<RequestBakeInput>, string]>([
    ['an unknown application', { application: 'nobody' }, 'There is no application “nobody”'],
    ['a version with a space', { version: '1 0' }, 'A version has at most 64'],
    ['no digest', { package: { ...shopBake.package, sha256: '' } }, 'A SHA-256 has 64'],
    [
      'a plain http address',
      { package: { ...shopBake.package, address: 'http://x/a.tgz' } },
      'https:// or s3://',
    ],
    [
      'a file of this machine',
      { package: { ...shopBake.package, address: 'file:///etc/passwd' } },
      'https:// or s3://',
    ],
    [
      'another kind of file',
      { package: { ...shopBake.package, fileName: 'shop.rpm' } },
      'none of the packages',
    ],
    ['a start command of two lines', { startCommand: 'a\nb' }, 'one line'],
  ])('with %s is refused, and nothing is recorded', async (_name, change, sentence) => {
    const world = new BakeWorld()
    await expect(requestBake(world.parts, person, { ...shopBake, ...change })).rejects.toThrow(sentence)
    expect(world.memory.bakes.size + world.memory.events.length).toBe(0)
  })

  it('on a base image that does not exist is refused with its name', async () => {
    const world = new BakeWorld()
    world.base = null
    await expect(requestBake(world.parts, person, { ...shopBake, base: 'ami-none' })).rejects.toThrow(
      'ami-none',
    )
    expect(world.memory.bakes.size).toBe(0)
  })

  it('takes the file name from the address, without its query', async () => {
    const world = new BakeWorld()
    const { bake } = await requestBake(world.parts, person, {
      ...shopBake,
      package: { address: 'https://example.com/dist/shop%201.zip?token=x.tgz', sha256 },
    })
    expect(bake.request.package).toMatchObject({ kind: 'zip', fileName: 'shop-1.zip' })
  })

  it('cancels only a bake that is there and has not ended', async () => {
    const world = new BakeWorld()
    await expect(cancelBake(world.parts, person, 'none')).rejects.toThrow('There is no bake')
    const { bake } = await requestBake(world.parts, person, shopBake)
    await world.run(bake.id)
    await expect(cancelBake(world.parts, person, bake.id)).rejects.toThrow('nothing to cancel')
  })
})

describe('a bake’s transitions', () => {
  const at = new Date(0)
  const events: BakeEvent[] = [
    { type: 'LaunchSent' },
    { type: 'LaunchRefused', sentence: '', afterUnanswered: false },
    { type: 'BuilderSeen', builderId: 'i-1' },
    { type: 'BuilderStopped' },
    { type: 'BuilderSucceeded', sha256, by: 'tag' },
    { type: 'ImageSent' },
    { type: 'ImageSeen', imageId: 'ami-1' },
    { type: 'ImageAvailable' },
    { type: 'ImageDiscarded' },
    { type: 'Relaunched' },
    { type: 'Failed', sentence: '' },
    { type: 'Cancelled', sentence: '' },
    { type: 'CancelRequested', by: 'Ada' },
  ]

  it('throw on every event that its phase does not know', () => {
    const bake = requestedBake('x', {} as never, at)
    for (const phase of Object.keys(bakeTransitions) as (keyof typeof bakeTransitions)[])
      for (const event of events) {
        const next = bakeTransitions[phase][event.type]
        const apply = () => applyBakeEvent({ ...bake, phase }, event, at)
        if (next === undefined) expect(apply, `${phase} ${event.type}`).toThrow('cannot take')
        else expect(apply().phase).toBe(next)
      }
  })

  it('never lead out of an end', () => {
    for (const end of ['baked', 'failed', 'cancelled'] as const) expect(bakeTransitions[end]).toEqual({})
  })
})

describe('the sample application', () => {
  it('has two good versions and one that never gets healthy', () => {
    expect(sampleVersions().map(({ version, healthy }) => [version, healthy])).toEqual([
      ['1.0.0', true],
      ['1.1.0', true],
      ['1.2.0', false],
    ])
  })

  it('registers itself once, and bakes the same package to the same image every time', async () => {
    const world = new BakeWorld()
    const first = await bakeSample(world.parts, person, '1.0.0')
    const second = await bakeSample(world.parts, person, '1.0.0')
    const other = await bakeSample(world.parts, person, '1.1.0')
    expect(world.memory.applications.has('sunrise')).toBe(true)
    expect(second.bake.id).toBe(first.bake.id)
    expect(other.bake.contentKey).not.toBe(first.bake.contentKey)
    await expect(bakeSample(world.parts, person, '9.9.9')).rejects.toThrow('no version “9.9.9”')
  })
})
