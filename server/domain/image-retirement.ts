import type { Image, ImageRetirement } from './bake.js'
import type { DeleteSnapshot, DeregisterImage } from './call.js'

export type RetirementEvent =
  | { readonly type: 'RetirementStopped'; readonly sentence: string }
  | { readonly type: 'SnapshotsNoted'; readonly snapshots: readonly string[] }
  /** Of what is to be gone next: EC2 may leave out for a while what is there. */
  | { readonly type: 'Unseen' }
  | { readonly type: 'SeenAgain' }
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
  /** So long what began before the request may not show itself, and EC2 may leave out what is there. */
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
  const unseen = unseenStep(input, retirement)
  if (unseen) return unseen
  switch (retirement.phase) {
    case 'checking': {
      const unsettledMs = msUntilSettled(retirement, now, settleMs)
      if (unsettledMs > 0) return { kind: 'wait', lookAgainMs: unsettledMs }
      const stays = reasonStays ?? reasonForeign(input)
      if (stays) return { kind: 'record', event: { type: 'RetirementStopped', sentence: stays } }
      return { kind: 'record', event: { type: 'SnapshotsNoted', snapshots: seen.image?.snapshots ?? [] } }
    }
    case 'deregistering':
      if (reasonStays) return { kind: 'record', event: { type: 'RetirementStopped', sentence: reasonStays } }
      return {
        kind: 'act',
        call: { type: 'DeregisterImage', imageId: image.imageId },
        why: 'retire the image with its snapshots',
      }
    case 'clearing': {
      const next = nextSnapshot(input, retirement)
      if (next === undefined) return { kind: 'record', event: { type: 'Retired' } }
      return {
        kind: 'act',
        call: { type: 'DeleteSnapshot', snapshotId: next },
        why: 'delete a snapshot of the retired image',
      }
    }
  }
}

/** What is to be gone next counts as gone once no look has shown it for as long as EC2 may leave out what is there. */
function unseenStep(input: RetirementInput, retirement: ImageRetirement): RetirementStep | null {
  const { seen, now, settleMs } = input
  const { phase, unseenSince } = retirement
  const isClearing = phase === 'clearing'
  const isSeen = isClearing
    ? nextSnapshot(input, retirement) !== undefined
    : seen.image !== null && seen.image.state !== 'deregistered'
  if (isSeen) return unseenSince === null ? null : { kind: 'record', event: { type: 'SeenAgain' } }
  const gone: RetirementEvent = { type: isClearing ? 'Retired' : 'Deregistered' }
  const isCertain = isClearing ? retirement.snapshots.length === retirement.left.length : seen.image !== null
  if (isCertain) return { kind: 'record', event: gone }
  if (unseenSince === null) return { kind: 'record', event: { type: 'Unseen' } }
  const leftMs = unseenSince.getTime() + settleMs - now.getTime()
  return leftMs > 0 ? { kind: 'wait', lookAgainMs: leftMs } : { kind: 'record', event: gone }
}

/** A snapshot that is still there and that nothing keeps. */
function nextSnapshot({ seen }: RetirementInput, { left }: ImageRetirement): string | undefined {
  const stay = new Set(left.map((each) => each.split(' ')[0]))
  return seen.snapshots.find((id) => !stay.has(id))
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
    retirement: { ...retirement, phase, phaseSince: at, unseenSince: null, ...more },
  })
  const sighted = (unseenSince: Date | null): Image => ({
    ...image,
    retirement: { ...retirement, unseenSince },
  })
  switch (event.type) {
    case 'RetirementStopped':
      return { ...image, retirement: null }
    case 'SnapshotsNoted':
      return to('deregistering', { snapshots: event.snapshots })
    case 'Unseen':
      return sighted(at)
    case 'SeenAgain':
      return sighted(null)
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
    case 'Unseen':
      return `EC2 no longer shows ${unseenWords(image)}.`
    case 'SeenAgain':
      return `EC2 shows ${unseenWords(image)} again.`
    case 'Deregistered':
      return `${image.name} (${image.imageId}) is deregistered.`
    case 'SnapshotStays':
      return `The snapshot ${event.snapshotId} of ${image.name} stays: ${event.sentence}`
    case 'Retired':
      return `${image.name} is retired; ${image.retirement?.left.length ? `left behind: ${image.retirement.left.join('; ')}` : 'none of its snapshots is left'}.`
  }
}

function unseenWords({ name, retirement }: Image): string {
  return retirement?.phase === 'clearing' ? `a snapshot of ${name}` : name
}

function snapshotWords(count: number): string {
  return count === 1 ? 'its snapshot' : `its ${count} snapshots`
}
