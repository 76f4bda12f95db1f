import type { Bake, Image } from '../../server/domain/bake.js'
import { requestedBake } from '../../server/domain/bake-transitions.js'
import { at } from './build.js'

/** A bake whose builder is at work; a test names only what it is about. */
export function bake(patch: Partial<Bake> = {}): Bake {
  const request: Bake['request'] = {
    application: 'shop',
    version: '2.0.0',
    package: {
      kind: 'tgz',
      fileName: 'shop-2.0.0.tgz',
      address: 's3://packages/shop-2.0.0.tgz',
      sha256: 'a'.repeat(64),
    },
    base: 'ami-base',
    instanceType: 't3.small',
    startCommand: null,
    port: 8080,
    healthPath: '/',
    commit: null,
    actor: { name: 'Ada', via: 'cli' },
    reason: '',
  }
  return {
    ...requestedBake('bake-2', request, at),
    phase: 'building',
    contentKey: 'key-2',
    imageName: 'shop-2.0.0-key2',
    baseImage: { imageId: 'ami-base', name: 'base', alias: null, rootDeviceName: '/dev/xvda' },
    attemptAt: at,
    ...patch,
  }
}

/** An image that was baked from it. */
export function image(patch: Partial<Image> = {}): Image {
  return {
    imageId: 'ami-2',
    name: 'shop-2.0.0-key2',
    application: 'shop',
    version: '2.0.0',
    bakeId: 'bake-2',
    contentKey: 'key-2',
    recipe: null,
    retirement: null,
    baseImageId: 'ami-base',
    baseImageName: 'base',
    packageName: 'shop-2.0.0.tgz',
    packageSha256: 'a'.repeat(64),
    commit: null,
    creator: 'Ada',
    bakedAt: at,
    bad: null,
    ...patch,
  }
}
