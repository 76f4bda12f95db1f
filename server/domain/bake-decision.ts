import type { Bake } from './bake.js'
import { decideDiscarding } from './bake-discarding.js'
import { lastLines } from './bake-log.js'
import { packagesIn, type InstalledPackage } from './image-packages.js'
import { imageOf, imageTags } from './bake-naming.js'
import { bakeResult, failureSentence } from './bake-result.js'
import {
  discard,
  going,
  mayStrayLand,
  overdue,
  record,
  terminateStep,
  wait,
  type BakeInput,
  type BakeStep,
  type BuilderNow,
  type ImageNow,
} from './bake-steps.js'

const imageFailed = new Set(['failed', 'error', 'invalid', 'deregistered'])

/**
 * The one step a bake takes next. Success is tested before the deadline, the deadline before any act; a cancel before
 * both, until the image is there.
 */
export function decideBake(input: BakeInput): BakeStep {
  const { bake } = input
  if (
    bake.cancelRequested &&
    (bake.phase === 'launching' || bake.phase === 'building' || bake.phase === 'imaging')
  )
    return record({
      type: 'DiscardStarted',
      sentence: 'Cancelled by a person; what was begun is being removed.',
      endsAs: 'cancelled',
      rebake: false,
    })
  const stray = strayStep(input)
  if (stray) return stray
  const listed = newlyListed(input)
  if (listed) return record({ type: 'PackagesListed', count: listed.length })
  switch (bake.phase) {
    case 'launching':
      return decideLaunching(input)
    case 'building':
      return decideBuilding(input)
    case 'imaging':
      return decideImaging(input)
    case 'finishing':
      return decideFinishing(input)
    case 'discarding':
      return decideDiscarding(input)
    // Requested is recorded together with what it resolved to; the others are ends.
    case 'requested':
    case 'baked':
    case 'failed':
    case 'cancelled':
      return { kind: 'done' }
  }
}

/**
 * A launch whose answer was lost, and that was refused when it was sent again, may come through after all; by then another
 * attempt is under way, and nobody else knows of that builder.
 */
function strayStep({ seen }: BakeInput): BakeStep | null {
  const [instanceId] = seen.strayBuilders
  if (instanceId === undefined) return null
  return {
    kind: 'act',
    call: { type: 'TerminateBuilder', instanceId },
    why: 'its launch came through after another attempt had begun',
  }
}

/** The packages that the console shows for the first time; a bake that is being removed needs none. */
function newlyListed({ bake, seen }: BakeInput): readonly InstalledPackage[] | null {
  const asks = bake.phase === 'building' || bake.phase === 'imaging' || bake.phase === 'finishing'
  return asks && bake.packageCount === null ? packagesIn(bake.id, seen.console) : null
}

function decideLaunching(input: BakeInput): BakeStep {
  const { bake, seen, timings, now, launch, places } = input
  if (seen.builder) return record({ type: 'BuilderSeen', builderId: seen.builder.instanceId })
  if (seen.image && bake.attemptAt === null) return decideNameTaken(input, seen.image)
  if (overdue(input, timings.bake.launchMs))
    return discard(`No builder could be launched within ${minutes(timings.bake.launchMs)}.`, bake)
  if (launch === null || typeof launch === 'string')
    return discard(launch ?? 'Nothing is known of where a builder could be launched.', bake)
  // Each place was tried: give capacity a while before the next round.
  const roundPauseMs = 6 * timings.pollMs
  const rested = bake.refusedAt === null || now.getTime() - bake.refusedAt.getTime() >= roundPauseMs
  if (bake.attempt > 1 && (bake.attempt - 1) % Math.max(1, places) === 0 && !rested)
    return wait(
      input,
      'No place has room for a builder now; the next round of tries follows.',
      timings.bake.launchMs,
    )
  const again = bake.attemptAt !== null
  return {
    kind: 'act',
    call: launch,
    why: 'launch the builder',
    ...(!again && { event: { type: 'LaunchSent' } }),
  }
}

/** Before anything is spent: an image of this name is either the very one that is wanted, or in the way. */
function decideNameTaken({ bake, owner }: BakeInput, image: ImageNow): BakeStep {
  const { tags } = image
  const same = tags['delling:key'] === bake.contentKey && tags['delling:owner'] === owner
  if (same && image.state === 'available' && image.imdsV2Required)
    return record({ type: 'Reused', imageId: image.imageId, imageName: bake.imageName ?? '' })
  return discard(
    `The name ${bake.imageName ?? ''} is taken by ${image.imageId} (${image.state}); deregister that image and bake again.`,
    bake,
  )
}

function decideBuilding(input: BakeInput): BakeStep {
  const { bake, seen, timings, now } = input
  const { builder } = seen
  if (!builder) {
    if (now.getTime() - bake.phaseSince.getTime() < timings.visibilityMs)
      return wait(input, `Waiting for EC2 to show builder ${bake.builderId ?? ''}.`, timings.bake.buildMs)
    return discard(`Builder ${bake.builderId ?? ''} is not there any more.`, bake)
  }
  const result = bakeResult(bake.id, builder.resultTag, seen.console)
  if (result?.outcome === 'failed') return discard(failureSentence(result.step, bake.log), bake)
  if (going(builder)) {
    const reason = builder.stateReason ?? 'no reason was given'
    return discard(`The builder was terminated (${reason}).`, bake, reason.startsWith('Server.'))
  }
  if (builder.state === 'stopped') {
    if (!result) return decideUnreported(input, builder)
    if (result.sha256 === bake.request.package.sha256)
      return record({ type: 'BuilderSucceeded', sha256: result.sha256, by: result.by })
    return discard('The builder reported success for another package than it was given.', bake)
  }
  if (overdue(input, timings.bake.buildMs))
    return discard(`The builder did not finish within ${minutes(timings.bake.buildMs)}.`, bake)
  return wait(input, buildingSentence(bake, builder), timings.bake.buildMs)
}

