import type { Bake, BakePhase, BakeRequest, BaseImage, Image } from './bake.js'

/** What happened to a bake. The list of these is the truth; the bake is their fold. */
export type BakeEvent =
  | {
      readonly type: 'Resolved'
      readonly baseImage: BaseImage
      readonly contentKey: string
      readonly imageName: string
    }
  | { readonly type: 'Reused'; readonly imageId: string; readonly imageName: string }
  | { readonly type: 'LaunchSent' }
  | { readonly type: 'LaunchRefused'; readonly sentence: string; readonly afterUnanswered: boolean }
  | { readonly type: 'BuilderSeen'; readonly builderId: string }
  | { readonly type: 'BuilderStopped' }
  | { readonly type: 'BuilderSucceeded'; readonly sha256: string; readonly by: 'tag' | 'console' }
  | { readonly type: 'PackagesListed'; readonly count: number }
  | { readonly type: 'ImageSent' }
  | { readonly type: 'ImageSeen'; readonly imageId: string }
  | { readonly type: 'ImageAvailable' }
  | { readonly type: 'Baked'; readonly image: Image }
  | {
      readonly type: 'DiscardStarted'
      readonly sentence: string
      readonly endsAs: 'failed' | 'cancelled'
      readonly rebake: boolean
    }
  | { readonly type: 'ImageDiscarded' }
  | { readonly type: 'Relaunched' }
  | { readonly type: 'Failed'; readonly sentence: string }
  | { readonly type: 'Cancelled'; readonly sentence: string }
  | { readonly type: 'CancelRequested'; readonly by: string }

type EventType = BakeEvent['type']

/** Which event leads from which phase to which. What is not here is illegal. */
export const bakeTransitions: Readonly<Record<BakePhase, Readonly<Partial<Record<EventType, BakePhase>>>>> = {
  requested: { Resolved: 'launching', Reused: 'baked', CancelRequested: 'requested' },
  launching: {
    Reused: 'baked',
    LaunchSent: 'launching',
    LaunchRefused: 'launching',
    BuilderSeen: 'building',
    DiscardStarted: 'discarding',
    CancelRequested: 'launching',
  },
  building: {
    PackagesListed: 'building',
    BuilderStopped: 'building',
    BuilderSucceeded: 'imaging',
    DiscardStarted: 'discarding',
    CancelRequested: 'building',
  },
  imaging: {
    PackagesListed: 'imaging',
    ImageSent: 'imaging',
    ImageSeen: 'imaging',
    ImageAvailable: 'finishing',
    DiscardStarted: 'discarding',
    CancelRequested: 'imaging',
  },
  // Too late to cancel: the image is there.
  finishing: {
    PackagesListed: 'finishing',
    Baked: 'baked',
    DiscardStarted: 'discarding',
    CancelRequested: 'finishing',
  },
  discarding: {
    BuilderSeen: 'discarding',
    ImageSeen: 'discarding',
    ImageDiscarded: 'discarding',
    Relaunched: 'launching',
    Failed: 'failed',
    Cancelled: 'cancelled',
    CancelRequested: 'discarding',
  },
  baked: {},
  failed: {},
  cancelled: {},
}

export function isBakeEnded(bake: Pick<Bake, 'phase'>): boolean {
  return bake.phase === 'baked' || bake.phase === 'failed' || bake.phase === 'cancelled'
}

/** A bake as it was asked for; its events do the rest. */
export function requestedBake(id: string, request: BakeRequest, at: Date): Bake {
  return {
    id,
    phase: 'requested',
    phaseSince: at,
    request,
    contentKey: null,
    recipe: null,
    imageName: null,
    imageId: null,
    baseImage: null,
    attempt: 1,
    attemptAt: null,
    refusedAt: null,
    lostLaunchAt: null,
    builderId: null,
    builderStoppedAt: null,
    imageSentAt: null,
    packageCount: null,
    rebake: 'unused',
    reused: false,
    cancelRequested: false,
    reason: null,
    endsAs: null,
    log: '',
    requestedAt: at,
    endedAt: null,
    wait: null,
  }
}

/** The bake after one event. Throws on an event that its phase does not know: that is a bug, never a state. */
export function applyBakeEvent(bake: Bake, event: BakeEvent, at: Date): Bake {
  const phase = bakeTransitions[bake.phase][event.type]
  if (phase === undefined) throw new Error(`A bake that is ${bake.phase} cannot take ${event.type}.`)
  const moved: Bake = phase === bake.phase ? bake : { ...bake, phase, phaseSince: at, wait: null }
  const next: Bake = { ...moved, ...changedBy(moved, event, at) }
  return isBakeEnded(next) ? { ...next, endedAt: at, wait: null } : next
}

function changedBy(bake: Bake, event: BakeEvent, at: Date): Partial<Bake> {
  switch (event.type) {
    case 'Resolved':
      return { baseImage: event.baseImage, contentKey: event.contentKey, imageName: event.imageName }
    case 'Reused':
      return { imageId: event.imageId, imageName: event.imageName, reused: true }
    case 'LaunchSent':
      return { attemptAt: bake.attemptAt ?? at }
    case 'LaunchRefused':
      return {
        attempt: bake.attempt + 1,
        attemptAt: null,
        refusedAt: at,
        lostLaunchAt: event.afterUnanswered ? at : bake.lostLaunchAt,
      }
    case 'BuilderSeen':
      return { builderId: event.builderId }
    case 'BuilderStopped':
      return { builderStoppedAt: at }
    case 'PackagesListed':
      return { packageCount: event.count }
    case 'ImageSent':
      return { imageSentAt: bake.imageSentAt ?? at }
    case 'ImageSeen':
      return { imageId: event.imageId }
    case 'Baked':
      return { imageId: event.image.imageId, imageName: event.image.name }
    case 'DiscardStarted':
      return {
        reason: event.sentence,
        endsAs: event.endsAs,
        rebake: event.rebake && bake.rebake === 'unused' ? 'wanted' : bake.rebake,
      }
    case 'ImageDiscarded':
      return { imageId: null, imageSentAt: null }
    case 'Relaunched':
      return {
        attempt: bake.attempt + 1,
        attemptAt: null,
        builderId: null,
        builderStoppedAt: null,
        imageSentAt: null,
        packageCount: null,
        imageId: null,
        rebake: 'used',
        endsAs: null,
      }
    case 'Failed':
    case 'Cancelled':
      return { reason: event.sentence, imageId: null }
    case 'CancelRequested':
      return { cancelRequested: true }
    case 'BuilderSucceeded':
    case 'ImageAvailable':
      return {}
  }
}

/** The end of a bake that failed: what was begun is removed first. Only the first failure may ask for another try. */
export function discardEvent(sentence: string, bake: Bake, rebake = false): BakeEvent {
  return { type: 'DiscardStarted', sentence, endsAs: 'failed', rebake: rebake && bake.rebake === 'unused' }
}
