import type { Image } from '../domain/bake.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { imageNamed } from './known-image.js'
import type { Parts } from './parts.js'
import { invalid } from './validate.js'

/** A person's word that an image is not bad after all: what it was marked for was not its fault. Throws Refusal. */
export async function unmarkBad(
  parts: Parts,
  actor: Actor,
  input: { readonly image: string; readonly reason: string },
): Promise<Image> {
  const image = await imageNamed(parts, input.image)
  const { imageId, name, application, bad } = image
  const reason = input.reason.trim()
  if (!reason) throw invalid('reason', 'Write down why: whoever deploys it will ask.')
  if (!bad) throw new Refusal('NotMarkedBad', `${name} is not marked bad. Nothing was changed.`)
  const sentence = `${name} is not marked bad any more: ${reason}. It was, since ${bad.group}: ${bad.reason}`
  await parts.store.record({
    imageBad: { imageId, bad: null },
    events: [
      {
        stream: `image:${imageId}`,
        actor,
        cluster: null,
        application,
        event: { type: 'ImageUnmarkedBad', sentence, data: { imageId, name, reason, was: bad } },
      },
    ],
  })
  return { ...image, bad: null }
}