/** A builder that stopped says nothing yet: its console may lag behind by minutes. */
function decideUnreported({ bake, timings, now }: BakeInput, builder: BuilderNow): BakeStep {
  if (bake.builderStoppedAt === null) return record({ type: 'BuilderStopped' })
  const until = new Date(bake.builderStoppedAt.getTime() + timings.bake.resultMs)
  if (now < until)
    return {
      kind: 'wait',
      sentence: 'The builder stopped; waiting for its report.',
      until,
      lookAgainMs: timings.pollMs,
    }
  const hint = builder.stateReason?.includes('UserInitiated') ? ' Somebody stopped it from outside.' : ''
  return discard(`The builder stopped without reporting a result, so nothing is made from it.${hint}`, bake)
}

function decideImaging(input: BakeInput): BakeStep {
  const { bake, seen, timings, now, owner } = input
  const { image, builder } = seen
  // An image whose id came with AWS's own answer is ours, even while its tags are not visible yet.
  const own = image && (image.tags['delling:bake'] === bake.id || image.imageId === bake.imageId)
  if (image && !own)
    return discard(`The name ${bake.imageName ?? ''} is taken by ${image.imageId}, which another made.`, bake)
  if (image && bake.imageId === null) return record({ type: 'ImageSeen', imageId: image.imageId })
  if (image?.state === 'available') return record({ type: 'ImageAvailable' })
  if (image && imageFailed.has(image.state)) {
    const reason = image.stateReason ?? image.state
    return discard(`The image could not be made (${reason}).`, bake, worthAnotherTry(reason))
  }
  if (overdue(input, timings.bake.imageMs))
    return discard(`The image was not available within ${minutes(timings.bake.imageMs)}.`, bake)
  if (image)
    return wait(input, `Waiting for image ${image.imageId}, which is ${image.state}.`, timings.bake.imageMs)
  if (bake.imageId !== null)
    return wait(input, `Waiting for EC2 to show image ${bake.imageId}.`, timings.bake.imageMs)
  if (!builder && !overdue(input, timings.visibilityMs))
    return wait(input, `Waiting for EC2 to show builder ${bake.builderId ?? ''}.`, timings.visibilityMs)
  if (builder?.state !== 'stopped')
    return discard(
      `The builder is ${builder?.state ?? 'gone'}; an image is only made from a stopped one.`,
      bake,
    )
  return {
    kind: 'act',
    call: {
      type: 'CreateImage',
      bakeId: bake.id,
      instanceId: builder.instanceId,
      name: bake.imageName ?? '',
      description:
        `${bake.request.application} ${bake.request.version} on ${bake.baseImage?.name ?? ''}`.slice(0, 255),
      tags: imageTags(bake, owner, now),
    },
    why: 'make the image from the stopped builder',
    ...(bake.imageSentAt === null && { event: { type: 'ImageSent' } }),
  }
}

function decideFinishing(input: BakeInput): BakeStep {
  const { bake, seen, now, timings } = input
  const { image, builder } = seen
  if (image?.state !== 'available') {
    if (!overdue(input, timings.visibilityMs))
      return wait(input, `Waiting for EC2 to show image ${bake.imageId ?? ''}.`, timings.visibilityMs)
    return discard(`Image ${bake.imageId ?? ''} is not there any more.`, bake)
  }
  if (!image.imdsV2Required)
    return {
      kind: 'act',
      call: { type: 'RequireImdsV2', imageId: image.imageId },
      why: 'let instances of the image take metadata requests with a token only',
    }
  // The image is good whatever becomes of the builder; its ledger row stays until it is seen gone.
  const isGone = builder ? builder.state === 'terminated' : overdue(input, timings.visibilityMs)
  const mayLand = mayStrayLand(bake, now, timings)
  if ((isGone && !mayLand) || overdue(input, timings.bake.discardMs))
    return record({ type: 'Baked', image: imageOf(bake, now) })
  const awaited = isGone
    ? 'Waiting until no launch of an earlier try can come through any more.'
    : `Waiting for builder ${bake.builderId ?? ''} to be gone.`
  return terminateStep(builder) ?? wait(input, awaited, timings.bake.discardMs)
}

/** AWS's own failures, and a builder that was touched while its image was being made. */
function worthAnotherTry(reason: string): boolean {
  return reason.startsWith('Server.') || reason.startsWith('Client.InstanceTerminated')
}

function buildingSentence(bake: Bake, builder: BuilderNow): string {
  const line = lastLines(bake.log, 1).trim()
  if (builder.state === 'pending') return `Builder ${builder.instanceId} is starting.`
  return line === ''
    ? `Builder ${builder.instanceId} is booting.`
    : `Builder ${builder.instanceId}: ${line.slice(0, 200)}`
}

function minutes(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} seconds`
}
