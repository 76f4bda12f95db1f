import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import {
  applyRetirementEvent,
  decideRetirement,
  type RetirementInput,
} from '../../server/domain/image-retirement.js'
import { imageUses, reasonImageStays, type ImageUsers } from '../../server/domain/image-uses.js'
import { bake, image as anImage } from '../support/baked.js'
import { at, cluster, operation, serverGroup } from '../support/build.js'

const nobody: ImageUsers = { states: [], bakes: [], bakedFrom: [], defaultBases: [] }
const image = anImage()
const ref = { imageId: image.imageId, name: image.name, version: image.version }
const state = (more: object) => ({
  cluster: cluster(),
  groups: [],
  operations: [],
  obligations: [],
  tickets: [],
  ...more,
})
const account = (
  references: { kind: 'instance' | 'launch template'; name: string }[],
  unresolved: string[] = [],
) => ({
  readAt: at,
  references: references.map((each) => ({ ...each, imageId: image.imageId })),
  groups: [],
  unresolved,
})

describe('what uses an image', () => {
  it.each<[string, Partial<ImageUsers>, string]>([
    [
      'a live group',
      { states: [state({ groups: [serverGroup(2, { image: ref, role: 'live' })] })] },
      'runs it (live)',
    ],
    [
      'a warm group',
      { states: [state({ groups: [serverGroup(1, { image: ref, role: 'warm' })] })] },
      'could take the traffic back with it',
    ],
    [
      'a deployment that waits in the queue',
      {
        states: [
          state({
            operations: [operation({ phase: 'queued', request: { ...operation().request, image: ref } })],
          }),
        ],
      },
      'has an unfinished',
    ],
    [
      'a bake that is put on it',
      {
        bakes: [
          bake({ baseImage: { imageId: image.imageId, name: 'x', alias: null, rootDeviceName: null } }),
        ],
      },
      'is being baked on it',
    ],
    ['an image that was baked on it', { bakedFrom: [anImage({ imageId: 'ami-9' })] }, 'was baked on it'],
    ['the configuration', { defaultBases: [image.imageId] }, 'names it as base image'],
  ])('is %s', (_name, users, says) => {
    const uses = imageUses(image, { ...nobody, ...users }, null)
    expect(uses).toHaveLength(1)
    expect(uses[0]?.says).toContain(says)
    expect(reasonImageStays(uses, null)).toContain(says)
  })

  it('is what only the account shows, and not once more what the records name', () => {
    const group = serverGroup(2, { image: ref })
    const seen = account([
      { kind: 'launch template', name: group.name },
      { kind: 'instance', name: 'i-1' },
    ])
    const uses = imageUses(image, { ...nobody, states: [state({ groups: [group] })] }, seen)
    expect(uses.map(({ name }) => name)).toEqual([group.name, 'The instance i-1'])
  })

  it('is nothing, or what nobody can tell', () => {
    expect(reasonImageStays(imageUses(image, nobody, account([])), account([]))).toBeNull()
    const unresolved = account([], ['The launch template x names its image as resolve:ssm:/x.'])
    expect(reasonImageStays([], unresolved)).toContain('can’t be told')
  })
})

