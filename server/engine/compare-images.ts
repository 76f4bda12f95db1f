import type { Image } from '../domain/bake.js'
import { imageComparison, type ImageComparison, type KnownImage } from '../domain/image-comparison.js'
import { imageNamed } from './known-image.js'
import type { Parts } from './parts.js'

export interface ComparedImages extends ImageComparison {
  readonly image: string
  readonly against: string
}

/** How an image is made otherwise than another, from the older side `against` to `image`. Throws Refusal. */
export async function compareImages(
  parts: Parts,
  input: { readonly image: string; readonly against: string },
): Promise<ComparedImages> {
  const [was, will] = await Promise.all([imageNamed(parts, input.against), imageNamed(parts, input.image)])
  const application = await parts.history.application(will.application)
  const [before, after] = await Promise.all([withRecords(parts, was), withRecords(parts, will)])
  return {
    image: will.name,
    against: was.name,
    ...imageComparison(before, after, application?.repositoryLink ?? null),
  }
}

/** An image with its bake and what that reported as installed. */
export async function withRecords({ history }: Parts, image: Image): Promise<KnownImage> {
  const [bake, packages] = await Promise.all([history.bake(image.bakeId), history.bakePackages(image.bakeId)])
  return { image, bake, packages }
}
