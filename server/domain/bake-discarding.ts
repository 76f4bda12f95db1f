import type { Bake } from './bake.js'
import {
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

/** The next step of removing what a bake has begun: the builder, the half-made image. */
export function decideDiscarding(input: BakeInput): BakeStep {
  const { bake, seen, timings } = input
  const { builder } = seen
  const image = seen.image && seen.image.tags['delling:bake'] === bake.id ? seen.image : null
  if (builder && bake.builderId === null)
    return record({ type: 'BuilderSeen', builderId: builder.instanceId })
  if (image && image.state !== 'deregistered' && bake.imageId === null)
    return record({ type: 'ImageSeen', imageId: image.imageId })

  const left = leftovers(input, image)
  if (left.length === 0) {
    if (bake.rebake === 'wanted' && !bake.cancelRequested) return record({ type: 'Relaunched' })
    return ended(bake, '')
  }
  if (overdue(input, timings.bake.discardMs)) return ended(bake, ` Still there: ${left.join(', ')}.`)
  const terminate = terminateStep(builder)
  if (terminate) return terminate
  if (image && image.state !== 'pending' && image.state !== 'deregistered')
    return {
      kind: 'act',
      call: { type: 'DeregisterImage', imageId: image.imageId },
      why: 'remove the image that was begun',
    }
  return wait(input, `Waiting for what was begun to be gone: ${left.join(', ')}.`, timings.bake.discardMs)
}

/**
 * What may still be in the account: seen, sent for so lately that EC2 may not show it yet, or a builder whose launch was
 * never answered and may still come through. An image can't be begun any more once its builder is gone.
 */
function leftovers({ bake, seen, now, timings }: BakeInput, image: ImageNow | null): string[] {
  const sinceMs = now.getTime() - bake.phaseSince.getTime()
  const lately = sinceMs < timings.visibilityMs
  const mayLand = sinceMs < timings.wireMs + timings.visibilityMs
  const left: string[] = []
  if (seen.builder && seen.builder.state !== 'terminated') left.push(`builder ${seen.builder.instanceId}`)
  if (!seen.builder && bake.attemptAt !== null && bake.builderId === null && mayLand)
    left.push('a builder that may have been launched')
  if (mayStrayLand(bake, now, timings)) left.push('a builder of an earlier try that may have been launched')
  if (!seen.builder && bake.builderId !== null && lately) left.push(`builder ${bake.builderId}`)
  if (image && image.state !== 'deregistered') left.push(`image ${image.imageId}`)
  if (!image && bake.imageSentAt !== null && lately)
    left.push(bake.imageId === null ? 'an image that may have been begun' : `image ${bake.imageId}`)
  return left
}

/**
 * Whether what the bake owes (its builder) is gone, so that its ledger row can be closed. EC2 lists a terminated instance
 * for an hour; one that it does not show is gone only for who has looked for as long as EC2 may not show what is there.
 */
export function builderGone(bake: Bake, builder: BuilderNow | null): boolean {
  return bake.builderId === null ? builder === null : builder === null || builder.state === 'terminated'
}

function ended(bake: Bake, left: string): BakeStep {
  const type = bake.endsAs === 'cancelled' ? 'Cancelled' : 'Failed'
  const sentence =
    type === 'Cancelled' ? `Cancelled; no image was made.${left}` : `${bake.reason ?? 'Failed.'}${left}`
  return record({ type, sentence })
}