describe('the end of an image', () => {
  const retiring = (phase: 'checking' | 'deregistering' | 'clearing', snapshots: string[] = []): Image => ({
    ...image,
    retirement: {
      phase,
      phaseSince: at,
      by: 'Ada',
      reason: '',
      requestedAt: at,
      snapshots,
      left: [],
      unseenSince: null,
      endedAt: null,
    },
  })
  const there = { state: 'available', owner: 'us', snapshots: ['snap-1', 'snap-2'] }
  const input = (patch: Partial<RetirementInput> = {}): RetirementInput => ({
    image: retiring('checking'),
    now: new Date(at.getTime() + 60_000),
    seen: { image: there, snapshots: [] },
    reasonStays: null,
    owner: 'us',
    settleMs: 10_000,
    ...patch,
  })

  it('waits until nothing that began before the request can still show itself', () => {
    expect(decideRetirement(input({ now: at }))).toEqual({ kind: 'wait', lookAgainMs: 10_000 })
  })

  it('notes the snapshots before it deregisters, and deletes what is left of them after', () => {
    expect(decideRetirement(input())).toMatchObject({
      event: { type: 'SnapshotsNoted', snapshots: ['snap-1', 'snap-2'] },
    })
    expect(decideRetirement(input({ image: retiring('deregistering', ['snap-1']) }))).toMatchObject({
      call: { type: 'DeregisterImage' },
    })
    const gone = { image: null, snapshots: ['snap-2'] }
    expect(
      decideRetirement(input({ image: retiring('clearing', ['snap-1', 'snap-2']), seen: gone })),
    ).toMatchObject({
      call: { type: 'DeleteSnapshot', snapshotId: 'snap-2' },
    })
  })

  test.prop([
    fc.constantFrom('checking' as const, 'deregistering' as const),
    fc.integer({ min: 0, max: 100_000 }),
    fc.constantFrom('us', 'them', null),
  ])('never deregisters what is in use, and nothing is noted of a stranger’s', (phase, afterMs, owner) => {
    const now = new Date(at.getTime() + afterMs)
    const used = decideRetirement(
      input({
        image: retiring(phase),
        now,
        seen: { image: { ...there, owner }, snapshots: [] },
        reasonStays: 'Used.',
      }),
    )
    const settled = phase === 'deregistering' || afterMs >= 10_000
    expect(used).toMatchObject(
      settled ? { event: { type: 'RetirementStopped', sentence: 'Used.' } } : { kind: 'wait' },
    )
    const foreign = decideRetirement(
      input({ now, seen: { image: { ...there, owner: 'them' }, snapshots: [] } }),
    )
    expect(foreign).toMatchObject(
      afterMs >= 10_000 ? { event: { type: 'RetirementStopped' } } : { kind: 'wait' },
    )
  })

  it('believes that an image is gone once no look has shown it for long enough, or EC2 says so', () => {
    const unseen = { image: null, snapshots: [] }
    const first = decideRetirement(input({ image: retiring('deregistering'), seen: unseen }))
    expect(first).toEqual({ kind: 'record', event: { type: 'Unseen' } })
    const noted = applyRetirementEvent(retiring('deregistering'), { type: 'Unseen' }, at)
    const later = (ms: number) => ({ image: noted, now: new Date(at.getTime() + ms) })
    expect(decideRetirement(input({ ...later(4000), seen: unseen }))).toEqual({
      kind: 'wait',
      lookAgainMs: 6000,
    })
    expect(decideRetirement(input(later(4000)))).toMatchObject({ event: { type: 'SeenAgain' } })
    expect(decideRetirement(input({ ...later(10_000), seen: unseen }))).toMatchObject({
      event: { type: 'Deregistered' },
    })
    const said = { image: { ...there, state: 'deregistered' }, snapshots: [] }
    expect(decideRetirement(input({ image: retiring('deregistering'), seen: said }))).toMatchObject({
      event: { type: 'Deregistered' },
    })
  })

  test.prop([
    fc.array(fc.constantFrom('snap-1', 'snap-2', 'snap-3')),
    fc.array(fc.boolean(), { maxLength: 30 }),
    fc.array(fc.boolean(), { maxLength: 30 }),
  ])(
    'comes to its end whatever becomes of its requests and is left out of looks, and leaves no snapshot but what is said to stay',
    (snapshots, fates, leftOut) => {
      let present: Image = retiring('checking')
      let isThere = true
      const left = new Set<string>(snapshots)
      let nth = 0
      let nowMs = at.getTime() + 60_000
      for (let turn = 0; turn < 120 && present.retirement?.phase !== 'retired'; turn += 1) {
        const isLeftOut = leftOut[turn] === true && leftOut[turn - 1] !== true
        const seen = {
          image: isThere && !isLeftOut ? { ...there, snapshots: [...new Set(snapshots)] } : null,
          snapshots: isLeftOut ? [] : (present.retirement?.snapshots.filter((id) => left.has(id)) ?? []),
        }
        const now = new Date(nowMs)
        const step = decideRetirement(input({ image: present, seen, now }))
        if (step.kind === 'wait') nowMs += step.lookAgainMs
        if (step.kind === 'record') present = applyRetirementEvent(present, step.event, now)
        // A request that is lost changes nothing, and the next look decides anew.
        else if (step.kind === 'act' && (fates[nth++] ?? true)) {
          if (step.call.type === 'DeregisterImage') isThere = false
          else if (step.call.snapshotId === 'snap-3')
            present = applyRetirementEvent(
              present,
              { type: 'SnapshotStays', snapshotId: 'snap-3', sentence: 'in use' },
              at,
            )
          else left.delete(step.call.snapshotId)
        }
      }
      expect(present.retirement?.phase).toBe('retired')
      expect(isThere).toBe(false)
      expect([...left].every((id) => id === 'snap-3')).toBe(true)
      expect(present.retirement?.left.length).toBe(left.size)
    },
  )
})
