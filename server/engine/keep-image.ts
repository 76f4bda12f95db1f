import type { Image } from '../domain/bake.js'
import type { ImageKeep } from '../domain/image-marks.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { imageNamed } from './known-image.js'
import type { Parts } from './parts.js'
import type { NewEvent } from './ports.js'
import { invalid } from './validate.js'

/** A person's word that an image stays: no retention takes it, and nobody retires it while that stands. Throws Refusal. */
export async function keepImage(
  parts: Parts,
  actor: Actor,
  input: { readonly image: string; readonly why: string },
): Promise<ImageKeep> {
  const image = await imageNamed(parts, input.image)
  if (!input.why.trim()) throw invalid('why', 'Write down why it is kept: whoever cleans up will ask.')
  if (image.retirement)
    throw new Refusal(
      'Retiring',
      `${image.name} ${image.retirement.phase === 'retired' ? 'is retired' : 'is being retired'}, as ${image.retirement.by} asked. Nothing was changed.`,
    )
  const keep: ImageKeep = { by: actor.name, at: parts.clock.now(), why: input.why.trim() }
  await parts.store.record({
    retention: { keep: { imageId: image.imageId, keep } },
    events: [event(actor, image, 'ImageKept', `${image.name} is kept: ${keep.why}`)],
  })
  return keep
}

/** Takes that word back. Throws Refusal. */
export async function releaseImage(parts: Parts, actor: Actor, nameOrId: string): Promise<Image> {
  const image = await imageNamed(parts, nameOrId)
  if (!(await keepOf(parts, image.imageId)))
    throw new Refusal('NotKept', `Nobody keeps ${image.name}. Nothing was changed.`)
  await parts.store.record({
    retention: { keep: { imageId: image.imageId, keep: null } },
    events: [event(actor, image, 'ImageReleased', `${image.name} is not kept any more.`)],
  })
  return image
}

/** Who keeps an image and why; null: nobody does. */
export async function keepOf(
  { retention }: Pick<Parts, 'retention'>,
  imageId: string,
): Promise<ImageKeep | null> {
  return (await retention.marks([imageId])).get(imageId)?.keep ?? null
}

function event(actor: Actor, image: Image, type: string, sentence: string): NewEvent {
  const { imageId, name, application } = image
  return {
    stream: `image:${imageId}`,
    actor,
    cluster: null,
    application,
    event: { type, sentence, data: { imageId, name } },
  }
}
