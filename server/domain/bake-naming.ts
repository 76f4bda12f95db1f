import type { Bake, BakeRequest, Image } from './bake.js'
import type { Tags } from './tags.js'

/**
 * The image's name: readable, and the same for the same inputs. EC2 takes 3 to 128 characters of a small set; what is
 * outside it becomes a hyphen, and the digest keeps two such names apart.
 */
export function imageName(request: BakeRequest, contentKey: string): string {
  const readable = `${request.application}-${request.version}`
    .replace(/[^A-Za-z0-9()[\]./'@_-]/g, '-')
    .slice(0, 110)
  return `${readable}-${contentKey.slice(0, 8)}`
}

/** What `builderUserData`'s instance carries: enough for a janitor that knows nothing else. */
export function builderTags(bake: Bake, owner: string, expiresAt: Date): Tags {
  return {
    Name: `bake ${bake.request.application} ${bake.request.version}`.slice(0, 255),
    'delling:owner': owner,
    'delling:app': bake.request.application,
    'delling:bake': bake.id,
    'delling:attempt': String(bake.attempt),
    'delling:role': 'builder',
    'delling:expires': expiresAt.toISOString(),
  }
}

/** An image's lineage. AWS takes 256 characters for a value. */
export function imageTags(bake: Bake, owner: string, at: Date): Tags {
  const { request, baseImage } = bake
  return {
    Name: bake.imageName ?? '',
    appversion: tagValue(`${request.application}-${request.version}`),
    creator: tagValue(request.actor.name),
    creation_time: at.toISOString(),
    base_ami_id: baseImage?.imageId ?? '',
    base_ami_name: tagValue(baseImage?.name ?? ''),
    ...(request.commit !== null && { commit: tagValue(request.commit) }),
    package_sha256: request.package.sha256,
    package_name: tagValue(request.package.fileName),
    'delling:owner': owner,
    'delling:app': request.application,
    'delling:bake': bake.id,
    'delling:key': bake.contentKey ?? '',
    'delling:version': tagValue(request.version),
  }
}

function tagValue(text: string): string {
  return text.slice(0, 256)
}

/** The row of an image that a bake has made, or found to be there. Only for a bake whose base and image are known. */
export function imageOf(bake: Bake, at: Date): Image {
  const { request, baseImage, imageId, imageName: name, contentKey } = bake
  if (!baseImage || imageId === null || name === null || contentKey === null)
    throw new Error(`Bake ${bake.id} has no image yet.`)
  return {
    imageId,
    name,
    application: request.application,
    version: request.version,
    bakeId: bake.id,
    contentKey,
    recipe: bake.recipe,
    baseImageId: baseImage.imageId,
    baseImageName: baseImage.name,
    packageName: request.package.fileName,
    packageSha256: request.package.sha256,
    commit: request.commit,
    creator: request.actor.name,
    bakedAt: at,
    retirement: null,
    bad: null,
  }
}
