import type { Image } from '../domain/bake.js'
import type { ImageRef } from '../domain/server-group.js'
import { Refusal, type WayOn } from '../domain/refusal.js'
import type { Parts } from './parts.js'

/** The image that is recorded by name or id. Throws Refusal. */
export async function imageNamed({ history }: Pick<Parts, 'history'>, nameOrId: string): Promise<Image> {
  const image = await history.image(nameOrId)
  if (image) return image
  throw new Refusal('UnknownImage', `There is no image ${nameOrId}. Nothing was changed.`, 'notFound', {
    ways: [{ label: 'See the images', href: '/images', command: 'delling images list' }],
  })
}

/** The image by name or id, if Delling baked it for this application and AWS still has it. Throws Refusal. */
export async function knownImage(
  parts: Parts,
  nameOrId: string,
  application: string,
): Promise<ImageRef & { bad: string | null }> {
  const image = await imageNamed(parts, nameOrId)
  if (image.application !== application)
    throw new Refusal(
      'ForeignImage',
      `${image.name} was baked for ${image.application}, not for ${application}. Nothing was changed.`,
    )
  if (image.retirement)
    throw new Refusal(
      'ImageRetired',
      `${image.name} ${image.retirement.phase === 'retired' ? 'was retired' : 'is being retired'} by ${image.retirement.by}, so nothing can be launched from it. Nothing was changed.`,
      'conflict',
      { ways: [bakeAgain(application)] },
    )
  const there = await parts.account.imageState(image.imageId)
  if (!there || there.state !== 'available')
    throw new Refusal(
      'ImageGone',
      `${image.name} (${image.imageId}) is ${there ? there.state : 'deregistered'} in AWS, so nothing can be launched from it. Nothing was changed.`,
      'conflict',
      {
        ways: [bakeAgain(application)],
      },
    )
  return { imageId: image.imageId, name: image.name, version: image.version, bad: image.bad?.reason ?? null }
}

function bakeAgain(application: string): WayOn {
  return {
    label: 'Bake it again',
    href: `/images?application=${application}`,
    command: `delling bake ${application} …`,
  }
}
