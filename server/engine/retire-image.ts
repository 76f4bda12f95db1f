import type { Image, ImageRetirement } from '../domain/bake.js'
import { reasonImageStays, type ImageUse } from '../domain/image-uses.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { overrideWords } from '../domain/sentences.js'
import { usesOf } from './image-users.js'
import type { Parts } from './parts.js'
import { refuseRestrained, whereOfApplication } from './restrained.js'
import { invalid } from './validate.js'

export interface RetirementPlan {
  readonly image: Image
  readonly uses: readonly ImageUse[]
  /** What goes with it. */
  readonly snapshots: readonly string[]
  /** Why it may not go now, in a sentence; null: it may. */
  readonly reasonStays: string | null
}

/** What retiring an image would take away, and what keeps it; changes nothing. Throws Refusal. */
export async function planRetirement(parts: Parts, nameOrId: string): Promise<RetirementPlan> {
  const image = await parts.history.image(nameOrId)
  if (!image)
    throw new Refusal('UnknownImage', `There is no image ${nameOrId}. Nothing was changed.`, 'notFound', {
      ways: [{ label: 'See the images', href: '/images', command: 'delling images list' }],
    })
  const [account, seen] = await Promise.all([
    parts.imageCloud.references(),
    parts.imageCloud.observeImage(image.imageId, []),
  ])
  const uses = await usesOf(parts, image, account)
  return {
    image,
    uses,
    snapshots: seen.image?.snapshots ?? [],
    reasonStays: reasonImageStays(uses, account),
  }
}

/**
 * Records that an image is to be deregistered and its snapshots deleted; the engine looks again before it does. One that is
 * being retired, or is retired, is answered as it is. Throws Refusal where something uses it.
 */
export async function retireImage(
  parts: Parts,
  actor: Actor,
  input: {
    readonly image: string
    /** The image's name, typed. */
    readonly name: string
    readonly reason?: string
    readonly override?: string | undefined
  },
): Promise<Image> {
  const { image, reasonStays } = await planRetirement(parts, input.image)
  if (input.name !== image.name)
    throw invalid('name', `Type the image’s name, ${image.name}: what is retired can’t be brought back.`)
  if (image.retirement) return image
  if (reasonStays)
    throw new Refusal(
      'ImageInUse',
      `${image.name} must stay: ${reasonStays} Nothing was changed.`,
      'conflict',
      {
        ways: [
          {
            label: 'See what uses it',
            href: `/images/${image.name}`,
            command: `delling images show ${image.name}`,
          },
        ],
      },
    )
  const where = whereOfApplication(parts, image.application)
  const { override } = await refuseRestrained(parts, actor, {
    change: 'cleanup',
    where,
    override: input.override,
  })
  const at = parts.clock.now()
  const retirement: ImageRetirement = {
    phase: 'checking',
    phaseSince: at,
    by: actor.name,
    reason: input.reason ?? '',
    requestedAt: at,
    snapshots: [],
    left: [],
    endedAt: null,
  }
  const retiring: Image = { ...image, retirement }
  const why = input.reason ? `: ${input.reason}` : '.'
  const tail = override ? ` ${overrideWords(override)}` : ''
  await parts.store.record({
    image: retiring,
    events: [
      {
        stream: `image:${image.imageId}`,
        actor,
        cluster: null,
        application: image.application,
        event: {
          type: 'RetirementRequested',
          sentence: `${image.name} (${image.imageId}) is to be retired${why}${tail}`,
          data: { imageId: image.imageId, name: image.name, reason: retirement.reason },
        },
      },
    ],
  })
  return retiring
}
