import type { Image, ImageRetirement } from '../domain/bake.js'
import { reasonKept } from '../domain/image-marks.js'
import type { ImageReferences } from '../domain/image-references.js'
import { reasonImageStays, type ImageUse } from '../domain/image-uses.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { overrideWords } from '../domain/sentences.js'
import { usesOf } from './image-users.js'
import { keepOf } from './keep-image.js'
import { imageNamed } from './known-image.js'
import type { Parts } from './parts.js'
import { plannedStart, refuseRestrained, whereOfApplication, type PlannedStart } from './restrained.js'
import { invalid } from './validate.js'

export interface RetirementPlan extends PlannedStart {
  readonly image: Image
  readonly uses: readonly ImageUse[]
  /** What goes with it. */
  readonly snapshots: readonly string[]
  /** That a person keeps it, in a sentence; null: nobody does. */
  readonly kept: string | null
  /** Why it may not go now, in a sentence; null: it may. */
  readonly reasonStays: string | null
}

/** What retiring an image would take away, and what keeps it; changes nothing. Throws Refusal. */
export async function planRetirement(parts: Parts, nameOrId: string): Promise<RetirementPlan> {
  const image = await imageNamed(parts, nameOrId)
  const [account, seen] = await Promise.all([
    parts.imageCloud.references(),
    parts.imageCloud.observeImage(image.imageId, []),
  ])
  const [uses, keep, start] = await Promise.all([
    usesOf(parts, image, account),
    keepOf(parts, image.imageId),
    plannedStart(parts, 'cleanup', whereOfApplication(parts, image.application)),
  ])
  const kept = keep && reasonKept(keep)
  return {
    image,
    uses,
    snapshots: seen.image?.snapshots ?? [],
    kept,
    reasonStays: kept ?? reasonImageStays(uses, account),
    ...start,
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
  if (reasonStays) throw mustStay(image, reasonStays)
  return requestImageRetirement(parts, actor, image, input)
}

/**
 * Asks for the end of several images, all judged from one reading of the account. Throws Refusal at the first that must stay,
 * is kept, or is on hold; those before it are asked for.
 */
export async function retireImages(
  parts: Parts,
  actor: Actor,
  imageIds: readonly string[],
  reason: string,
): Promise<void> {
  const account = await parts.imageCloud.references()
  for (const imageId of imageIds) {
    const image = await parts.history.image(imageId)
    if (!image || image.retirement) continue
    const stays = await reasonToStay(parts, image, account)
    if (stays) throw mustStay(image, stays)
    await requestImageRetirement(parts, actor, image, { reason })
  }
}

/** Why an image may not go by a look at the account, by the records, and by a person's word; null: it may. */
export async function reasonToStay(
  parts: Parts,
  image: Image,
  account: ImageReferences,
): Promise<string | null> {
  const keep = await keepOf(parts, image.imageId)
  return keep ? reasonKept(keep) : reasonImageStays(await usesOf(parts, image, account), account)
}

function mustStay(image: Image, reasonStays: string): Refusal {
  return new Refusal(
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
}

async function requestImageRetirement(
  parts: Parts,
  actor: Actor,
  image: Image,
  input: { readonly reason?: string | undefined; readonly override?: string | undefined },
): Promise<Image> {
  const where = whereOfApplication(parts, image.application)
  const { override } = await refuseRestrained(parts, actor, {
    change: 'cleanup',
    where,
    override: input.override,
  })
  // Looking at the whole account takes its time, and somebody else may have asked meanwhile.
  const meanwhile = await parts.history.image(image.imageId)
  if (meanwhile?.retirement) return meanwhile
  const at = parts.clock.now()
  const retirement: ImageRetirement = {
    phase: 'checking',
    phaseSince: at,
    by: actor.name,
    reason: input.reason ?? '',
    requestedAt: at,
    snapshots: [],
    left: [],
    unseenSince: null,
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
