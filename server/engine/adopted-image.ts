import type { ListedGroup } from '../domain/account-listing.js'
import { Refusal } from '../domain/refusal.js'
import type { ImageRef } from '../domain/server-group.js'
import type { Parts } from './parts.js'

/** The image that a group was launched from, as it is recorded or else as AWS names it. Throws Refusal when that is not known. */
export async function adoptedImage(parts: Parts, group: ListedGroup, application: string): Promise<ImageRef> {
  const { launchTemplateId, launchTemplateVersion } = group
  const imageId = launchTemplateId
    ? await parts.lister.imageOf(launchTemplateId, launchTemplateVersion ?? '$Default')
    : null
  if (!imageId)
    throw new Refusal(
      'NotAdoptable',
      `The launch template of ${group.name} is gone, so nobody can say what it runs. Nothing was changed.`,
    )
  const image = await parts.history.image(imageId)
  if (image) return { imageId, name: image.name, version: image.version }
  const name = (await parts.account.imageState(imageId))?.name ?? imageId
  return { imageId, name, version: versionIn(name, application) }
}

/** `shop-4.12.0-9c1f2ab0` was baked from version 4.12.0 of shop; a name of another form is the best that is known. */
function versionIn(name: string, application: string): string {
  const ours = name.startsWith(`${application}-`) ? name.slice(application.length + 1) : null
  return ours?.replace(/-[0-9a-f]{8}$/, '') ?? name
}
