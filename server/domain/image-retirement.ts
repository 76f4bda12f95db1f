import type { Image, ImageRetirement } from './bake.js'
import type { DeleteSnapshot, DeregisterImage } from './call.js'

export type RetirementEvent =
  | { readonly type: 'RetirementStopped'; readonly sentence: string }
  | { readonly type: 'SnapshotsNoted'; readonly snapshots: readonly string[] }
  | { readonly type: 'Deregistered' }
  | { readonly type: 'SnapshotStays'; readonly snapshotId: string; readonly sentence: string }
  | { readonly type: 'Retired' }

export type RetirementStep =
  | { readonly kind: 'record'; readonly event: RetirementEvent }
  | { readonly kind: 'act'; readonly call: DeregisterImage | DeleteSnapshot; readonly why: string }
  | { readonly kind: 'wait'; readonly lookAgainMs: number }
  | { readonly kind: 'done' }

export interface RetirementInput {
  readonly image: Image
  readonly now: Date
  readonly seen: {
    /** Null where EC2 shows none by that id. */
    readonly image: {
      readonly state: string
      readonly owner: string | null
      readonly snapshots: readonly string[]
    } | null
    /** Those of the noted snapshots that are still there. */
    readonly snapshots: readonly string[]
  }
  /** Why it must stay, from records and a look at the account that were read just now; only asked for once it is settled. */
  readonly reasonStays: string | null
  readonly owner: string
  /** So long nothing that began before the request may show itself. */
  readonly settleMs: number
}

/**
 * The next step of retiring an image. Until it is deregistered every step looks again whether something uses it; after that
 * there is no way back, and its snapshots follow.
 */
export function decideRetirement(input: RetirementInput): RetirementStep {
  const { image, now, seen, reasonStays, settleMs } = input
  const { retirement } = image
  if (!retirement || retirement.phase === 'retired') return { kind: 'done' }
  const isThere = seen.image !== null && seen.image.state !== 'deregistered'
  switch (retirement.phase) {
    case 'checking': {
      if (!isThere) return { kind: 'record', event: { type: 'Deregistered' } }
      const unsettledMs = msUntilSettled(retirement, now, settleMs)
      if (unsettledMs > 0) return { kind: 'wait', lookAgainMs: unsettledMs }
      const stays = reasonStays ?? reasonForeign(input)
      if (stays) return { kind: 'record', event: { type: 'RetirementStopped', sentence: stays } }
      return { kind: 'record', event: { type: 'SnapshotsNoted', snapshots: seen.image?.snapshots ?? [] } }
    }
    case 'deregistering':
      if (!isThere) return { kind: 'record', event: { type: 'Deregistered' } }
      if (reasonStays) return { kind: 'record', event: { type: 'RetirementStopped', sentence: reasonStays } }
      return {
        kind: 'act',
        call: { type: 'DeregisterImage', imageId: image.imageId },
        why: 'retire the image with its snapshots',
      }
    case 'clearing': {
      const stay = new Set(retirement.left.map((each) => each.split(' ')[0]))
      const next = seen.snapshots.find((id) => !stay.has(id))
      if (next === undefined) return { kind: 'record', event: { type: 'Retired' } }
      return {
        kind: 'act',
        call: { type: 'DeleteSnapshot', snapshotId: next },
        why: 'delete a snapshot of the retired image',
      }
    }
  }
}

/** How long something that began before the request may still be about to show itself; 0: no longer. */
export function msUntilSettled({ requestedAt }: ImageRetirement, now: Date, settleMs: number): number {
  return Math.max(0, requestedAt.getTime() + settleMs - now.getTime())
}

function reasonForeign({ seen, owner, image }: RetirementInput): string | null {
  return seen.image && seen.image.owner !== owner
    ? `${image.name} does not carry the mark of this installation (delling:owner), so it is somebody else’s.`
    : null
}

/** The image after one event. */
export function applyRetirementEvent(image: Image, event: RetirementEvent, at: Date): Image {
  const { retirement } = image
  if (!retirement || retirement.phase === 'retired')
    throw new Error(`Image ${image.name} is not being retired and cannot take ${event.type}.`)
  const to = (phase: ImageRetirement['phase'], more: Partial<ImageRetirement> = {}): Image => ({
    ...image,
    retirement: { ...retirement, phase, phaseSince: at, ...more },
  })
  switch (event.type) {
    case 'RetirementStopped':
      return { ...image, retirement: null }
    case 'SnapshotsNoted':
      return to('deregistering', { snapshots: event.snapshots })
    case 'Deregistered':
      return to('clearing')
    case 'SnapshotStays':
      return to('clearing', { left: [...retirement.left, `${event.snapshotId} ${event.sentence}`] })
    case 'Retired':
      return to('retired', { endedAt: at })
  }
}

export function retirementSentence(image: Image, event: RetirementEvent): string {
  switch (event.type) {
    case 'RetirementStopped':
      return `${image.name} is not retired after all: ${event.sentence}`
    case 'SnapshotsNoted':
      return `Nothing uses ${image.name}; it is deregistered with ${snapshotWords(event.snapshots.length)}.`
    case 'Deregistered':
      return `${image.name} (${image.imageId}) is deregistered.`
    case 'SnapshotStays':
      return `The snapshot ${event.snapshotId} of ${image.name} stays: ${event.sentence}`
    case 'Retired':
      return `${image.name} is retired; ${image.retirement?.left.length ? `left behind: ${image.retirement.left.join('; ')}` : 'none of its snapshots is left'}.`
  }
}

function snapshotWords(count: number): string {
  return count === 1 ? 'its snapshot' : `its ${count} snapshots`
}
