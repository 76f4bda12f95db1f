import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import { deploy } from '../../server/engine/deploy.js'
import { retireImage } from '../../server/engine/retire-image.js'
import { cancelBake } from '../../server/engine/request-bake.js'
import { askForBake } from './bakes.js'
import type { BuilderBehaviour } from './builders.js'
import type { Deed } from './deed.js'
import { good, neverWell, person, type World } from './world.js'

const behaviours: readonly BuilderBehaviour[] = ['tags', 'tags', 'tags', 'prints', 'fails', 'silent', 'hangs']

/** Versions that are baked by people; a few, so that two ask for one now and then. */
const versionsBaked = 12

export const bakes: Deed = {
  what: 'asks for a bake',
  run: (world, _cluster, random) => {
    const version = `baked-${random.between(1, versionsBaked)}`
    if (!world.cloud.builders.has(version)) {
      world.cloud.builders.set(version, random.pick(behaviours))
      world.cloud.bakedReleases.set(version, random.chance(0.8) ? good : neverWell)
    }
    return askForBake(world, version)
  },
}

const underway = (world: World) => world.store.allBakes().find((bake) => !isBakeEnded(bake))

const cancelsBake: Deed = {
  what: 'cancels a bake',
  run: async (world) => {
    const bake = underway(world)
    return bake ? cancelBake(world.parts, person, bake.id) : null
  },
}

const deploysBaked: Deed = {
  what: 'deploys what was baked',
  run: async (world, cluster, random) => {
    const images = world.store
      .allImages()
      .filter(({ version, retirement }) => version.startsWith('baked-') && retirement?.phase !== 'retired')
    if (images.length === 0) return null
    return deploy(world.parts, person, { cluster, image: random.pick(images).name, queue: true })
  },
}

const terminatesBuilder: Deed = {
  what: 'terminates a builder by hand',
  run: async (world) => {
    const id = underway(world)?.builderId
    return id ? world.cloud.asStranger('ec2', 'TerminateInstances', { InstanceIds: [id] }) : null
  },
}

const retires: Deed = {
  what: 'retires an image',
  run: async (world, _cluster, random) => {
    const images = world.store.allImages().filter(({ retirement }) => !retirement)
    const baked = images.filter(({ version }) => version.startsWith('baked-'))
    // One that everybody deploys is asked for too, and is refused while it is in use.
    const image = baked.length > 0 && random.chance(0.8) ? random.pick(baked) : random.pick(images)
    if (image.version.startsWith('good-1')) return null
    return retireImage(world.parts, person, { image: image.imageId, name: image.name })
  },
}

/** What people do about images, the frequent more than once. */
export const bakeClicks: readonly Deed[] = [
  bakes,
  bakes,
  cancelsBake,
  deploysBaked,
  deploysBaked,
  retires,
  retires,
  terminatesBuilder,
]
